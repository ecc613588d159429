"""Photos of several towns told apart, by where they lie alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.spatial import cKDTree

from geoloc.countries import country_at, name
from geoloc.geo import EARTH_RADIUS_M, Box, LatLon

REACH_M = 30_000
"""How far from its centre a photo may lie and still be of a town: farther is another."""

_DENSE_M = 5_000
_CELL_DEGREES = 0.01
_CANDIDATES = 64


@dataclass(frozen=True, eq=False)
class Town:
    """Photos that lie together.

    Attributes:
        rows: which of all photos they are, int64 (N,), rising.
        center: where they are densest; photos lie there.
        box: around all of them.
    """

    rows: np.ndarray
    center: LatLon
    box: Box

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def place(self) -> str:
        """The centre for people: degrees, and the country in the reader's language."""
        return place_text(self.center)


def place_text(place: LatLon) -> str:
    """A place for people: "48.810, 2.325 (France)"."""
    degrees, code = f"{place.lat:.3f}, {place.lon:.3f}", country_at(place)
    return f"{degrees} ({name(code)})" if code else degrees


def towns(lats: ArrayLike, lons: ArrayLike, reach_m: float = REACH_M) -> list[Town]:
    """The towns that photos are of, the largest first; each photo belongs to one.

    The densest spot is the centre of a town, which takes all photos within reach; what is left has
    a densest spot again. Where several towns lie between themselves nobody took a photo, so a mean
    or a median would be the centre of nothing.

    Args:
        lats: degrees, (N,).
        lons: degrees, (N,); the antimeridian is no border.
        reach_m: how far from the centre a town's photos may lie.
    """
    lats, lons = np.asarray(lats, float), np.asarray(lons, float)
    if not len(lats):
        return []
    cells, cell = np.unique(
        np.round(np.column_stack([lats, lons]) / _CELL_DEGREES), axis=0, return_inverse=True
    )
    weights = np.bincount(cell.ravel(), minlength=len(cells))
    points = _on_sphere(*(cells.T * _CELL_DEGREES))
    tree = cKDTree(points)
    near = tree.query_ball_point(points, _chord(_DENSE_M))
    density = np.array([weights[others].sum() for others in near])
    left = np.ones(len(cells), bool)
    owner = np.empty(len(cells), np.int64)
    centers: list[int] = []
    while left.any():
        # Of spots about as dense, the one that most photos lie around.
        dense = np.where(left, density, 0)
        best = np.argsort(-dense, kind="stable")[:_CANDIDATES]
        best = best[dense[best] >= dense.max() / 2]
        around = [
            [c for c in cells_near if left[c]]
            for cells_near in tree.query_ball_point(points[best], _chord(reach_m))
        ]
        first = int(np.argmax([weights[some].sum() for some in around]))
        center, taken = int(best[first]), around[first]
        owner[taken] = len(centers)
        left[taken] = False
        centers.append(center)
        for gone in taken:
            density[near[gone]] -= weights[gone]
    of_photo = owner[cell.ravel()]
    unordered = [_town(lats, lons, cell.ravel(), of_photo == n, c) for n, c in enumerate(centers)]
    return sorted(unordered, key=lambda town: (-len(town), town.center.lat, town.center.lon))


def _town(
    lats: np.ndarray, lons: np.ndarray, cell: np.ndarray, is_its: np.ndarray, center: int
) -> Town:
    rows = np.flatnonzero(is_its)
    first = int(np.flatnonzero(is_its & (cell == center))[0])
    middle = LatLon(float(lats[first]), float(lons[first]))
    return Town(rows, middle, Box.around(lats[rows], lons[rows]))


def _on_sphere(lats: np.ndarray, lons: np.ndarray) -> np.ndarray:
    lat, lon = np.radians(lats), np.radians(lons)
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


def _chord(metres: float) -> float:
    """The straight way through a globe of radius 1 between points so far apart on it."""
    return 2 * float(np.sin(metres / EARTH_RADIUS_M / 2))
