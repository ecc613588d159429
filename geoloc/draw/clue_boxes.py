"""Boxes on a photo around the text that was read, each with what it speaks for."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from geoloc.clues import Clue, Kind, TextLine
from geoloc.draw.lettering import BOLD, INK, fitting, width_of, write

_SPEAKS, _SILENT = (230, 97, 1), (150, 150, 150)
_PAPER = (255, 255, 255)
_MOST_COUNTRIES = 3
_BLUR = 0.6  # of a plate's height: no letter of it is left


def clue_boxes(
    pixels: np.ndarray, lines: Sequence[TextLine], clues: Sequence[Clue] = ()
) -> np.ndarray:
    """The photo with a box around each line: orange where a clue was found, grey where none was.

    Above an orange box stand the countries that its strongest clue speaks for. Number plates are
    blurred, so that the picture can be shown.

    Args:
        pixels: the photo that the lines were read in, uint8 (H, W, 3) RGB; not changed.
        lines: what was read; lines that were typed have no box and are left out.
        clues: what was found in those lines.

    Returns:
        uint8 (H, W, 3) RGB.

    Example:
        >>> lines = read_text(photo)
        >>> picture = clue_boxes(photo.pixels, lines, clues_of(lines))
    """
    picture = pixels.copy()
    size = max(14, round(min(picture.shape[:2]) / 40))
    boxed = [line for line in lines if line.box]
    # All blurs first: a plate may lie under the box or the words of another line.
    for line in boxed:
        if any(clue.line is line and clue.kind == Kind.PLATE for clue in clues):
            _blur(picture, _corners(line))
    for line in boxed:
        spoken = [clue for clue in clues if clue.line is line]
        colour = _SPEAKS if spoken else _SILENT
        thickness = max(2, size // 7) if spoken else 1
        cv2.polylines(picture, [_corners(line)], True, colour, thickness, cv2.LINE_AA)
    for line in boxed:
        spoken = [clue for clue in clues if clue.line is line]
        if spoken:
            strongest = max(spoken, key=lambda clue: clue.strength)
            _label(picture, _corners(line), _countries(strongest), size)
    return picture


def _corners(line: TextLine) -> np.ndarray:
    """int32 (4, 2)."""
    return np.rint(line.box).astype(np.int32)


def _countries(clue: Clue) -> str:
    codes = [c for c, times in clue.likelihoods.items() if times >= 0.9 * clue.strength]
    more = " …" if len(codes) > _MOST_COUNTRIES else ""
    return f"{' '.join(codes[:_MOST_COUNTRIES])}{more} ×{clue.strength:.0f}"


def _label(picture: np.ndarray, corners: np.ndarray, text: str, size: int) -> None:
    height, width = picture.shape[:2]
    text = fitting(text, width - size, size, BOLD)
    long, high = width_of(text, size, BOLD) + size, round(1.5 * size)
    left = int(np.clip(corners[:, 0].min(), 0, max(0, width - long)))
    above = int(corners[:, 1].min()) - high - 2
    top = above if above >= 0 else min(int(corners[:, 1].max()) + 2, height - high)
    cv2.rectangle(picture, (left, top), (left + long, top + high), _PAPER, -1)
    write(picture, text, left + size // 2, top + round(1.1 * size), size, BOLD, INK)


def _blur(picture: np.ndarray, corners: np.ndarray) -> None:
    height, width = picture.shape[:2]
    left, top = np.clip(corners.min(axis=0), 0, (width - 1, height - 1))
    right, bottom = np.clip(corners.max(axis=0) + 1, (left + 1, top + 1), (width, height))
    part = picture[top:bottom, left:right]
    part[...] = cv2.GaussianBlur(part, (0, 0), max(3.0, _BLUR * (bottom - top)))
