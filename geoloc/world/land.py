"""All land as points that lie evenly, each with its country: what areas of cells are counted in.

The points are a Fibonacci lattice (Swinbank & Purser 2006, doi:10.1256/qj.05.227), of which each
stands for the same area anywhere on the globe.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.spatial import cKDTree

from geoloc.countries import CODES, centroid, countries_at
from geoloc.geo import EARTH_RADIUS_M
from geoloc.world.cells import NOWHERE, WorldCells, degrees, unit_vectors

POINTS = 200_000
"""Of the whole globe: one for 2,550 km², some 50 km from each other."""

UNINHABITED = {"AQ"}
"""Nobody's streets: no photo is looked for there."""


@dataclass(frozen=True, eq=False)
class Land:
    """Points of the land.

    Attributes:
        vectors: on the unit sphere, float64 (N, 3).
        codes: ISO 3166-1 alpha-2, each once, in alphabetical order.
        country: the place of each point's country among these, int64 (N,).
        km2: that each stands for.
    """

    vectors: np.ndarray
    codes: tuple[str, ...]
    country: np.ndarray
    km2: float


@cache
def land() -> Land:
    """The land of all countries but Antarctica; an island too small for a point has its middle."""
    number = np.arange(POINTS) + 0.5
    lats = np.degrees(np.arcsin(1 - 2 * number / POINTS))
    lons = np.degrees((number * math.pi * (3 - math.sqrt(5)) + math.pi) % (2 * math.pi)) - 180
    owners = countries_at(lats, lons, reach_m=0)
    small = [centroid(code) for code in sorted({*CODES} - {*owners})]
    lats = np.append(lats, [place.lat for place in small])
    lons = np.append(lons, [place.lon for place in small])
    owners += sorted({*CODES} - {*owners})
    held = np.array([code is not None and code not in UNINHABITED for code in owners])
    codes, country = np.unique(np.array(owners, object)[held].astype(str), return_inverse=True)
    km2 = 4 * math.pi * (EARTH_RADIUS_M / 1000) ** 2 / POINTS
    vectors = unit_vectors(lats[held], lons[held])
    return Land(vectors, tuple(codes.tolist()), country.astype(np.int64), km2)


def cells_of(vectors: np.ndarray, countries: list[str | None]) -> WorldCells:
    """The cells around some points: all land is shared out, each part to the nearest of them.

    Where points lie closer than those that land is counted in, they share one alike.

    Args:
        vectors: on the unit sphere, (N, 3).
        countries: the ISO code of each, None for none.
    """
    ground = land()
    km2 = np.zeros(len(vectors))
    _, nearest_land = cKDTree(ground.vectors).query(vectors)
    crowd = np.bincount(nearest_land, minlength=len(ground.vectors))
    km2 += ground.km2 / crowd[nearest_land]
    _, nearest = cKDTree(vectors).query(ground.vectors)
    empty = crowd == 0
    km2 += ground.km2 * np.bincount(nearest[empty], minlength=len(vectors))
    codes = tuple(sorted({code for code in countries if code}))
    place = {code: number for number, code in enumerate(codes)}
    country = np.array([place.get(code, NOWHERE) if code else NOWHERE for code in countries])
    return WorldCells(*degrees(vectors), km2, codes, country)
