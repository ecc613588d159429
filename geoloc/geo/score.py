"""Points for a pin, from its distance to the truth: 5000 exp(-d / 1492.7 km), as in GeoGuessr.

Astruc et al. 2024, arXiv:2404.18873, measure models by it: unlike a distance it has no end to what
a good answer can gain, and an end to what a hopeless one can lose.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

MOST_POINTS = 5000
SCALE_KM = 1492.7


def geo_score(distance_m: ArrayLike) -> np.ndarray:
    """Points in [0, 5000] for distances in metres, any shape.

    Example:
        >>> geo_score([0.0, 1_492_700.0]).round()
        array([5000., 1839.])
    """
    return MOST_POINTS * np.exp(-np.asarray(distance_m, float) / (SCALE_KM * 1000))
