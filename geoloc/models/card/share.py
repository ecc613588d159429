"""A share of photos and how sure it is (Wilson 1927, JASA 22:209)."""

from __future__ import annotations

import math
from dataclasses import dataclass

_Z = 1.959964  # of the normal distribution: 95 % lie within


@dataclass(frozen=True)
class Share:
    """A share of photos in [0, 1] with its 95 % interval, where one is known."""

    value: float
    low: float | None = None
    high: float | None = None

    @property
    def margins(self) -> tuple[float, float]:
        """How far the interval reaches below and above the value; 0 where none is known."""
        if self.low is None or self.high is None:
            return 0.0, 0.0
        return self.value - self.low, self.high - self.value

    @staticmethod
    def of(right: int, photos: int) -> Share:
        """`right` of `photos`, with Wilson's interval (1927), as if each photo were of a place of
        its own: where photos share places, the truth is wider.

        Raises:
            ValueError: if there is no photo.
        """
        if photos < 1:
            raise ValueError("a share is of one photo or more")
        share = right / photos
        centre = share + _Z**2 / (2 * photos)
        reach = _Z * math.sqrt(share * (1 - share) / photos + _Z**2 / (4 * photos**2))
        scale = 1 + _Z**2 / photos
        # Rounding must not put the end of an interval beyond what was seen.
        low, high = (centre - reach) / scale, (centre + reach) / scale
        return Share(share, max(0.0, min(low, share)), min(1.0, max(high, share)))
