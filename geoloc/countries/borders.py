"""Which country a point lies in.

Borders: Natural Earth 4.1, 1:10 million (public domain), good to about 500 m. The territories are
those of ISO 3166; tools/outlines.py says how Natural Earth's disputed areas were filed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from threading import Lock

import numpy as np
import shapely
from numpy.typing import ArrayLike

from geoloc.geo import METRES_PER_DEGREE, LatLon

REACH_M = 20_000
"""A point in the sea belongs to the nearest country within this distance."""

# GEOS builds the index of a prepared polygon at its first use, which two threads must not share.
_lookup = Lock()


def country_at(place: LatLon) -> str | None:
    """The code of the country a place lies in, or None out at sea.

    A photo of a quay or a beach can lie off a coast that is drawn at 1:10 million, and rounded
    coordinates can too: the nearest country within 20 km (`REACH_M`) counts.
    """
    with _lookup:
        borders = _read()
        point = shapely.Point(place.lon, place.lat)
        inside = borders.tree.query(point, predicate="intersects")
        if inside.size:
            return borders.owners[inside.min()]
        return _nearest(borders, place)


def countries_at(lats: ArrayLike, lons: ArrayLike, reach_m: float = REACH_M) -> list[str | None]:
    """`country_at` of many places at once, each cell of 0.001 degrees (some 100 m) looked up once.

    Args:
        lats: degrees in [-90, 90], (N,).
        lons: degrees in [-180, 180], (N,).
        reach_m: metres from the sea to the country that a place there belongs to; 0 for none.
    """
    cells = np.round(np.column_stack([lats, lons]).astype(float).reshape(-1, 2), 3)
    cells, index = np.unique(cells, axis=0, return_inverse=True)
    codes: list[str | None] = [None] * len(cells)
    with _lookup:
        borders = _read()
        at, polygons = borders.tree.query(shapely.points(cells[:, ::-1]), predicate="intersects")
        # Backwards: of two countries at a border the first has it, as in `country_at`.
        for point, polygon in sorted(zip(at, polygons, strict=True), reverse=True):
            codes[point] = borders.owners[polygon]
        at_sea = np.flatnonzero(~np.isin(np.arange(len(cells)), at)) if reach_m > 0 else ()
        for point in at_sea:
            codes[point] = _nearest(borders, LatLon(*map(float, cells[point])), reach_m)
    return [codes[cell] for cell in index.ravel()]


def is_near(place: LatLon, code: str, reach_m: float = REACH_M) -> bool:
    """Whether a place lies in a country, or no farther from it than `reach_m` metres."""
    with _lookup:
        return _nearest(_read(), place, reach_m, code.upper()) is not None


@dataclass(frozen=True)
class _Borders:
    tree: shapely.STRtree  # of single polygons
    owners: tuple[str, ...]  # the code of each of them


@cache
def _read() -> _Borders:
    source = files("geoloc.countries") / "data" / "borders.npz"
    with as_file(source) as path, np.load(path) as stored:
        data = dict(stored)
    polygons = shapely.from_ragged_array(
        shapely.GeometryType.POLYGON, _coordinates(data), (data["rings"], data["polygons"])
    )
    shapely.prepare(polygons)
    codes = data["codes"].tolist()
    return _Borders(shapely.STRtree(polygons), tuple(codes[owner] for owner in data["owners"]))


def _coordinates(data: dict[str, np.ndarray]) -> np.ndarray:
    """Longitude and latitude (n, 2) in degrees, from each ring's steps on a grid of 1e-4."""
    walked = np.cumsum(data["steps"].T.astype(np.int64), axis=0)
    starts = data["rings"][:-1]
    before = np.vstack([np.zeros((1, 2), np.int64), walked])[starts]
    return (walked - np.repeat(before, np.diff(data["rings"]), axis=0)) / 1e4


def _nearest(
    borders: _Borders, place: LatLon, reach_m: float = REACH_M, only: str | None = None
) -> str | None:
    """The country that is nearest within reach, of all or of one."""
    best, owner = float(reach_m), None
    reach_lat = reach_m / METRES_PER_DEGREE
    east_m = METRES_PER_DEGREE * max(math.cos(math.radians(place.lat)), 1e-3)
    reach_lon = min(reach_m / east_m, 180.0)
    for turn in (-360.0, 0.0, 360.0):  # the map ends at the antimeridian, the world does not
        lon = place.lon + turn
        window = (lon - reach_lon, place.lat - reach_lat, lon + reach_lon, place.lat + reach_lat)
        for index in borders.tree.query(shapely.box(*window)):
            if only not in (None, borders.owners[index]):
                continue
            near = shapely.clip_by_rect(borders.tree.geometries[index], *window)
            metres = shapely.transform(
                near, lambda xy, lon=lon: (xy - (lon, place.lat)) * (east_m, METRES_PER_DEGREE)
            )
            distance = shapely.distance(metres, shapely.Point(0, 0))
            if distance <= best:
                best, owner = float(distance), borders.owners[index]
    return owner
