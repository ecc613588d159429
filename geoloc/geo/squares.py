"""Positions of photos, counted in squares of degrees: where they lie, and few enough to choose."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from geoloc.geo import LatLon, unrolled
from geoloc.text import N_, _, formatted

STEPS = (20.0, 10.0, 5.0, 2.0, 1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001)
"""Sides of the squares, in degrees."""

_ALONG = 80
_NORTH, _SOUTH = N_("{low}–{high}° N"), N_("{low}–{high}° S")
_EAST, _WEST = N_("{low}–{high}° E"), N_("{low}–{high}° W")


@dataclass(frozen=True, order=True)
class Square:
    """A square of a grid that begins where the equator meets the meridian of Greenwich.

    Attributes:
        row: counted northwards; the first north of the equator is 0.
        column: counted eastwards; the first east of Greenwich is 0.
        step: its side, in degrees.
    """

    row: int
    column: int
    step: float

    @classmethod
    def of(cls, place: LatLon, step: float) -> Square:
        """The square that holds a place; its southern and western edge belong to it."""
        # 180 and -180 are one meridian, and the map begins at it.
        lon = -180.0 if place.lon == 180.0 else place.lon
        return cls(math.floor(place.lat / step), math.floor(lon / step), step)

    @property
    def middle(self) -> LatLon:
        lat, lon = (self.row + 0.5) * self.step, (self.column + 0.5) * self.step
        # A pole begins squares of its own beyond the end of the grid.
        return LatLon(max(-90.0, min(90.0, lat)), max(-180.0, min(180.0, lon)))

    @property
    def title(self) -> str:
        """Its edges: "40–42° N, 2–4° E"."""
        lats = self._edges(self.row, _SOUTH if self.row < 0 else _NORTH)
        lons = self._edges(self.column, _WEST if self.column < 0 else _EAST)
        return _("{lats}, {lons}", lats=lats, lons=lons)

    def _edges(self, number: int, written: str) -> str:
        low, high = (
            formatted(round(end * self.step, 3), "g")
            for end in sorted((abs(number), abs(number + 1)))
        )
        return _(written, low=low, high=high)


def binned(places: Iterable[LatLon], most: int) -> dict[Square, int]:
    """How many places each square holds, the fullest first.

    The grid is the finest that has few filled squares, and few along the side of all places.

    Args:
        places: where the photos were taken.
        most: how many filled squares are few enough; the coarsest grid may have more.
    """
    places = list(places)
    counted = Counter(Square.of(place, STEPS[0]) for place in places)
    for step in STEPS[1:]:
        finer = Counter(Square.of(place, step) for place in places)
        if len(finer) > most or _extent(places) > _ALONG * step:
            break
        counted = finer
    return dict(sorted(counted.items(), key=lambda entry: (-entry[1], entry[0])))


def _extent(places: Sequence[LatLon]) -> float:
    """The longer side of what the places span, in degrees."""
    if not places:
        return 0.0
    lats, lons = [place.lat for place in places], unrolled([place.lon for place in places])
    return max(max(lats) - min(lats), float(np.ptp(lons)))
