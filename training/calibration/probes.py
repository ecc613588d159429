"""The linear models behind class activation maps: one a country and layer.

The network is frozen; for each layer a multinomial logistic regression reads the means of its maps.
Regularisation is chosen on val; feature scaling and temperature are folded into the weights, so
that softmax(weight @ mean + bias) is already the calibrated probability.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from scipy.special import softmax
from torch import Tensor
from tqdm import tqdm

from geoloc.explain.explainer import SHOWN
from geoloc.models.calibration import fit_temperature
from geoloc.tasks.country import CountryClassifier
from training.data.frames import Frames
from training.evaluation.metrics import log_loss
from training.loop import linear

STRENGTHS = (0.001, 0.01, 0.1, 1.0)
"""Inverse regularisation strengths tried on val."""


@dataclass(frozen=True)
class Probe:
    """The N linear models of one layer.

    Attributes:
        weight: float64 (N, maps).
        bias: float64 (N,).
        strength: the inverse regularisation that val preferred.
    """

    weight: np.ndarray
    bias: np.ndarray
    strength: float

    def probabilities(self, pooled: np.ndarray) -> np.ndarray:
        """(B, N) from pooled maps (B, maps)."""
        return softmax(pooled @ self.weight.T + self.bias, axis=1)


@torch.inference_mode()
def pooled_maps(
    classifier: CountryClassifier,
    frames: Frames,
    rows: np.ndarray,
    layers: Sequence[str] | None = None,
) -> dict[str, np.ndarray]:
    """Each layer's mean activations, float64 (B, maps), of what the network sees of some rows.

    Args:
        layers: of the network; its last `SHOWN` if None.
    """
    pooled: dict[str, list[Tensor]] = {}
    spec = classifier.card.input.spec
    for chunk in frames.chunks(rows):
        batch = spec.batch(frames.inputs(chunk, spec), classifier.device)
        maps = classifier.network.features(batch).maps
        for layer in layers or tuple(maps)[-SHOWN:]:
            pooled.setdefault(layer, []).append(maps[layer].float().mean(dim=(2, 3)).cpu())
    return {layer: torch.cat(parts).double().numpy() for layer, parts in pooled.items()}


def fit(
    train: tuple[np.ndarray, np.ndarray],
    val: tuple[np.ndarray, np.ndarray],
    classes: int,
    strengths: Sequence[float] = STRENGTHS,
) -> Probe:
    """Fit one layer's linear models; `train` and `val` are pooled maps (B, maps) and truth (B,)."""
    features, truth = (torch.from_numpy(part) for part in train)
    present, place = torch.unique(truth, return_inverse=True)
    fits = linear.path(
        features,
        lambda logits: F.cross_entropy(logits, place),
        len(present),
        [1 / (strength * len(features)) for strength in strengths],
    )
    tried = []
    for strength, fitted in zip(strengths, fits, strict=True):
        # A class without a training photo is not fitted: it keeps the least likely bias.
        weight = np.zeros((classes, features.shape[1]))
        bias = np.full(classes, fitted.bias.min().item() - 5.0)
        weight[present], bias[present] = fitted.weight.numpy(), fitted.bias.numpy()
        logits = val[0] @ weight.T + bias
        temperature = fit_temperature(logits, val[1])
        probe = Probe(weight / temperature, bias / temperature, strength)
        tried.append((log_loss(probe.probabilities(val[0]), val[1]), probe))
    return min(tried, key=lambda pair: pair[0])[1]


def fit_layers(
    classifier: CountryClassifier,
    frames: Frames,
    truth: np.ndarray,
    progress: bool = True,
    layers: Sequence[str] | None = None,
) -> dict[str, Probe]:
    """Fit the linear models of some layers.

    Args:
        classifier: whose network is read.
        frames: the photos.
        truth: the class numbers of all rows.
        progress: whether to draw a bar.
        layers: of the network; its last `SHOWN` if None.
    """
    rows = {split: frames.of_split(split) for split in ("train", "val")}
    pooled = {split: pooled_maps(classifier, frames, rows[split], layers) for split in rows}
    bar = tqdm(
        pooled["train"], desc="linear models", unit="layer", disable=None if progress else True
    )
    return {
        layer: fit(
            (pooled["train"][layer], truth[rows["train"]]),
            (pooled["val"][layer], truth[rows["val"]]),
            len(classifier.classes),
        )
        for layer in bar
    }


def tensors(probes: dict[str, Probe]) -> dict[str, Tensor]:
    """What `geoloc.models.release.Release.with_probes` takes."""
    stored = {f"{layer}.weight": probe.weight for layer, probe in probes.items()}
    stored |= {f"{layer}.bias": probe.bias for layer, probe in probes.items()}
    return {key: torch.from_numpy(value).float() for key, value in stored.items()}
