"""The point whose expected distance to a weighted cloud of points is smallest."""

from __future__ import annotations

import numpy as np

_NEAR_M = 0.5
_STILL_M = 0.05
_STEPS = 200


def geometric_median(points: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The geometric median by Weiszfeld's steps (1937, translated: doi:10.1007/s10479-008-0352-z).

    A single mass far away drags the mean across the city, the median it hardly moves; it is also
    what the mean distance, the measure of pins, is smallest at.

    Args:
        points: metres, (P, 2).
        weights: (P,), not negative, not all 0.

    Returns:
        Metres, float64 (2,), to about a decimetre.
    """
    # From the mean on: of two equal points each one between is a median, and the middle is wanted.
    middle = weights @ points / weights.sum()
    x, y = np.ascontiguousarray(points.T)
    for _ in range(_STEPS):
        pull = weights / np.sqrt((x - middle[0]) ** 2 + (y - middle[1]) ** 2 + _NEAR_M**2)
        before, middle = middle, pull @ points / pull.sum()
        if np.linalg.norm(middle - before) < _STILL_M:
            break
    return middle
