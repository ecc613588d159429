"""Pictures with captions on one sheet, as a PNG to keep; it has no data but its pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from geoloc.draw.lettering import as_png, broken, fitting, width_of, write

_MARGIN, _GAP, _LINE, _SIZE = 24, 16, 30, 20
_COLUMNS = 2
_PAPER = (255, 255, 255)
_BAR = 14


@dataclass(frozen=True)
class Panel:
    """One picture of a sheet.

    Attributes:
        pixels: uint8 (H, W, 3) RGB.
        caption: one line below it.
    """

    pixels: np.ndarray
    caption: str


def poster(
    pictures: Sequence[Panel], bar: np.ndarray, ends: tuple[str, str], lines: Sequence[str]
) -> bytes:
    """A sheet: pictures in two columns, the colours' legend, and some lines of text.

    Args:
        pictures: one or more, all of one size.
        bar: the legend's colours, uint8 (h, w, 3).
        ends: what its left and its right end mean.
        lines: the caption of the sheet; long ones are broken.
    """
    high, wide = pictures[0].pixels.shape[:2]
    columns = min(_COLUMNS, len(pictures))
    inside = columns * wide + (columns - 1) * _GAP
    text = [part for line in lines for part in broken(line, inside, _SIZE)]
    rows = -(-len(pictures) // columns)
    bottom = _MARGIN + rows * (high + _LINE + _GAP)
    size = bottom + _BAR + 2 * _LINE + len(text) * _LINE + _MARGIN
    sheet = np.full((size, inside + 2 * _MARGIN, 3), _PAPER, np.uint8)
    for number, picture in enumerate(pictures):
        top = _MARGIN + number // columns * (high + _LINE + _GAP)
        left = _MARGIN + number % columns * (wide + _GAP)
        sheet[top : top + high, left : left + wide] = picture.pixels
        write(sheet, fitting(picture.caption, wide, _SIZE), left, top + high + _LINE - 8, _SIZE)
    sheet[bottom : bottom + _BAR, _MARGIN : _MARGIN + wide] = cv2.resize(bar, (wide, _BAR))
    write(sheet, ends[0], _MARGIN, bottom + _BAR + _LINE - 8, _SIZE)
    write(
        sheet, ends[1], _MARGIN + wide - width_of(ends[1], _SIZE), bottom + _BAR + _LINE - 8, _SIZE
    )
    for number, line in enumerate(text):
        write(sheet, line, _MARGIN, bottom + _BAR + (number + 2) * _LINE, _SIZE)
    return as_png(sheet)
