"""Countries' outlines for maps, and a point that stands for each country.

Natural Earth (public domain), simplified to about 10 km by tools/outlines.py.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from threading import Lock
from typing import Any

import numpy as np
import shapely

from geoloc.countries.names import checked
from geoloc.geo import LatLon, haversine_m

_loading = Lock()


def outlines() -> dict[str, Any]:
    """Every country's outline: a GeoJSON FeatureCollection, shared, so only to be read.

    A feature's `id` and `properties.code` are the country's code, `properties.km2` its area. Rings
    keep 0.01 degree (0.0001 for islets) and are cut at the antimeridian. Outer rings run clockwise,
    against RFC 7946: d3-geo, which plotly draws with, fills the rest of the globe otherwise.
    """
    with _loading:
        return _read()


def area_km2(code: str) -> float:
    """The country's area in km², lakes included: within 2 %, but 5 to 30 % for small islands.

    Raises:
        ValueError: if the code is unknown.
    """
    return _feature(code)["properties"]["km2"]


@cache
def centroid(code: str) -> LatLon:
    """A point inside the country that stands for it in distances between countries.

    It is the centroid of the largest connected piece, so that the United States is not moved
    towards Alaska nor Portugal into the Atlantic; where that centroid falls outside the piece
    (Vietnam is a crescent), it is a point well inside instead.

    Raises:
        ValueError: if the code is unknown.
    """
    shape = shapely.from_geojson(json.dumps(_feature(code)["geometry"]))
    # A degree of longitude shrinks with latitude: without this, Russia would lean to its Arctic.
    level = shapely.transform(shape, _to_equal_area)
    largest = max(shapely.get_parts(level), key=lambda part: part.area)
    point = largest.centroid if largest.covers(largest.centroid) else largest.representative_point()
    return LatLon(lat=float(np.degrees(np.arcsin(point.y))), lon=float(point.x))


def distances_km(codes: Sequence[str]) -> np.ndarray:
    """Kilometres between the `centroid`s of each two of these countries, float64 (N, N).

    Raises:
        ValueError: if a code is unknown.
    """
    middles = [centroid(code) for code in codes]
    return np.array([[haversine_m(a, b) / 1000 for b in middles] for a in middles])


def _feature(code: str) -> dict[str, Any]:
    code = checked(code)
    return next(feature for feature in outlines()["features"] if feature["id"] == code)


def _to_equal_area(lonlat: np.ndarray) -> np.ndarray:
    """Lambert's cylinder: longitude, and the sine of latitude as height."""
    return np.column_stack([lonlat[:, 0], np.sin(np.radians(lonlat[:, 1]))])


@cache
def _read() -> dict[str, Any]:
    text = (files("geoloc.countries") / "data" / "outlines.geojson").read_text("utf-8")
    return json.loads(text)
