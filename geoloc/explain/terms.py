"""A map written out: w_1 x map_1 + w_2 x map_2 + ... = CAM."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from torch import Tensor


@dataclass(frozen=True)
class Term:
    """One part of the sum.

    Attributes:
        number: which of the layer's maps, from 1.
        weight: w_k.
        values: the map, float32 (h, w).
    """

    number: int
    weight: float
    values: np.ndarray

    @property
    def adds(self) -> float:
        """What it adds to the mean of the CAM, and so to the logit."""
        return self.weight * float(self.values.mean())


@dataclass(frozen=True)
class Terms:
    """The whole sum.

    Attributes:
        maps: float32 (K, h, w).
        weights: float32 (K,).
        bias: what the logit has beyond the CAM's mean; None where the mean is no part of it.
    """

    maps: np.ndarray
    weights: np.ndarray
    bias: float | None

    @staticmethod
    def of(maps: Tensor, weights: Tensor, bias: Tensor | float | None) -> Terms:
        """From a layer's maps (K, h, w) and weights (K,)."""
        constant = None if bias is None else float(bias)
        return Terms(maps.float().cpu().numpy(), weights.float().cpu().numpy(), constant)

    @property
    def whole(self) -> np.ndarray:
        """The CAM, sum_k w_k map_k: float32 (h, w)."""
        return np.einsum("k,khw->hw", self.weights, self.maps)

    def strongest(self, count: int) -> list[Term]:
        """The parts that change the CAM most, the strongest first.

        A part's strength is the mean magnitude of what it adds, over all cells.
        """
        strength = np.abs(self.weights) * np.abs(self.maps).mean(axis=(1, 2))
        order = np.argsort(-strength, kind="stable")[:count]
        return [Term(int(k) + 1, float(self.weights[k]), self.maps[k]) for k in order]
