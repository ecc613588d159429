"""What a head beside the countries says of the world's cells, at several scales at once.

logit(cell) = offset(cell) + Σ over scales (weight · embedding + bias)(unit of the cell)

A unit is a country, or a part of the world of many cells or of few: large ones are learnt from many
photos and small ones refine them, as PlaNet's cells of several sizes (Weyand et al. 2016,
arXiv:1602.05314) and CPlaNet's partitions (Seo et al. 2018, arXiv:1808.02130) share what they know.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from geoloc.softmax import softmax


@dataclass(frozen=True, eq=False)
class WorldHead:
    """A linear layer for units, and the units that each cell is part of.

    Attributes:
        weight: float32 (U, D), for embeddings of length 1.
        bias: float32 (U,).
        units: int64 (S, N), the unit of each cell at each scale; -1 for none.
        offsets: float64 (N,), what cells get whatever the photo: how often any is taken there.

    Raises:
        ValueError: if the parts don't fit each other.

    Example:
        >>> head = WorldHead(
        ...     np.array([[2.0, 0.0], [0.0, 2.0]]), np.zeros(2), np.array([[0, 0, 1]]), np.zeros(3)
        ... )
        >>> head.logits(np.array([[1.0, 0.0]]))
        array([[2., 2., 0.]])
    """

    weight: np.ndarray
    bias: np.ndarray
    units: np.ndarray
    offsets: np.ndarray

    def __post_init__(self) -> None:
        count = len(self.bias)
        if self.weight.ndim != 2 or self.bias.shape != (len(self.weight),):
            raise ValueError("a head has a row of weights and a bias for each unit")
        if self.units.ndim != 2 or self.offsets.shape != self.units.shape[1:]:
            raise ValueError("a head has an offset for each cell, and its units")
        if not ((self.units >= -1) & (self.units < count)).all():
            raise ValueError(f"units are numbers below {count}, or -1")

    @classmethod
    def from_tensors(cls, tensors: Mapping[str, Tensor]) -> WorldHead:
        """As `to_tensors` stored it.

        Raises:
            KeyError: if a tensor is missing.
            ValueError: if they are no head.
        """
        return cls(
            weight=tensors["weight"].float().numpy(),
            bias=tensors["bias"].float().numpy(),
            units=tensors["units"].long().numpy(),
            offsets=tensors["offsets"].double().numpy(),
        )

    def to_tensors(self) -> dict[str, Tensor]:
        """The weights in half precision."""
        return {
            "weight": torch.from_numpy(self.weight).half(),
            "bias": torch.from_numpy(self.bias).float(),
            "units": torch.from_numpy(self.units).to(torch.int16),
            "offsets": torch.from_numpy(self.offsets).float(),
        }

    def logits(self, embeddings: np.ndarray) -> np.ndarray:
        """Logits (B, N), float64, of embeddings (B, D)."""
        units = (embeddings @ self.weight.T + self.bias).astype(float)
        # The column that is nobody's, of index -1, adds nothing.
        units = np.concatenate([units, np.zeros((len(units), 1))], axis=1)
        return self.offsets + sum(units[:, scale] for scale in self.units)

    def probabilities(self, embeddings: np.ndarray, temperature: float = 1.0) -> np.ndarray:
        """Probabilities (B, N), float64, of embeddings (B, D); the offsets are not tempered."""
        logits = self.offsets + (self.logits(embeddings) - self.offsets) / temperature
        return softmax(logits)
