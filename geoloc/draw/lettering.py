"""Writing on pictures: what it takes, in pixels, and how a picture becomes a file."""

from __future__ import annotations

import re
from collections.abc import Iterator

import cv2
import numpy as np

INK = (30, 24, 20)
REGULAR, BOLD = 400, 650

# What the font has no sign for, and what stands there: French has a narrow space in its numbers.
_SIGNS = str.maketrans({"\N{NARROW NO-BREAK SPACE}": "\N{NO-BREAK SPACE}"})


def write(
    sheet: np.ndarray,
    text: str,
    left: int,
    baseline: int,
    size: int,
    weight: int = REGULAR,
    colour: tuple[int, int, int] = INK,
) -> None:
    """Put a line onto a picture, uint8 (H, W, 3) RGB, which is changed."""
    cv2.putText(sheet, text.translate(_SIGNS), (left, baseline), colour, _font(), size, weight)


def width_of(text: str, size: int, weight: int = REGULAR) -> int:
    """How wide a line is."""
    return cv2.getTextSize((0, 0), text.translate(_SIGNS), (0, 0), _font(), size, weight)[2]


def fitting(text: str, width: int, size: int, weight: int = REGULAR) -> str:
    """The line, or as much of it as fits, with an ellipsis."""
    if width_of(text, size, weight) <= width:
        return text
    while text and width_of(text + "…", size, weight) > width:
        text = text[:-1]
    return text.rstrip() + "…"


def broken(line: str, width: int, size: int) -> Iterator[str]:
    """The line in parts that fit, broken at spaces that may be broken at."""
    part = ""
    for word in re.split("[ \\n]+", line.strip()):
        longer = f"{part} {word}".strip()
        if part and width_of(longer, size) > width:
            yield part
            longer = word
        part = longer
    if part:
        yield part


def as_png(sheet: np.ndarray) -> bytes:
    """A picture, uint8 (H, W, 3) RGB, as a PNG without any data but its pixels."""
    done, encoded = cv2.imencode(".png", cv2.cvtColor(sheet, cv2.COLOR_RGB2BGR))
    assert done
    return encoded.tobytes()


def _font() -> cv2.FontFace:
    # OpenCV's own, with the letters that names of countries need. Not safe to share by threads.
    return cv2.FontFace("sans")
