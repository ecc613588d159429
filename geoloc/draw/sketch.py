"""A sketch of a city that needs no internet: water, bridges, main streets, names.

What is drawn are facts written by hand (sketches/*.json), to about 100 m: no map was copied.
"""

from __future__ import annotations

import json
import math
from functools import cache
from importlib.resources import files
from typing import Any

import folium
from shapely import LineString, Point

from geoloc.draw.leaflet import PlainMarker, safe
from geoloc.geo import METRES_PER_DEGREE, Box, LatLon
from geoloc.text import N_, _

WIDEST_KM2 = 3000
"""A box of more shows more than a city."""

_BRIDGE = 1.6  # of the water's width
_NAMES = N_("Names")


def add_sketch(drawn: folium.Map, box: Box) -> bool:
    """Draw what is known of the city whose box this is; whether anything is.

    Args:
        drawn: a map; gets the water and the streets, and the names as a layer of their own.
        box: of the city.
    """
    sketch = sketch_of(box)
    if sketch is None:
        return False
    for street, line in sketch["streets"]:
        _passive(folium.PolyLine(line, weight=2.5, class_name="geoloc-street"), street).add_to(
            drawn
        )
    for water in sketch["water"]:
        ring = _wide(water["line"], water["width"])
        shape = folium.Polygon(ring, weight=0, fill=True, class_name="geoloc-water")
        _passive(shape, water["name"]).add_to(drawn)
    for name, lat, lon in sketch["bridges"]:
        folium.PolyLine(
            _across(sketch["water"], LatLon(lat, lon)),
            weight=3,
            class_name="geoloc-bridge",
            tooltip=safe(name),
        ).add_to(drawn)
    names = folium.FeatureGroup(name=_(_NAMES))
    for name, lat, lon, rank in sketch["places"]:
        _write(names, name, LatLon(lat, lon), f"geoloc-place geoloc-rank-{rank}")
    for name, lat, lon, rank in sketch["landmarks"]:
        _write(names, name, LatLon(lat, lon), f"geoloc-landmark geoloc-rank-{rank}")
    names.add_to(drawn)
    return True


def sketch_of(box: Box) -> dict[str, Any] | None:
    """What is known of the city that a box lies in or around; None if nothing is."""
    if box.area_km2 > WIDEST_KM2:
        return None
    for sketch in _sketches():
        middle = _middle(sketch)
        reach = max(box.north - box.south, box.far_east - box.west)
        near = math.hypot(middle.lat - box.center.lat, middle.lon - box.center.lon) < 0.05
        if box.contains(middle) or (near and reach < 0.5):
            return sketch
    return None


@cache
def _sketches() -> tuple[dict[str, Any], ...]:
    folder = files("geoloc.draw") / "sketches"
    texts = [
        one.read_text(encoding="utf-8") for one in folder.iterdir() if one.name[-5:] == ".json"
    ]
    return tuple(json.loads(text) for text in texts)


def _middle(sketch: dict[str, Any]) -> LatLon:
    _name, lat, lon, _rank = sketch["places"][0]
    return LatLon(lat, lon)


def _passive(shape: Any, name: str) -> Any:
    # Under the pin and what belongs to it; folium passes on neither option.
    shape.options |= {"interactive": False, "pane": "tilePane", "alt": name}
    return shape


def _wide(line: list[list[float]], metres: float) -> list[list[float]]:
    """A line (latitude, longitude) made as wide as that, as the ring of a polygon."""
    squeeze = math.cos(math.radians(line[0][0]))
    flat = LineString([(lon * squeeze, lat) for lat, lon in line])
    ring = flat.buffer(metres / 2 / METRES_PER_DEGREE, quad_segs=4).exterior.coords
    return [[round(y, 6), round(x / squeeze, 6)] for x, y in ring]


def _across(waters: list[dict[str, Any]], middle: LatLon) -> list[list[float]]:
    """The ends of a bridge: across the nearest water, at a right angle to it."""
    squeeze = math.cos(math.radians(middle.lat))
    point = Point(middle.lon * squeeze, middle.lat)
    lines = [
        (LineString([(lon * squeeze, lat) for lat, lon in water["line"]]), water["width"])
        for water in waters
    ]
    line, width = min(lines, key=lambda one: one[0].distance(point))
    half = _BRIDGE * width / 2 / METRES_PER_DEGREE
    along = line.project(point)
    foot = line.interpolate(along)
    before, after = line.interpolate(max(0.0, along - half)), line.interpolate(along + half)
    dx, dy = after.x - before.x, after.y - before.y
    length = math.hypot(dx, dy) or 1.0
    ends = (
        (foot.x + side * half * -dy / length, foot.y + side * half * dx / length)
        for side in (-1, 1)
    )
    return [[round(y, 6), round(x / squeeze, 6)] for x, y in ends]


def _write(group: folium.FeatureGroup, name: str, place: LatLon, kind: str) -> None:
    PlainMarker(
        place,
        f'<span class="{kind}">{safe(name)}</span>',
        size=(0, 0),
        anchor=(0, 0),
        interactive=False,
        keyboard=False,
    ).add_to(group)
