"""A linear layer on fixed features, fitted to the optimum: all that a frozen network leaves to do.

L-BFGS (Liu & Nocedal 1989, doi:10.1007/BF01589116) on all features at once. It works in coordinates
in which the features are uncorrelated and every direction bends about equally, which leaves the
optimum where it is and brings it within some twenty steps instead of hundreds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from scipy.optimize import minimize
from torch import Tensor

STEPS = 200
TOLERANCE = {torch.float32: 1e-6, torch.float64: 1e-9}
"""Relative gain of a step below which the optimum is reached; single precision tells no less."""


@dataclass(frozen=True)
class Linear:
    """One fitted layer.

    Attributes:
        weight: (N, F).
        bias: (N,).
    """

    weight: Tensor
    bias: Tensor

    def __call__(self, features: Tensor) -> Tensor:
        """Outputs (B, N) of features (B, F)."""
        return features @ self.weight.T + self.bias


def path(
    features: Tensor, loss: Callable[[Tensor], Tensor], outputs: int, penalties: Sequence[float]
) -> Iterator[Linear]:
    """The layers that minimise loss + penalty / 2 * |weight|^2, one a penalty.

    The penalty is on the weights of standardised features, so that their scales don't matter; each
    fit starts from the one before it, which is quickest from the largest penalty down.

    Args:
        features: (B, F), float32 or float64, which is computed in, on the CPU.
        loss: from outputs (B, N) to a mean over the photos; convex, differentiable.
        outputs: N.
        penalties: each above 0.
    """
    mean, deviation = features.mean(dim=0), features.std(dim=0, correction=0) + 1e-6
    scaled = (features - mean) / deviation
    variance, basis = torch.linalg.eigh(scaled.T @ scaled / len(scaled))
    turned = scaled @ basis
    weight = features.new_zeros(outputs, features.shape[1])
    bias = features.new_zeros(outputs)
    for penalty in penalties:
        weight, bias = _optimum(turned, variance.clamp(min=0), loss, penalty, weight, bias)
        plain = weight @ basis.T / deviation
        yield Linear(plain, bias - plain @ mean)


def _optimum(
    features: Tensor,
    variance: Tensor,
    loss: Callable[[Tensor], Tensor],
    penalty: float,
    weight: Tensor,
    bias: Tensor,
) -> tuple[Tensor, Tensor]:
    """Weight and bias for uncorrelated features of known variance, from a start nearby."""

    def slope(weight: Tensor, bias: Tensor) -> tuple[float, Tensor]:
        answers = (features @ weight.T + bias).requires_grad_()
        value = loss(answers)
        (gradient,) = torch.autograd.grad(value, answers)
        return value.item(), gradient

    # Mean squared gradients are the curvature of a log-likelihood (Fisher's information).
    curvature = len(features) * slope(weight, bias)[1].square().sum(dim=0).clamp(min=1e-12)
    scale = (curvature[:, None] * variance + penalty).rsqrt()
    bias_scale = curvature.rsqrt()

    def unscaled(point: np.ndarray) -> tuple[Tensor, Tensor]:
        flat = torch.from_numpy(point).to(features.dtype)
        return flat[: -len(bias)].view_as(weight) * scale, flat[-len(bias) :] * bias_scale

    def objective(point: np.ndarray) -> tuple[float, np.ndarray]:
        weight, bias = unscaled(point)
        value, gradient = slope(weight, bias)
        parts = (gradient.T @ features + penalty * weight) * scale, gradient.sum(0) * bias_scale
        flat = torch.cat([part.flatten() for part in parts])
        return value + penalty / 2 * weight.square().sum().item(), flat.double().numpy()

    start = torch.cat([(weight / scale).flatten(), bias / bias_scale]).double().numpy()
    limits = {"maxiter": STEPS, "ftol": TOLERANCE[features.dtype]}
    optimum = minimize(objective, start, jac=True, method="L-BFGS-B", options=limits)
    return unscaled(optimum.x)
