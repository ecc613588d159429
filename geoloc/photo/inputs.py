"""The one way in which a photo becomes what the networks see: the central 2:1 band at 240x120.

Serving, class activation maps and training all pass through `frame`, so that they cannot drift
apart. The band spans the photo's full width unless the photo is wider than 2:1; a frame keeps what
lies above and below it as well, for crops at other heights.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import torch

WIDTH, HEIGHT = 240, 120
FRAME = 240
BAND_TOP = (FRAME - HEIGHT) // 2

DESCRIPTION = {
    "width": WIDTH,
    "height": HEIGHT,
    "crop": "the largest central 2:1 band of the upright photo",
    "range": [0.0, 1.0],
}
"""What a model's card records of the preparation."""


@dataclass(frozen=True)
class Frame:
    """A photo at the band's scale: rows 60 to 179 are exactly the band.

    Attributes:
        pixels: uint8 (240, 240, 3); rows outside [top, bottom) repeat the nearest row of the photo.
        top: the first row that holds photo.
        bottom: the row after the last that holds photo.
    """

    pixels: np.ndarray
    top: int
    bottom: int


def _central_columns(pixels: np.ndarray) -> np.ndarray:
    height, width = pixels.shape[:2]
    kept = min(width, 2 * height)
    left = (width - kept) // 2
    return pixels[:, left : left + kept]


def crop_band(pixels: np.ndarray) -> np.ndarray:
    """The band at the photo's own resolution: uint8 (H, W, 3) with W about 2H, a view."""
    pixels = _central_columns(pixels)
    height, width = pixels.shape[:2]
    kept = max(1, min(height, round(width / 2)))
    top = (height - kept) // 2
    return pixels[top : top + kept]


def frame(pixels: np.ndarray) -> Frame:
    """Scale an upright RGB photo, uint8 (H, W, 3), into a `Frame`.

    Raises:
        ValueError: if the array is not uint8 (H, W, 3).
    """
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3 or not pixels.size:
        raise ValueError(f"a photo is uint8 (H, W, 3), not {pixels.dtype} {pixels.shape}")
    pixels = _central_columns(pixels)
    height, width = pixels.shape[:2]
    # Rows beyond the frame would only be scaled to be thrown away. An even number of rows has its
    # middle between two of them, as the band has; an odd one would lie half a row off.
    rows = round(min(height * WIDTH / width, FRAME))
    rows = max(rows - rows % 2, HEIGHT)
    kept = min(height, max(1, round(rows * width / WIDTH)))
    start = (height - kept) // 2
    pixels = pixels[start : start + kept]
    shrinks = width > WIDTH
    scaled = cv2.resize(
        pixels, (WIDTH, rows), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
    )
    margin = (FRAME - rows) // 2
    padded = cv2.copyMakeBorder(scaled, margin, margin, 0, 0, cv2.BORDER_REPLICATE)
    return Frame(pixels=padded, top=margin, bottom=margin + rows)


def prepare(pixels: np.ndarray) -> np.ndarray:
    """The band of an upright RGB photo, uint8 (H, W, 3), for a network: uint8 (120, 240, 3)."""
    return frame(pixels).pixels[BAND_TOP : BAND_TOP + HEIGHT]


@dataclass(frozen=True)
class Crops:
    """The views of one photo whose answers a model averages.

    Attributes:
        offsets: rows by which each view lies below the band, as far as the photo reaches.
        mirror: whether each is looked at mirrored as well.
    """

    offsets: tuple[int, ...] = (0,)
    mirror: bool = False

    def __len__(self) -> int:
        return len(self.offsets) * (2 if self.mirror else 1)

    def of(self, frame: Frame) -> np.ndarray:
        """The views, uint8 (V, 120, 240, 3)."""
        tops = np.clip(np.add(self.offsets, BAND_TOP), frame.top, frame.bottom - HEIGHT)
        views = np.stack([frame.pixels[top : top + HEIGHT] for top in tops])
        return np.concatenate([views, views[:, :, ::-1]]) if self.mirror else views

    def of_all(self, frames: Iterable[Frame]) -> np.ndarray:
        """The views of each of several photos, uint8 (B, V, 120, 240, 3)."""
        return np.stack([self.of(frame) for frame in frames])


def to_batch(
    bands: Sequence[np.ndarray] | np.ndarray, device: str | torch.device = "cpu"
) -> torch.Tensor:
    """Bands, each uint8 (120, 240, 3), as one float32 batch (B, 3, 120, 240) in [0, 1]."""
    batch = torch.from_numpy(np.ascontiguousarray(bands)).to(device)
    return batch.permute(0, 3, 1, 2).float().div_(255)


def flat(crops: np.ndarray, device: str | torch.device = "cpu") -> torch.Tensor:
    """All crops uint8 (B, V, 120, 240, 3) as one batch (B * V, 3, 120, 240)."""
    return to_batch(crops.reshape(-1, *crops.shape[2:]), device)


def over_crops(outputs: torch.Tensor, crops: np.ndarray) -> torch.Tensor:
    """Outputs of each crop, (B * V, N), as means over each photo's, (B, N)."""
    return outputs.unflatten(0, crops.shape[:2]).mean(dim=1)
