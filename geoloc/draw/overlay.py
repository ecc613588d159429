"""A class activation map laid over the photo it explains."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Literal, get_args

import cv2
import numpy as np

from geoloc.explain.spread import spread

if TYPE_CHECKING:
    from geoloc.explain import Cam

ColourMap = Literal["viridis", "inferno", "cividis", "magma", "plasma"]
COLOUR_MAPS: tuple[ColourMap, ...] = get_args(ColourMap)

# Blue against, orange for: told apart by every common kind of colour blindness and by lightness.
_AGAINST = np.array([[8, 48, 107], [33, 113, 181], [107, 174, 214]], float)
_NEUTRAL = np.array([[247, 247, 247]], float)
_FOR = np.array([[253, 174, 97], [230, 97, 1], [127, 39, 4]], float)


@cache
def _table(colour_map: ColourMap) -> np.ndarray:
    """A sequential map's colours from low to high: uint8 (256, 3)."""
    if colour_map not in COLOUR_MAPS:
        raise ValueError(f"no colour map {colour_map!r}; there are {', '.join(COLOUR_MAPS)}")
    code = getattr(cv2, f"COLORMAP_{colour_map.upper()}")
    steps = np.arange(256, dtype=np.uint8)[:, None]
    table = cv2.cvtColor(cv2.applyColorMap(steps, code), cv2.COLOR_BGR2RGB)[:, 0]
    table.flags.writeable = False
    return table


@cache
def _diverging_table() -> np.ndarray:
    """Blue by way of near-white to orange: uint8 (257, 3), zero in the middle at 128."""
    stops = np.concatenate([_AGAINST, _NEUTRAL, _FOR])
    at = np.linspace(0, len(stops) - 1, 257)
    channels = [np.interp(at, np.arange(len(stops)), stops[:, i]) for i in range(3)]
    table = np.stack(channels, axis=1).round().astype(np.uint8)
    table.flags.writeable = False
    return table


def _to_unit(values: np.ndarray) -> np.ndarray:
    """Least to greatest as 0 to 1; where all are alike, 0.5."""
    low, high = float(values.min()), float(values.max())
    if high == low:
        return np.full(values.shape, 0.5, np.float32)
    return ((values - low) / (high - low)).astype(np.float32)


def _to_signed_unit(values: np.ndarray) -> np.ndarray:
    """Scaled so that the greatest magnitude is 1 and zero stays zero."""
    largest = float(np.abs(values).max())
    if largest == 0:
        return np.zeros(values.shape, np.float32)
    return (values / largest).astype(np.float32)


def overlay(
    band: np.ndarray,
    cam: Cam,
    opacity: float = 0.5,
    colour_map: ColourMap = "viridis",
    signed: bool = False,
) -> np.ndarray:
    """Tint the photo's 2:1 band by a CAM.

    Unsigned, the CAM's least value takes the first colour and its greatest the last. Signed, zero
    is the centre: orange speaks for the country, blue against it, and the tint thins out towards
    zero, so that what says nothing keeps the photo's own colours.

    Args:
        band: uint8 (H, W, 3) RGB, such as `cam.spec.part(pixels)` gives; not changed.
        cam: any size; its cells are spread evenly over the band.
        opacity: of the strongest tint, in [0, 1].
        colour_map: one of `COLOUR_MAPS`; a signed overlay has its own colours.
        signed: whether to show the sign of the evidence.

    Returns:
        uint8 (H, W, 3) RGB.

    Raises:
        ValueError: if the opacity or the colour map is not one of those above.
    """
    if not 0 <= opacity <= 1:
        raise ValueError(f"opacity lies in [0, 1], not {opacity}")
    shape = band.shape[:2]
    if signed:
        evidence = spread(_to_signed_unit(cam.values), shape)
        colours = _diverging_table()[np.rint((evidence + 1) * 128).astype(np.intp)]
        return _blend(_grey(band), colours, opacity * np.abs(evidence)[..., None])
    return _blend(band, tint(cam, shape, colour_map), opacity)


def tint(cam: Cam, shape: tuple[int, int], colour_map: ColourMap = "viridis") -> np.ndarray:
    """The tint by itself, opaque, for what lays it over a photo: uint8 (H, W, 3) RGB.

    Args:
        cam: any size; its cells are spread evenly.
        shape: (H, W).
        colour_map: one of `COLOUR_MAPS`.

    Raises:
        ValueError: if there is no such colour map.
    """
    evidence = spread(_to_unit(cam.values), shape)
    return _table(colour_map)[np.rint(evidence * 255).astype(np.intp)]


def _grey(band: np.ndarray) -> np.ndarray:
    return cv2.cvtColor(cv2.cvtColor(band, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)


def _blend(band: np.ndarray, colours: np.ndarray, opacity: float | np.ndarray) -> np.ndarray:
    blended = band + (colours.astype(np.float32) - band) * np.asarray(opacity, np.float32)
    return np.rint(blended).astype(np.uint8)


def legend(
    colour_map: ColourMap = "viridis", signed: bool = False, width: int = 256, height: int = 12
) -> np.ndarray:
    """A colour bar from least to greatest evidence, left to right: uint8 (height, width, 3)."""
    table = _diverging_table() if signed else _table(colour_map)
    row = table[np.rint(np.linspace(0, len(table) - 1, width)).astype(np.intp)]
    return np.repeat(row[None], height, axis=0)


def tile(values: np.ndarray, limit: float, cell: int = 20) -> np.ndarray:
    """A small map by itself, each cell a square of one colour: uint8 (h * cell, w * cell, 3).

    Args:
        values: (h, w); where one is below zero, the colours are those of a signed overlay.
        limit: the magnitude that takes the last colour, so that tiles can be compared.
        cell: pixels a side.
    """
    share = np.clip(values / (limit or 1.0), -1, 1)
    if share.min() < 0:
        colours = _diverging_table()[np.rint((share + 1) * 128).astype(np.intp)]
    else:
        colours = _table("viridis")[np.rint(share * 255).astype(np.intp)]
    return colours.repeat(cell, axis=0).repeat(cell, axis=1)
