"""A line of text in a photo, as it was read."""

from __future__ import annotations

import math
from dataclasses import dataclass

Corner = tuple[float, float]


@dataclass(frozen=True)
class TextLine:
    """A line that was read in a photo, or typed by somebody who read it.

    Attributes:
        text: as it stands there.
        confidence: how sure the reader is of its letters, in [0, 1]; 1 if it was typed.
        box: (x, y) of its corners in the photo's pixels, as one reads: from the start of the
            line's top, clockwise; empty if it was typed.
    """

    text: str
    confidence: float = 1.0
    box: tuple[Corner, ...] = ()

    @property
    def angle(self) -> float:
        """Degrees clockwise from level in which the line runs, in (-180, 180]."""
        if not self.box:
            return 0.0
        (left, top), (right, bottom) = self.box[:2]
        return math.degrees(math.atan2(bottom - top, right - left))
