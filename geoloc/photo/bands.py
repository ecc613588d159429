"""Pictures reduced while they are read, a band of rows at a time.

Pillow holds four bytes a pixel, and twice that while colours change: of 64 megapixels half a
gigabyte. A band of a million pixels, reduced before the next one comes, takes a few megabytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from PIL import Image

from geoloc.photo.colour import to_eight_bits
from geoloc.photo.picture import LONGEST_SIDE

_PIXELS = 1_000_000


def spans(width: int, height: int) -> Iterator[tuple[int, int]]:
    """First row, and the one after the last, of each band; all but the last are as high."""
    factor = _factor(width, height)
    rows = factor * max(1, _PIXELS // (width * factor))
    for top in range(0, height, rows):
        yield top, min(top + rows, height)


def stacked(bands: Iterable[Image.Image], width: int, height: int) -> Image.Image:
    """The picture that bands make, in 8 bits a channel, where it is large by a whole factor less.

    Args:
        bands: from top to bottom, as high as `spans` says, all of one mode.
        width: of the picture that the bands make, in pixels.
        height: likewise.
    """
    factor = _factor(width, height)
    whole: Image.Image | None = None
    top = 0
    for band in bands:
        reduced = to_eight_bits(band)
        if factor > 1:
            reduced = reduced.reduce(factor)
        if whole is None:
            whole = Image.new(reduced.mode, (reduced.width, -(-height // factor)))
        whole.paste(reduced, (0, top))
        top += reduced.height
    if whole is None:
        raise ValueError("no rows")
    return whole


def _factor(width: int, height: int) -> int:
    return max(1, max(width, height) // LONGEST_SIDE)
