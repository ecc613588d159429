"""Frames as plain bytes in one file, mapped into memory: what an epoch reads fastest.

172,800 bytes a photo at the usual scale, so that they are for data sets that fit a disk's cache.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from geoloc.files import replacing
from geoloc.photo.inputs import Frame

FILE = "frames.u8"


def size(count: int, side: int) -> int:
    """Bytes that so many frames take on the disk."""
    return count * side**2 * 3


def write(place: Path, frames: Iterable[Frame], count: int, side: int) -> None:
    """Keep frames, in their order.

    Args:
        place: folder.
        frames: of this side.
        count: how many there are at most.
        side: of each, in pixels.
    """
    with replacing(place / FILE) as aside:
        kept = 0
        pixels = np.memmap(aside, np.uint8, "w+", shape=(count, side, side, 3))
        for kept, frame in enumerate(frames, start=1):
            # Without gaps: an epoch then indexes the file itself, never a copy in memory.
            pixels[kept - 1] = frame.pixels
        pixels.flush()
        del pixels
        os.truncate(aside, size(kept, side))


def read(place: Path, count: int, side: int) -> np.ndarray:
    """The frames, uint8 (count, side, side, 3), on the disk."""
    shape = (count, side, side, 3)
    # A file of no bytes cannot be mapped.
    return np.memmap(place / FILE, np.uint8, "r", shape=shape) if count else np.zeros(shape, "u1")
