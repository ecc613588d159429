"""The land cut into cells by training photos: small where they are dense, large where they are not.

A k-d tree over each country (PlaNet cuts squares, Weyand et al. 2016, arXiv:1602.05314; borders
tell more, as PIGEON's cells do, Haas et al. 2024, arXiv:2307.05845): a part with too many places,
or one that reaches too far, is cut in two across its longest direction, where as many places lie on
either side. Its leaves are cells; where it has few places for the first time, it is a unit of a
larger scale, and so are countries, and regions of several.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from geoloc.geo import EARTH_RADIUS_M
from geoloc.world.cells import WorldCells, degrees
from geoloc.world.land import cells_of, land

REGION, PROVINCE, CELL = 150, 30, 4
"""Places that a unit of each scale has at most, where it can be cut."""

WIDEST_KM = 650.0
"""How far a cell may reach across, so that one without photos is no continent."""


@dataclass(frozen=True, eq=False)
class Partition:
    """Cells, and the larger units that they are part of.

    Attributes:
        cells: of the land.
        units: int64 (S, N), the unit of each cell at each scale, counted on from scale to scale:
            countries first, then regions, then provinces.
        places: how many places of training photos lie in each cell, int64 (N,).
    """

    cells: WorldCells
    units: np.ndarray
    places: np.ndarray

    @property
    def count(self) -> int:
        """How many units there are, at all scales."""
        return int(self.units.max()) + 1


@dataclass(frozen=True)
class _Leaf:
    middle: np.ndarray
    country: str
    province: tuple[int, ...]


def partition(vectors: np.ndarray, countries: np.ndarray) -> Partition:
    """Cut all land by places of training photos.

    Args:
        vectors: of the places, each once, on the unit sphere, (P, 3).
        countries: ISO code of each, str (P,).
    """
    ground = land()
    leaves: list[_Leaf] = []
    for number, code in enumerate(ground.codes):
        soil = ground.vectors[ground.country == number]
        leaves += _cut(vectors[countries == code], soil, code, ())
    cells = cells_of(np.stack([leaf.middle for leaf in leaves]), [leaf.country for leaf in leaves])
    places = np.bincount(
        cells.cell_of(*degrees(vectors)) if len(vectors) else np.zeros(0, int),
        minlength=len(cells),
    )
    scales = [
        _numbered([leaf.country for leaf in leaves]),
        _regions(cells.vectors, places),
        _numbered([(leaf.country, leaf.province) for leaf in leaves]),
    ]
    starts = np.cumsum([0, *(scale.max() + 1 for scale in scales[:-1])])
    units = np.stack([scale + start for scale, start in zip(scales, starts, strict=True)])
    return Partition(cells, units, places)


def _cut(
    places: np.ndarray, soil: np.ndarray, code: str, way: tuple[int, ...], province: bool = False
) -> Iterator[_Leaf]:
    """The leaves of a part with some places (P, 3) and land (L, 3)."""
    inside = np.concatenate([places, soil])
    axis, reach_km = _longest(inside)
    small = len(places) <= CELL or np.ptp(places @ axis) == 0
    if small and reach_km <= WIDEST_KM or len(inside) < 2:
        middle = (places if len(places) else soil).mean(axis=0)
        yield _Leaf(middle / np.linalg.norm(middle), code, way)
        return
    divided = places if not small else inside
    at = float(np.median(divided @ axis))
    lower = [part @ axis < at for part in (places, soil)]
    if not (lower[0].any() or lower[1].any()):  # as many as half lie in one spot: that is the rest
        lower = [part @ axis <= at for part in (places, soil)]
    # What is already a province keeps its way from the root, whatever is cut below it.
    province = province or len(places) <= PROVINCE
    for side in (0, 1):
        near, land = (
            part[of if side == 0 else ~of] for part, of in zip((places, soil), lower, strict=True)
        )
        if len(near) or len(land):
            yield from _cut(near, land, code, way if province else (*way, side), province)


def _longest(points: np.ndarray) -> tuple[np.ndarray, float]:
    """The direction (3,) in which points (N, 3) lie farthest apart, and how far in kilometres."""
    away = points - points.mean(axis=0)
    _, vectors = np.linalg.eigh(away.T @ away)
    axis = vectors[:, -1]
    return axis, float(np.ptp(points @ axis)) * EARTH_RADIUS_M / 1000


def _regions(vectors: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Regions of neighbouring cells, across borders: the number of each cell's, int64 (N,)."""
    number = np.zeros(len(vectors), np.int64)
    left = [np.arange(len(vectors))]
    count = 0
    while left:
        rows = left.pop()
        axis, _ = _longest(vectors[rows])
        order = rows[np.argsort(vectors[rows] @ axis, kind="stable")]
        along = np.cumsum(places[order])
        if along[-1] <= REGION or len(rows) < 2:
            number[rows] = count
            count += 1
            continue
        at = int(np.clip(np.searchsorted(along, along[-1] / 2), 1, len(rows) - 1))
        left += [order[:at], order[at:]]
    return number


def _numbered(names: list) -> np.ndarray:
    first = {name: number for number, name in enumerate(dict.fromkeys(names))}
    return np.array([first[name] for name in names], np.int64)
