"""Pictures with captions on one sheet, as a PNG to keep; it has no data but its pixels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

_MARGIN, _GAP, _LINE, _SIZE = 24, 16, 30, 20
_COLUMNS = 2
_PAPER, _INK = (255, 255, 255), (30, 24, 20)
_BAR = 14


@dataclass(frozen=True)
class Picture:
    """One picture of a sheet.

    Attributes:
        pixels: uint8 (H, W, 3) RGB.
        caption: one line below it.
    """

    pixels: np.ndarray
    caption: str


def poster(
    pictures: Sequence[Picture], bar: np.ndarray, ends: tuple[str, str], lines: Sequence[str]
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
    text = [part for line in lines for part in _broken(line, inside)]
    rows = -(-len(pictures) // columns)
    bottom = _MARGIN + rows * (high + _LINE + _GAP)
    size = bottom + _BAR + 2 * _LINE + len(text) * _LINE + _MARGIN
    sheet = np.full((size, inside + 2 * _MARGIN, 3), _PAPER, np.uint8)
    for number, picture in enumerate(pictures):
        top = _MARGIN + number // columns * (high + _LINE + _GAP)
        left = _MARGIN + number % columns * (wide + _GAP)
        sheet[top : top + high, left : left + wide] = picture.pixels
        _write(sheet, _fitting(picture.caption, wide), left, top + high + _LINE - 8)
    sheet[bottom : bottom + _BAR, _MARGIN : _MARGIN + wide] = cv2.resize(bar, (wide, _BAR))
    _write(sheet, ends[0], _MARGIN, bottom + _BAR + _LINE - 8)
    _write(sheet, ends[1], _MARGIN + wide - _width(ends[1]), bottom + _BAR + _LINE - 8)
    for number, line in enumerate(text):
        _write(sheet, line, _MARGIN, bottom + _BAR + (number + 2) * _LINE)
    done, encoded = cv2.imencode(".png", cv2.cvtColor(sheet, cv2.COLOR_RGB2BGR))
    assert done
    return encoded.tobytes()


def _font() -> cv2.FontFace:
    # OpenCV's own, with the letters that names of countries need. Not safe to share by threads.
    return cv2.FontFace("sans")


def _write(sheet: np.ndarray, text: str, left: int, baseline: int) -> None:
    cv2.putText(sheet, text, (left, baseline), _INK, _font(), _SIZE)


def _width(text: str) -> int:
    return cv2.getTextSize((0, 0), text, (0, 0), _font(), _SIZE)[2]


def _fitting(text: str, width: int) -> str:
    if _width(text) <= width:
        return text
    while text and _width(text + "…") > width:
        text = text[:-1]
    return text + "…"


def _broken(line: str, width: int) -> Iterator[str]:
    """The line in parts that fit, broken at spaces."""
    part = ""
    for word in line.split():
        longer = f"{part} {word}".strip()
        if part and _width(longer) > width:
            yield part
            longer = word
        part = longer
    if part:
        yield part
