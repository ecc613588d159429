"""How alike two photos are part by part: what tells the same corner from one that looks like it.

Each part of a photo is compared with the part of a view most like it, wherever that lies, and the
likenesses are averaged: late interaction (Khattab & Zaharia 2020, arXiv:2004.12832), here a second
look at what a descriptor found, as local features are in place recognition (Hausler et al. 2021,
arXiv:2103.01779). Which of the channels tell places apart, and which parts of a photo are worth
asking, `training.tasks.parts` learns. Of a view's parts only the signs along random directions are
kept (Charikar 2002, doi:10.1145/509907.509965), those of a photo stay numbers: a view takes a
kilobyte.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

ABOVE_ROAD = 0.75
"""The share of a map's rows that is compared, from the top: below them lies the road."""

SIGNED = math.sqrt(2 / math.pi)
"""The cosine of a direction and its own signs, on average over directions of many dimensions."""


def parts_of(maps: Tensor) -> Tensor:
    """The parts of photos above the road, from maps (B, C, H, W): float32 (B, P, C)."""
    above = maps[:, :, : max(1, round(ABOVE_ROAD * maps.shape[2]))]
    return above.flatten(2).transpose(1, 2).float()


@dataclass(frozen=True, eq=False)
class PatchCode:
    """How a part of a photo becomes a direction, that one its signs, and how much the part counts.

    Attributes:
        mean: of each channel over training photos, float32 (C,).
        projection: what turns the channels into those of a direction, float32 (C, C).
        gate: by which a part counts more or less than others of its photo, float32 (C,).

    Raises:
        ValueError: if these are not of one size.
    """

    mean: Tensor
    projection: Tensor
    gate: Tensor

    def __post_init__(self) -> None:
        channels = len(self.mean)
        if self.projection.shape != (channels, channels) or len(self.gate) != channels:
            raise ValueError("patches need a mean, a projection and a gate of one size")

    @classmethod
    def plain(cls, mean: Tensor) -> PatchCode:
        """The code that takes channels as they are, before anything is learnt: they are only
        rotated, so that each bit tells of all of them, and every part counts alike."""
        chance = torch.Generator().manual_seed(0)
        rotation, _ = torch.linalg.qr(torch.randn(len(mean), len(mean), generator=chance))
        return cls(mean.float().cpu(), rotation, torch.zeros(len(mean)))

    def directions(self, parts: Tensor) -> Tensor:
        """The directions of parts (..., C), each of length 1."""
        centred = parts - self.mean.to(parts.device)
        return F.normalize(centred @ self.projection.to(parts.device), dim=-1)

    def weights(self, parts: Tensor) -> Tensor:
        """How much each part (..., P, C) of a photo counts, (..., P); they add up to 1."""
        centred = parts - self.mean.to(parts.device)
        counts = torch.sigmoid(centred @ self.gate.to(parts.device))
        return counts / counts.sum(dim=-1, keepdim=True)

    def signs(self, maps: Tensor) -> np.ndarray:
        """Of maps (B, C, H, W) the directions in bits, uint8 (B, P, C / 8 rounded up)."""
        return np.packbits((self.directions(parts_of(maps)) > 0).cpu().numpy(), axis=2)


@dataclass(frozen=True, eq=False)
class Patches:
    """The parts of views whose places are known.

    Attributes:
        code: how they became bits.
        signs: uint8 (N, P, C / 8 rounded up).

    Raises:
        ValueError: if the bits are not of the code's size.
    """

    code: PatchCode
    signs: np.ndarray

    def __post_init__(self) -> None:
        wide = math.ceil(len(self.code.mean) / 8)
        if self.signs.dtype != np.uint8 or self.signs.ndim != 3 or self.signs.shape[2] != wide:
            raise ValueError(f"the patches of a view are not {wide} bytes each")

    def __len__(self) -> int:
        return len(self.signs)

    def similar(self, maps: Tensor, rows: Tensor) -> Tensor:
        """How much views look like photos, part by part.

        Args:
            maps: of the photos, (B, C, H, W).
            rows: numbers of the views that each is compared with, int64 (B, K).

        Returns:
            float32 (B, K): about 1 for the photo itself, about 0 for what has nothing of it.
        """
        seen = parts_of(maps)
        queries = zip(self.code.directions(seen), self.code.weights(seen), rows, strict=True)
        return torch.stack([self._compared(*photo) for photo in queries])

    def _compared(self, directions: Tensor, weights: Tensor, views: Tensor) -> Tensor:
        channels = directions.shape[1]
        bits = np.unpackbits(self.signs[views.cpu().numpy()], axis=2, count=channels)
        signs = torch.from_numpy(bits).to(directions.device).float() * 2 - 1
        cosines = (signs @ directions.T) / (math.sqrt(channels) * SIGNED)
        return cosines.amax(dim=1) @ weights

    def to_tensors(self) -> dict[str, Tensor]:
        """As they are stored."""
        return {
            "patches.signs": torch.from_numpy(self.signs),
            "patches.mean": self.code.mean.contiguous(),
            "patches.projection": self.code.projection.contiguous(),
            "patches.gate": self.code.gate.contiguous(),
        }

    @classmethod
    def from_tensors(cls, tensors: Mapping[str, Tensor]) -> Patches | None:
        """What `to_tensors` made; None if there is nothing of it.

        Raises:
            KeyError: if a part is missing.
        """
        if not any(key.startswith("patches.") for key in tensors):
            return None
        named = ("mean", "projection", "gate")
        code = PatchCode(*(tensors[f"patches.{key}"].float() for key in named))
        return cls(code, tensors["patches.signs"].numpy())
