"""The one way in which a photo becomes what the networks see: the central 2:1 band at 240x120.

Serving, class activation maps and training all pass through `frame`, so that they cannot drift
apart. The band spans the photo's full width unless the photo is wider than 2:1; a frame keeps what
lies above and below it as well, for crops at other heights.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

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
"""What the card of a model that sees the band records of the preparation."""

CROPS = ("band", "square")


@dataclass(frozen=True)
class InputSpec:
    """What a network sees of a photo.

    Attributes:
        height: rows.
        width: columns.
        crop: "band", the central 2:1 band; or "square", all that a `Frame` holds, squeezed to the
            size: the photo's full width, and as many of its rows as a square of that width has.

    Raises:
        ValueError: if there is no such crop, a side is not in [8, 240] or no multiple of 8, or a
            band is not 240 x 120.
    """

    height: int = HEIGHT
    width: int = WIDTH
    crop: str = "band"

    def __post_init__(self) -> None:
        if self.crop not in CROPS:
            raise ValueError(f"crop is one of {', '.join(CROPS)}, not {self.crop!r}")
        if not all(8 <= side <= FRAME and side % 8 == 0 for side in (self.height, self.width)):
            raise ValueError(
                f"{self.width} x {self.height}: sides are multiples of 8 up to {FRAME}"
            )
        if self.crop == "band" and (self.height, self.width) != (HEIGHT, WIDTH):
            raise ValueError(f"a band is {WIDTH} x {HEIGHT}, not {self.width} x {self.height}")

    @classmethod
    def of_card(cls, told: Mapping[str, Any]) -> InputSpec:
        """The one that a card's "input" describes."""
        if told.get("method", "band") == "band":
            return cls()
        return cls(int(told["height"]), int(told["width"]), told["method"])

    def as_card(self) -> dict[str, Any]:
        """What a card's "input" says of it."""
        if self.crop == "band":
            return DESCRIPTION
        return {
            "width": self.width,
            "height": self.height,
            "method": self.crop,
            "crop": "the largest central part of the upright photo that is not taller than wide",
            "range": [0.0, 1.0],
        }


BAND = InputSpec()


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


def square(frame: Frame, spec: InputSpec) -> np.ndarray:
    """All photo that a frame holds, squeezed to a size: uint8 (spec.height, spec.width, 3)."""
    photo = frame.pixels[frame.top : frame.bottom]
    return cv2.resize(photo, (spec.width, spec.height), interpolation=cv2.INTER_AREA)


@dataclass(frozen=True)
class Crops:
    """The views of one photo whose answers a model averages.

    Attributes:
        offsets: rows by which each view lies below the band, as far as the photo reaches; a square
            has one view, whatever they are.
        mirror: whether each is looked at mirrored as well.
        spec: what the network sees.
    """

    offsets: tuple[int, ...] = (0,)
    mirror: bool = False
    spec: InputSpec = BAND

    @classmethod
    def of_card(cls, told: Mapping[str, Any], spec: InputSpec) -> Crops:
        """Those that a card's "input.crops" describes."""
        return cls(tuple(told["offsets"]), told["mirror"], spec)

    def __len__(self) -> int:
        views = 1 if self.spec.crop == "square" else len(self.offsets)
        return views * (2 if self.mirror else 1)

    def of(self, frame: Frame) -> np.ndarray:
        """The views, uint8 (V, H, W, 3): V of 120 x 240, unless `spec` says otherwise."""
        if self.spec.crop == "square":
            views = square(frame, self.spec)[None]
        else:
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


def over_crops(told: torch.Tensor, crops: np.ndarray) -> torch.Tensor:
    """What is told of each crop, (B * V, N), as means over each photo's, (B, N)."""
    return told.unflatten(0, crops.shape[:2]).mean(dim=1)
