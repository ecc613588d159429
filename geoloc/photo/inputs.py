"""The one way in which a photo becomes what a network sees: its central 2:1 band, or more.

Serving, class activation maps and training all pass through `InputSpec`, so that they cannot drift
apart. The band spans the photo's full width unless the photo is wider than 2:1; a frame keeps what
lies above and below it as well, for crops at other heights.

Pixels stay uint8 until they become a batch, and `InputSpec.batch` is the one step that makes one:
it divides by 255, then standardises. Networks of this package standardise photos themselves, so
their spec has mean 0 and std 1; a network that others published may have its statistics here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import cv2
import numpy as np
from PIL import Image

if TYPE_CHECKING:
    import torch

    from geoloc.photo.read import Photo

PREPARATION_VERSION = 1
"""Raised whenever the same file would become other pixels: what was kept of photos is then made
anew."""

WIDTH, HEIGHT = 240, 120
FRAME = 240
"""Side of a frame, unless a network sees more than that."""
LARGEST = 960
"""Pixels along a side that a network sees at most."""

CropMethod = Literal["band", "square", "full", "centre"]
Interpolation = Literal["area", "bilinear", "bicubic"]
Colour = tuple[float, float, float]
"""Red, green, blue."""

BLACK, ONE = (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)

_WORDS: dict[CropMethod, str] = {
    "band": "the largest central 2:1 band of the upright photo",
    "square": "the largest central part of the upright photo that is not taller than wide",
    "full": "the whole upright photo",
    "centre": "the largest central square of the upright photo",
}
_ANTIALIASED: dict[str, Image.Resampling] = {
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
}


@dataclass(frozen=True)
class Framing:
    """How photos are kept for networks: those that agree in it can share frames.

    Attributes:
        side: of the square frame in pixels.
        whole: whether it holds all of a photo, squeezed; else what lies around its band, to scale.
        centre: whether it holds the photo's central square and nothing else.
        interpolation: as `InputSpec` has it.
    """

    side: int = FRAME
    whole: bool = False
    centre: bool = False
    interpolation: Interpolation = "area"

    def __str__(self) -> str:
        """What caches are keyed by: what is as usual goes without saying."""
        unusual = ", centre" * self.centre
        if self.interpolation != "area":
            unusual += f", {self.interpolation}"
        return f"Framing(side={self.side}, whole={self.whole}{unusual})"


@dataclass(frozen=True)
class InputSpec:
    """What a network sees of a photo.

    Attributes:
        height: rows.
        width: columns.
        crop: "band", the central 2:1 band; "square", the photo's full width and as many of its
            rows as a square of that width has; "full", all of it; "centre", its central square.
            "square" and "full" are squeezed to the size, whatever the photo's proportions.
        mean: what is taken off red, green and blue in [0, 1]; 0 for a network that standardises
            photos itself.
        std: what they are divided by then; 1 for such a network.
        interpolation: how photos are made smaller: "area", the mean over each pixel's area;
            "bilinear" or "bicubic", antialiased, as networks are fed that were published with it.

    Raises:
        ValueError: if there is no such crop or interpolation, a side is not in [8, 960] or no
            multiple of 8, a band is not twice as wide as high, "centre" is no square, or mean and
            std are no three finite numbers, std above 0.

    Example:
        >>> pixels = np.zeros((900, 1600, 3), np.uint8)
        >>> InputSpec().prepare(pixels).shape, InputSpec(192, 192, "square").prepare(pixels).shape
        ((120, 240, 3), (192, 192, 3))
        >>> half = (0.5, 0.5, 0.5)
        >>> spec = InputSpec(224, 224, "centre", mean=half, std=half, interpolation="bicubic")
        >>> spec.batch([spec.prepare(pixels)]).aminmax()
        torch.return_types.aminmax(
        min=tensor(-1.),
        max=tensor(-1.))
    """

    height: int = HEIGHT
    width: int = WIDTH
    crop: CropMethod = "band"
    mean: Colour = BLACK
    std: Colour = ONE
    interpolation: Interpolation = "area"

    def __post_init__(self) -> None:
        for name, values in (("mean", self.mean), ("std", self.std)):
            # Recipes and cards have lists.
            object.__setattr__(self, name, tuple(map(float, values)))
        if len(self.mean) != 3 or len(self.std) != 3 or not np.isfinite(self.mean).all():
            raise ValueError("mean and std are three numbers each: of red, green and blue")
        if not all(0 < each < np.inf for each in self.std):
            raise ValueError(f"std lies above 0, and is not {list(self.std)}")
        if self.interpolation not in get_args(Interpolation):
            methods = ", ".join(get_args(Interpolation))
            raise ValueError(f"interpolation is one of {methods}, not {self.interpolation!r}")
        if self.crop not in get_args(CropMethod):
            methods = ", ".join(get_args(CropMethod))
            raise ValueError(f"crop is one of {methods}, not {self.crop!r}")
        if not all(8 <= side <= LARGEST and side % 8 == 0 for side in self.size):
            raise ValueError(
                f"{self.width} x {self.height}: sides are multiples of 8 up to {LARGEST}"
            )
        if self.crop == "band" and self.width != 2 * self.height:
            raise ValueError(
                f"a band is twice as wide as high, not {self.width} x {self.height}: take "
                f"{WIDTH} x {HEIGHT}"
            )
        if self.crop == "centre" and self.width != self.height:
            raise ValueError(f"centre is a square, not {self.width} x {self.height}")

    @property
    def standardises(self) -> bool:
        """Whether its batches are anything but colours in [0, 1]."""
        return (self.mean, self.std) != (BLACK, ONE)

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.height, self.width

    @property
    def framing(self) -> Framing:
        """How photos are kept for it."""
        alone = self.crop in ("full", "centre")
        # What is one crop and no other is kept as it is seen, and resized once.
        side = max(self.size) if self.interpolation != "area" and alone else max(FRAME, *self.size)
        return Framing(side, self.crop == "full", self.crop == "centre", self.interpolation)

    @property
    def described(self) -> dict[str, Any]:
        """What a card's "input" says of it."""
        card: dict[str, Any] = {"width": self.width, "height": self.height}
        card["crop"] = _WORDS[self.crop]
        if self.crop != "band":
            card["method"] = self.crop
        return card | self._unusual

    def as_card(self) -> dict[str, Any]:
        """The same as a recipe's "input" has it."""
        return {"height": self.height, "width": self.width, "crop": self.crop, **self._unusual}

    @property
    def _unusual(self) -> dict[str, Any]:
        """Mean, std and interpolation, where they are not as they are for most networks."""
        unusual: dict[str, Any] = {}
        if self.standardises:
            unusual |= {"mean": list(self.mean), "std": list(self.std)}
        if self.interpolation != "area":
            unusual["interpolation"] = self.interpolation
        return unusual

    def frame(self, pixels: np.ndarray) -> Frame:
        """An upright RGB photo, uint8 (H, W, 3), at this input's scale.

        Raises:
            ValueError: if the array is not uint8 (H, W, 3).
        """
        return frame(pixels, self.framing)

    def prepare(self, pixels: np.ndarray) -> np.ndarray:
        """What the network sees of an upright RGB photo, uint8 (H, W, 3): uint8 (height, width, 3).

        Raises:
            ValueError: if the array is not uint8 (H, W, 3).
        """
        return Crops(spec=self).of(self.frame(pixels))[0]

    def batch(
        self, views: Sequence[np.ndarray] | np.ndarray, device: str | torch.device = "cpu"
    ) -> torch.Tensor:
        """Prepared photos, each uint8 (H, W, 3), as a network takes them: float32 (B, 3, H, W)."""
        return self.standardise(to_batch(views, device))

    def standardise(self, batch: torch.Tensor) -> torch.Tensor:
        """(x - mean) / std of colours in [0, 1], (B, 3, H, W)."""
        if not self.standardises:
            return batch
        mean, std = (batch.new_tensor(each).view(1, 3, 1, 1) for each in (self.mean, self.std))
        return (batch - mean) / std

    def part(self, pixels: np.ndarray) -> np.ndarray:
        """The part of a photo (H, W, 3) that it shows, at the photo's own resolution, a view."""
        if self.crop == "full":
            return pixels
        if self.crop == "centre":
            return _central_square(pixels)
        if self.crop == "band":
            pixels = _central_columns(pixels)
        height, width = pixels.shape[:2]
        kept = max(1, min(height, round(width / 2) if self.crop == "band" else width))
        top = (height - kept) // 2
        return pixels[top : top + kept]


BAND = InputSpec()


@dataclass(frozen=True)
class Frame:
    """A photo at a band's scale: the middle half of its rows is exactly the band.

    Attributes:
        pixels: uint8 (S, S, 3), of 240 rows unless a network sees more; rows outside [top, bottom)
            repeat the nearest row of the photo.
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


def _central_square(pixels: np.ndarray) -> np.ndarray:
    height, width = pixels.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return pixels[top : top + side, left : left + side]


def frame(pixels: np.ndarray, framing: Framing = Framing()) -> Frame:
    """Scale an upright RGB photo, uint8 (H, W, 3), into a `Frame`.

    Raises:
        ValueError: if the array is not uint8 (H, W, 3).
    """
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3 or not pixels.size:
        raise ValueError(f"a photo is uint8 (H, W, 3), not {pixels.dtype} {pixels.shape}")
    side = framing.side
    if framing.whole or framing.centre:
        part = _central_square(pixels) if framing.centre else pixels
        return Frame(_resized(part, (side, side), framing.interpolation), top=0, bottom=side)
    pixels = _central_columns(pixels)
    height, width = pixels.shape[:2]
    # Rows beyond the frame would only be scaled to be thrown away. An even number of rows has its
    # middle between two of them, as the band has; an odd one would lie half a row off.
    rows = round(min(height * side / width, side))
    rows = max(rows - rows % 2, side // 2)
    kept = min(height, max(1, round(rows * width / side)))
    start = (height - kept) // 2
    pixels = pixels[start : start + kept]
    if framing.interpolation != "area":
        scaled = _resized(pixels, (rows, side), framing.interpolation)
    else:
        method = cv2.INTER_AREA if width > side else cv2.INTER_CUBIC
        scaled = cv2.resize(pixels, (side, rows), interpolation=method)
    margin = (side - rows) // 2
    padded = cv2.copyMakeBorder(scaled, margin, margin, 0, 0, cv2.BORDER_REPLICATE)
    return Frame(pixels=padded, top=margin, bottom=margin + rows)


def _resized(
    pixels: np.ndarray, size: tuple[int, int], interpolation: Interpolation = "area"
) -> np.ndarray:
    """Pixels (H, W, 3) squeezed to so many rows and columns."""
    if pixels.shape[:2] == size:
        return pixels
    if interpolation != "area":
        # OpenCV's own don't antialias: what is made much smaller would sparkle.
        image = Image.fromarray(np.ascontiguousarray(pixels))
        return np.asarray(image.resize(size[::-1], _ANTIALIASED[interpolation]))
    return cv2.resize(pixels, size[::-1], interpolation=cv2.INTER_AREA)


def prepare(pixels: np.ndarray) -> np.ndarray:
    """The band of an upright RGB photo, uint8 (H, W, 3), for a network: uint8 (120, 240, 3)."""
    return BAND.prepare(pixels)


@dataclass(frozen=True)
class Crops:
    """The views of one photo whose answers a model averages.

    Attributes:
        offsets: rows by which each view lies below the band of 240 columns, as far as the photo
            reaches; other crops have one view, whatever they are.
        mirror: whether each is looked at mirrored as well.
        spec: what the network sees.
    """

    offsets: tuple[int, ...] = (0,)
    mirror: bool = False
    spec: InputSpec = BAND

    def __len__(self) -> int:
        views = len(self.offsets) if self.spec.crop == "band" else 1
        return views * (2 if self.mirror else 1)

    def of(self, frame: Frame) -> np.ndarray:
        """The views of a frame of the spec's framing, uint8 (V, height, width, 3)."""
        side = len(frame.pixels)
        if self.spec.crop == "band":
            offsets = np.multiply(self.offsets, side) // FRAME
            tops = np.clip(offsets + side // 4, frame.top, frame.bottom - side // 2)
            parts = [frame.pixels[top : top + side // 2] for top in tops]
        else:
            parts = [frame.pixels[frame.top : frame.bottom]]
        method = self.spec.interpolation
        views = np.stack([_resized(part, self.spec.size, method) for part in parts])
        return np.concatenate([views, views[:, :, ::-1]]) if self.mirror else views

    def of_all(self, frames: Iterable[Frame]) -> np.ndarray:
        """The views of each of several photos, uint8 (B, V, height, width, 3)."""
        return np.stack([self.of(frame) for frame in frames])

    def of_photos(self, photos: Iterable[Photo]) -> np.ndarray:
        """The same of photos, each of which is framed once for whoever sees it so."""
        return self.of_all(photo.frame(self.spec.framing) for photo in photos)


def to_batch(
    bands: Sequence[np.ndarray] | np.ndarray, device: str | torch.device = "cpu"
) -> torch.Tensor:
    """Prepared photos, each uint8 (H, W, 3), as one float32 batch (B, 3, H, W) in [0, 1]."""
    import torch  # which processes that only read photos do without

    batch = torch.from_numpy(np.ascontiguousarray(bands)).to(device)
    return batch.permute(0, 3, 1, 2).float().div_(255)


def flat(
    crops: np.ndarray, spec: InputSpec = BAND, device: str | torch.device = "cpu"
) -> torch.Tensor:
    """All crops uint8 (B, V, H, W, 3) of a spec as one batch (B * V, 3, H, W)."""
    return spec.batch(crops.reshape(-1, *crops.shape[2:]), device)


def over_crops(outputs: torch.Tensor, crops: np.ndarray) -> torch.Tensor:
    """Outputs of each crop, (B * V, N), as means over each photo's, (B, N)."""
    return outputs.unflatten(0, crops.shape[:2]).mean(dim=1)
