"""From UTM coordinates to latitude and longitude.

The Krueger series to the third order in the third flattening, good to far less than a millimetre
(Karney 2011, Transverse Mercator with an accuracy of a few nanometers, arXiv:1002.1417).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

# WGS 84: semi-major axis in metres, flattening, and UTM's scale on the central meridian.
_A, _F, _SCALE = 6_378_137.0, 1 / 298.257223563, 0.9996
_N = _F / (2 - _F)
_RADIUS = _A / (1 + _N) * (1 + _N**2 / 4 + _N**4 / 64)
_BETA = (
    _N / 2 - 2 * _N**2 / 3 + 37 * _N**3 / 96,
    _N**2 / 48 + _N**3 / 15,
    17 * _N**3 / 480,
)
_DELTA = (2 * _N - 2 * _N**2 / 3 - 2 * _N**3, 7 * _N**2 / 3 - 8 * _N**3 / 5, 56 * _N**3 / 15)


def to_lat_lon(
    easting: ArrayLike, northing: ArrayLike, zone: ArrayLike, north: ArrayLike = True
) -> tuple[np.ndarray, np.ndarray]:
    """Degrees of points in UTM (WGS 84), all arguments of one shape or broadcast to one.

    Args:
        easting: metres.
        northing: metres.
        zone: 1 to 60.
        north: whether the zone is that of the northern hemisphere (letters N to X).

    Returns:
        Latitudes and longitudes.
    """
    easting, northing = np.asarray(easting, float), np.asarray(northing, float)
    northing = northing - np.where(north, 0.0, 10_000_000.0)
    xi = northing / (_SCALE * _RADIUS)
    eta = (easting - 500_000.0) / (_SCALE * _RADIUS)
    inner_xi, inner_eta = xi, eta
    for order, beta in enumerate(_BETA, start=1):
        inner_xi = inner_xi - beta * np.sin(2 * order * xi) * np.cosh(2 * order * eta)
        inner_eta = inner_eta - beta * np.cos(2 * order * xi) * np.sinh(2 * order * eta)
    chi = np.arcsin(np.sin(inner_xi) / np.cosh(inner_eta))
    lat = chi + sum(d * np.sin(2 * order * chi) for order, d in enumerate(_DELTA, start=1))
    lon = np.arctan2(np.sinh(inner_eta), np.cos(inner_xi))
    lon = np.degrees(lon) + 6.0 * np.asarray(zone, float) - 183.0
    # The first and the last zone reach over the antimeridian.
    return np.degrees(lat), np.where(np.abs(lon) > 180.0, (lon + 180.0) % 360.0 - 180.0, lon)
