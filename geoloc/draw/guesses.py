"""The world map of the guessing game, as Leaflet by folium, that draws without internet.

A click puts a pin; with the keyboard the arrow keys move the map under a cross and Enter puts it.
Each player's pin is a small label with a tip, joined to the truth by the shortest way over the
globe. The map is equirectangular: Mercator's would blow up the north.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import folium
import numpy as np
import shapely
from branca.element import MacroElement
from folium.template import Template

from geoloc.countries import outlines
from geoloc.draw.leaflet import SERVED_LEAFLET, BoxView, OfflineMap, PlainMarker, corners, safe
from geoloc.geo import WORLD_BOX, Box, LatLon
from geoloc.text import N_, _

_TOLERANCE_DEGREES = 0.3
_SMALLEST_REACH = 6.0  # degrees around marks that lie close together
_LABEL = N_(
    "World map. Click where you think the photo was taken. With the keyboard: arrow keys move the "
    "map under the cross, plus and minus zoom, Enter puts your pin under the cross."
)


@dataclass(frozen=True)
class Spot:
    """A labelled place on the map.

    Attributes:
        label: a few letters or a number, shown.
        text: what it is, spoken by screen readers and shown on hover.
        position: where its tip stands.
        kind: "you", "model" or "truth".
    """

    label: str
    text: str
    position: LatLon
    kind: str


def guess_map(leaflet: str = SERVED_LEAFLET) -> folium.Map:
    """The world without marks; see `geoloc.draw.maps.base_map` on how to reuse it."""
    drawn = OfflineMap(
        leaflet,
        location=[WORLD_BOX.center.lat, WORLD_BOX.center.lon],
        tiles=None,
        crs="EPSG4326",
        zoom_control="topright",
        scroll_wheel_zoom=False,
        zoom_snap=0.25,
    )
    # First, because it lets the map shrink to fit.
    drawn.add_child(_Land())
    drawn.add_child(BoxView(WORLD_BOX, _(_LABEL)))
    return drawn


def asked_group(spot: Spot | None) -> folium.FeatureGroup:
    """What belongs to a photo that is asked: the visitor's pin, or at first the whole world."""
    group = folium.FeatureGroup(name="Guess", control=False)
    if spot is None:
        group.add_child(_Look(WORLD_BOX))
    else:
        _mark(spot).add_to(group)
    return group


def revealed_group(truth: Spot, guesses: Sequence[Spot]) -> folium.FeatureGroup:
    """The truth, every player's pin, and the way from each to the truth; the map looks at them."""
    group = folium.FeatureGroup(name="Guesses", control=False)
    for guess in guesses:
        for part in way(guess.position, truth.position):
            line = folium.PolyLine(
                part.tolist(),
                weight=2,
                dash_array=None if guess.kind == "you" else "5 5",
                class_name=f"geoloc-way geoloc-{guess.kind}",
            )
            line.options["interactive"] = False
            line.add_to(group)
    for spot in (*guesses, truth):
        _mark(spot).add_to(group)
    group.add_child(_Look(_around([truth.position, *(guess.position for guess in guesses)])))
    return group


def way(start: LatLon, end: LatLon, steps: int = 60) -> list[np.ndarray]:
    """The shortest way over the globe, as lines on a map that ends at the antimeridian.

    Returns:
        one or two lines, each float64 (n, 2), latitude and longitude in degrees.
    """
    a, b = (_vector(place) for place in (start, end))
    angle = float(np.arccos(np.clip(a @ b, -1.0, 1.0)))
    if angle < 1e-9:
        return [np.array([[start.lat, start.lon], [end.lat, end.lon]])]
    share = np.linspace(0.0, 1.0, steps + 1)[:, None]
    # Opposite points have no shortest way; next to the sine of 180 degrees any one is drawn.
    bent = (np.sin((1 - share) * angle) * a + np.sin(share * angle) * b) / max(np.sin(angle), 1e-9)
    lats = np.degrees(np.arctan2(bent[:, 2], np.hypot(bent[:, 0], bent[:, 1])))
    lons = np.degrees(np.arctan2(bent[:, 1], bent[:, 0]))
    line = np.column_stack([lats, lons])
    return _cut(line)


def _cut(line: np.ndarray) -> list[np.ndarray]:
    """A line (n, 2) cut where it crosses the antimeridian, each part drawn to the map's edge."""
    parts, begun = [], [line[0]]
    for before, after in zip(line[:-1], line[1:], strict=True):
        if abs(after[1] - before[1]) > 180:
            edge = math.copysign(180.0, before[1])
            # From here on the far side is as many degrees beyond the edge.
            beyond = after[1] + 2 * edge
            share = (edge - before[1]) / (beyond - before[1]) if beyond != before[1] else 0.0
            lat = before[0] + share * (after[0] - before[0])
            parts.append(np.array([*begun, (lat, edge)]))
            begun = [np.array((lat, -edge))]
        begun.append(after)
    return [*parts, np.array(begun)]


def _vector(place: LatLon) -> np.ndarray:
    lat, lon = np.radians([place.lat, place.lon])
    return np.array([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


def _around(places: Sequence[LatLon]) -> Box:
    lats, lons = [place.lat for place in places], [place.lon for place in places]
    grow_lat, grow_lon = (
        max(0.08 * np.ptp(x), (_SMALLEST_REACH - np.ptp(x)) / 2) for x in (lats, lons)
    )
    return Box(
        south=max(-90.0, min(lats) - grow_lat),
        west=max(-180.0, min(lons) - grow_lon),
        north=min(90.0, max(lats) + grow_lat),
        east=min(180.0, max(lons) + grow_lon),
    )


def _mark(spot: Spot) -> PlainMarker:
    html = (
        f'<span class="geoloc-spot geoloc-{spot.kind}" role="img" aria-label="{safe(spot.text)}">'
        f"{safe(spot.label)}</span>"
    )
    return PlainMarker(
        spot.position,
        html,
        size=None,
        anchor=(0, 0),
        tooltip=(spot.text, (14, -16)),
        zIndexOffset={"model": 0, "you": 500, "truth": 1000}[spot.kind],
    )


@cache
def _land() -> str:
    """All countries' outlines, simplified together so that borders stay shared, as GeoJSON."""
    features = outlines()["features"]
    shapes = np.array([shapely.from_geojson(json.dumps(f["geometry"])) for f in features])
    simple = shapely.coverage_simplify(shapes, _TOLERANCE_DEGREES)
    parts = [json.loads(text) for text in shapely.to_geojson(shapely.set_precision(simple, 0.01))]
    land = {"type": "GeometryCollection", "geometries": [p for p in parts if p["coordinates"]]}
    return json.dumps(land, separators=(",", ":"))


class _Land(MacroElement):
    """The countries, what the marks look like, and Enter as a click in the middle of the map."""

    _template = Template(
        """
        {% macro header(this, kwargs) %}
        <style>
            .leaflet-container { cursor: crosshair; }
            .leaflet-control-scale { display: none; }
            .geoloc-land {
                fill: var(--raised); fill-opacity: 1; stroke-opacity: 1;
                stroke: color-mix(in srgb, var(--ink) 45%, var(--paper)); stroke-width: 0.6;
            }
            .geoloc-keys { outline: 2px solid var(--accent); outline-offset: -2px; }
            .geoloc-keys::after {
                content: "+"; position: absolute; left: 50%; top: 50%; z-index: 900;
                transform: translate(-50%, -50%); font-size: 28px; line-height: 1;
                color: var(--accent); pointer-events: none;
            }
            .geoloc-spot {
                position: absolute; transform: translate(-50%, calc(-100% - 7px));
                min-width: 22px; box-sizing: border-box; padding: 0 6px; border-radius: 11px;
                font-size: 13px; font-weight: 600; line-height: 20px; text-align: center;
                white-space: nowrap; border: 1px solid var(--ink);
                background: var(--paper); color: var(--ink);
            }
            .geoloc-spot::after {
                content: ""; position: absolute; left: 50%; top: 100%; width: 2px; height: 7px;
                transform: translateX(-50%); background: var(--ink);
            }
            .geoloc-spot.geoloc-you {
                background: var(--accent); color: var(--paper); border-color: var(--accent);
            }
            .geoloc-spot.geoloc-truth { background: var(--ink); color: var(--paper); }
            .geoloc-way { stroke: var(--ink); stroke-opacity: 0.75; }
            .geoloc-way.geoloc-you { stroke: var(--accent); stroke-opacity: 1; }
        </style>
        {% endmacro %}

        {% macro script(this, kwargs) %}
        (function (map) {
            L.geoJSON({{ this.land }}, {
                interactive: false, className: "geoloc-land", pane: "tilePane",
            }).addTo(map);
            map.setMinZoom(-2);
            const ground = map.getContainer();
            ground.addEventListener("pointerdown", () => ground.classList.remove("geoloc-keys"));
            ground.addEventListener("blur", () => ground.classList.remove("geoloc-keys"));
            ground.addEventListener("keyup", event => {
                if (event.target === ground) ground.classList.add("geoloc-keys");
            });
            ground.addEventListener("keydown", event => {
                if (event.key !== "Enter" || event.target !== ground) return;
                const { lat, lng } = map.getCenter();
                // The very place of the last click would not be reported.
                map.fire("click", { latlng: L.latLng(lat, lng + 1e-6 * Math.random()) });
            });
        })({{ this._parent.get_name() }});
        {% endmacro %}
        """
    )

    def __init__(self) -> None:
        super().__init__()
        self._name = "Land"
        self.land = _land()


class _Look(MacroElement):
    """Turns the map to a box when its group comes onto the map."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        (function (group) {
            group.on("add", () => group._map.fitBounds({{ this.bounds|tojson }}, {
                paddingTopLeft: [24, 40], paddingBottomRight: [24, 16], animate: false,
            }));
        })({{ this._parent.get_name() }});
        {% endmacro %}
        """
    )

    def __init__(self, box: Box) -> None:
        super().__init__()
        self._name = "Look"
        self.bounds = corners(box)
