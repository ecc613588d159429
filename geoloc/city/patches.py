"""How alike two photos are part by part: what tells the same corner from one that looks like it.

Each part of a photo is compared with the part of a view most like it, wherever that lies, and the
likenesses are averaged: late interaction (Khattab & Zaharia 2020, arXiv:2004.12832), here a second
look at what a descriptor found, as local features are in place recognition (Hausler et al. 2021,
arXiv:2103.01779). Of a view's parts only the signs along random directions are kept (Charikar 2002,
doi:10.1145/509907.509965), those of a photo stay numbers: a view takes a kilobyte.
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


@dataclass(frozen=True, eq=False)
class PatchCode:
    """How a part of a photo becomes a direction, and that one its signs.

    Attributes:
        mean: of each channel over training photos, float32 (C,).
        rotation: an orthogonal matrix, float32 (C, C), by which each bit tells of all channels.

    Raises:
        ValueError: if these are not of one size.
    """

    mean: Tensor
    rotation: Tensor

    def __post_init__(self) -> None:
        channels = len(self.mean)
        if self.mean.shape != (channels,) or self.rotation.shape != (channels, channels):
            raise ValueError("patches need a mean and a rotation of one size")

    @classmethod
    def fitted(cls, maps: Tensor) -> PatchCode:
        """The code for maps like these, (B, C, H, W)."""
        channels = maps.shape[1]
        chance = torch.Generator().manual_seed(0)
        rotation, _ = torch.linalg.qr(torch.randn(channels, channels, generator=chance))
        return cls(maps.float().mean(dim=(0, 2, 3)).cpu(), rotation)

    def directions(self, maps: Tensor) -> Tensor:
        """The parts of photos, from maps (B, C, H, W): float32 (B, P, C), each of length 1."""
        above = maps[:, :, : max(1, round(ABOVE_ROAD * maps.shape[2]))].float()
        parts = above.flatten(2).transpose(1, 2) - self.mean.to(maps.device)
        return F.normalize(parts @ self.rotation.to(maps.device), dim=2)

    def signs(self, maps: Tensor) -> np.ndarray:
        """The same in bits, uint8 (B, P, C / 8 rounded up)."""
        return np.packbits((self.directions(maps) > 0).cpu().numpy(), axis=2)


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
        pairs = zip(self.code.directions(maps), rows, strict=True)
        return torch.stack([self._compared(parts, views) for parts, views in pairs])

    def _compared(self, parts: Tensor, views: Tensor) -> Tensor:
        channels = parts.shape[1]
        bits = np.unpackbits(self.signs[views.cpu().numpy()], axis=2, count=channels)
        known = torch.from_numpy(bits).to(parts.device).float() * 2 - 1
        cosines = (known @ parts.T) / (math.sqrt(channels) * SIGNED)
        return cosines.amax(dim=1).mean(dim=1)

    def to_tensors(self) -> dict[str, Tensor]:
        """As they are stored."""
        return {
            "patches.signs": torch.from_numpy(self.signs),
            "patches.mean": self.code.mean.contiguous(),
            "patches.rotation": self.code.rotation.contiguous(),
        }

    @classmethod
    def from_tensors(cls, tensors: Mapping[str, Tensor]) -> Patches | None:
        """What `to_tensors` made; None if there is nothing of it.

        Raises:
            KeyError: if a part is missing.
        """
        if not any(key.startswith("patches.") for key in tensors):
            return None
        code = PatchCode(*(tensors[f"patches.{key}"].float() for key in ("mean", "rotation")))
        return cls(code, tensors["patches.signs"].numpy())
