"""Layers fitted to the optimum: scikit-learn's, and that of any other convex loss."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from sklearn.linear_model import LogisticRegression, Ridge
from torch import Tensor

from training.loop import linear

CLASSES = 12
PENALTIES = (0.3, 0.03, 0.003)


def photos(count: int, seed: int = 0) -> tuple[Tensor, Tensor]:
    """Correlated features of very different scales, and classes of very different sizes."""
    mixing = np.random.default_rng(9).normal(size=(40, 40)) * np.arange(1, 41)[:, None] ** -0.8
    centres = np.random.default_rng(8).normal(size=(CLASSES, 40))
    shares = 1 / np.arange(1, CLASSES + 1)
    rng = np.random.default_rng(seed)
    truth = np.append(np.arange(CLASSES), rng.choice(CLASSES, count, p=shares / shares.sum()))
    features = (centres[truth] + rng.normal(size=(len(truth), 40))) @ mixing
    return torch.from_numpy(5 + features * np.logspace(-2, 2, 40)), torch.from_numpy(truth)


def standardised(features: Tensor) -> Tensor:
    return (features - features.mean(dim=0)) / features.std(dim=0, correction=0)


@pytest.mark.parametrize(("dtype", "apart"), [(torch.float64, 2e-3), (torch.float32, 1e-2)])
def test_a_path_of_layers_is_scikit_learns(dtype, apart):
    (features, truth), (others, _) = photos(600), photos(300, seed=1)
    layers = linear.path(
        features.to(dtype), lambda out: F.cross_entropy(out, truth), CLASSES, PENALTIES
    )
    mean, deviation = features.mean(dim=0), features.std(dim=0, correction=0)
    for layer, penalty in zip(layers, PENALTIES, strict=True):
        known = LogisticRegression(C=1 / (penalty * len(truth)), max_iter=5000, tol=1e-8)
        known.fit(standardised(features).numpy(), truth.numpy())
        expected = known.predict_proba(((others - mean) / deviation).numpy())
        found = layer(others.to(dtype)).softmax(dim=1).numpy()
        assert found == pytest.approx(expected, abs=apart)


def test_a_loss_of_distances_finds_its_optimum_as_well():
    features, _ = photos(400)
    targets = standardised(features)[:, :2] + 0.1 * torch.randn(len(features), 2).double()
    loss = lambda out: (out - targets).square().sum(dim=1).mean() / 2  # noqa: E731
    (layer,) = linear.path(features, loss, 2, [0.05])
    known = Ridge(alpha=0.05 * len(features)).fit(standardised(features), targets)
    expected = known.predict(standardised(features))
    assert layer(features).numpy() == pytest.approx(expected, abs=0.01)


def test_where_a_fit_starts_does_not_matter():
    features, truth = photos(300)
    loss = lambda out: F.cross_entropy(out, truth)  # noqa: E731
    *_, last = linear.path(features, loss, CLASSES, PENALTIES)
    (alone,) = linear.path(features, loss, CLASSES, PENALTIES[-1:])
    assert torch.allclose(last(features).softmax(1), alone(features).softmax(1), atol=0.01)


def test_a_feature_that_never_changes_does_no_harm():
    features, truth = photos(100)
    features[:, 3] = 7.0
    (layer,) = linear.path(features, lambda out: F.cross_entropy(out, truth), CLASSES, [0.1])
    assert torch.isfinite(layer.weight).all() and torch.isfinite(layer.bias).all()
    assert (layer(features).argmax(dim=1) == truth).float().mean() > 0.5
