"""A city's map with the pin, as Leaflet by folium, that draws without internet.

Without tiles the map's ground is the city's box and the places of the training photos, so that it
shows what the model can know. The pin is in the page's accent colour, the photo's own position a
blue diamond: shape as well as colour tells them apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import folium
import numpy as np

from geoloc.coverage import Coverage
from geoloc.draw.leaflet import SERVED_LEAFLET, Key, Mark, OfflineMap, View, corners, safe
from geoloc.geo import City, LatLon, haversine_m

if TYPE_CHECKING:
    from geoloc.predict import CityPrediction

PHOTO_COLOUR = "#0b84d8"
COVERAGE_COLOUR = "#6b7f99"

OSM_TILES = "https://tile.openstreetmap.org/{z}/{x}/{y}.png"
OSM_CREDIT = (
    '&copy; <a href="https://www.openstreetmap.org/copyright" target="_blank" rel="noopener">'
    "OpenStreetMap</a> contributors"
)

# Shapes as SVG. `{name}` becomes what a screen reader says of them, or that it skips them.
_NAMELESS = 'aria-hidden="true"'
_PIN = (
    '<svg viewBox="0 0 30 42" width="30" height="42" {name}>'
    '<path d="M15 1.5C7.5 1.5 1.5 7.4 1.5 14.8c0 9.6 13.5 25.7 13.5 25.7s13.5-16.1 13.5-25.7'
    'C28.5 7.4 22.5 1.5 15 1.5z" class="geoloc-pin" stroke="#fff" stroke-width="2.5"/>'
    '<circle cx="15" cy="14.8" r="5" fill="#fff"/></svg>'
)
_DIAMOND = (
    '<svg viewBox="0 0 24 24" width="24" height="24" {name}>'
    f'<path d="M12 1.8 22.2 12 12 22.2 1.8 12z" fill="{PHOTO_COLOUR}" stroke="#fff"'
    ' stroke-width="2.5" stroke-linejoin="round"/></svg>'
)
_SQUARE = (
    f'<svg viewBox="0 0 16 16" {_NAMELESS}>'
    f'<rect x="2" y="2" width="12" height="12" fill="{COVERAGE_COLOUR}"/></svg>'
)


def _at(place: LatLon) -> list[float]:
    return [place.lat, place.lon]


def _named(shape: str, text: str) -> str:
    """A shape with the name that a screen reader speaks."""
    return shape.format(name=f'role="img" aria-label="{safe(text)}"')


def distance_text(metres: float) -> str:
    """A distance for people: "85 m", "2.4 km", "5,123 km"."""
    if metres < 999.5:
        return f"{metres:.0f} m"
    return f"{metres / 1000:.1f} km" if metres < 99_950 else f"{metres / 1000:,.0f} km"


def _coverage_image(counts: np.ndarray) -> np.ndarray:
    """One colour, the more opaque the more photos: uint8 (rows, columns, 4), row 0 = south."""
    image = np.zeros((*counts.shape, 4), np.uint8)
    image[..., :3] = [int(COVERAGE_COLOUR[i : i + 2], 16) for i in (1, 3, 5)]
    # Logarithmic: one much-photographed square must not hide where there is little.
    share = np.log1p(counts) / np.log1p(max(1, counts.max()))
    image[..., 3] = np.where(counts > 0, 90 + 140 * share, 0).round()
    return image


def base_map(
    city: City,
    coverage: Coverage | None = None,
    tiles: bool = False,
    leaflet: str = SERVED_LEAFLET,
) -> folium.Map:
    """The city's map without a pin.

    streamlit-folium changes the map it is handed. Make a new one each time, which is quick: while
    the arguments stay the same, so does the map in the browser.

    Args:
        city: its box is outlined and fills the view.
        coverage: where the training photos lie, drawn as squares.
        tiles: whether to draw OpenStreetMap under it, which needs internet.
        leaflet: URL of the folder that holds leaflet.js and leaflet.css, with a slash at its end.
    """
    drawn = OfflineMap(
        leaflet,
        location=_at(city.box.center),
        tiles=None,
        zoom_control="topright",
        scroll_wheel_zoom=False,
        # Between tiles' own zooms their writing blurs.
        zoom_snap=1 if tiles else 0.25,
    )
    if tiles:
        folium.TileLayer(OSM_TILES, attr=OSM_CREDIT, max_zoom=19).add_to(drawn)
    outline = folium.Rectangle(
        corners(city.box),
        weight=1.5,
        fill=not tiles,
        class_name="geoloc-box" if tiles else "geoloc-box geoloc-ground",
    )
    # Under the coverage, which folium would draw below any shape; folium passes on neither option.
    outline.options |= {"interactive": False, "pane": "tilePane"}
    outline.add_to(drawn)
    if coverage is not None:
        folium.raster_layers.ImageOverlay(
            _coverage_image(coverage.counts),
            bounds=corners(coverage.box),
            origin="lower",
            alt="Squares in which the model's training photos lie",
        ).add_to(drawn)
    Mark(
        LatLon(city.box.north, city.box.west),
        f'<span class="geoloc-label">{safe(city.title)}</span>',
        size=None,
        anchor=(0, 22),
        interactive=False,
        keyboard=False,
    ).add_to(drawn)
    drawn.add_child(View(city.box, f"Map of {city.title}"))
    return drawn


def pin_group(prediction: CityPrediction, exif: LatLon | None = None) -> folium.FeatureGroup:
    """What belongs to one photo: pin, circles of the test error, EXIF position, and their key.

    Handed to streamlit-folium as `feature_group_to_add` it replaces the last one on the map, which
    itself stays as it is.

    Args:
        prediction: the pin, and the errors that size the circles.
        exif: where the photo says it was taken.
    """
    group = folium.FeatureGroup(name="Photo", control=False)
    rows = [(_PIN.format(name=_NAMELESS), "The model's guess")]
    rows += [_add_circle(group, prediction, *circle) for circle in _circles(prediction)]
    if exif is not None:
        rows.append(_add_exif(group, prediction, exif))
    if prediction.coverage is not None:
        rows.append((_SQUARE, "Training photos"))
    text = f"The model's guess: {prediction.position.lat:.5f}, {prediction.position.lon:.5f}"
    Mark(
        prediction.position,
        _named(_PIN, text),
        size=(30, 42),
        anchor=(15, 41),
        tooltip=(text, (12, -27)),
        zIndexOffset=1000,
    ).add_to(group)
    group.add_child(Key(rows))
    return group


def city_map(
    prediction: CityPrediction,
    exif: LatLon | None = None,
    tiles: bool = False,
    leaflet: str = SERVED_LEAFLET,
) -> folium.Map:
    """The city's map with the pin on it, in one piece; see `base_map` and `pin_group`."""
    drawn = base_map(prediction.city, prediction.coverage, tiles, leaflet)
    pin_group(prediction, exif).add_to(drawn)
    return drawn


def _circles(prediction: CityPrediction) -> list[tuple[float, str, str]]:
    """Radius in metres, dashes and meaning of each test error that the card knows."""
    known = [
        ("p50", "", "Half of the test photos within {}"),
        ("p90", "5 6", "90 % of the test photos within {}"),
    ]
    errors = prediction.error_m or {}
    return [
        (errors[key], dashes, text.format(distance_text(errors[key])))
        for key, dashes, text in known
        if errors.get(key)
    ]


def _add_circle(
    group: folium.FeatureGroup, prediction: CityPrediction, metres: float, dashes: str, text: str
) -> tuple[str, str]:
    circle = folium.Circle(
        _at(prediction.position),
        radius=metres,
        weight=2,
        dash_array=dashes or None,
        fill=True,
        fill_opacity=0.06,
        class_name="geoloc-error",
    )
    # The key says what it means; a tooltip over so wide a mark would be in the way.
    circle.options["interactive"] = False
    circle.add_to(group)
    symbol = (
        f'<svg viewBox="0 0 16 16" {_NAMELESS}><circle cx="8" cy="8" r="6.5" fill-opacity="0.06"'
        f' class="geoloc-error" stroke-width="2" stroke-dasharray="{"3 2.8" if dashes else ""}"/>'
        "</svg>"
    )
    return symbol, text


def _add_exif(
    group: folium.FeatureGroup, prediction: CityPrediction, exif: LatLon
) -> tuple[str, str]:
    away = distance_text(haversine_m(prediction.position, exif))
    text = f"EXIF position, {away} away"
    if not prediction.city.box.contains(exif):
        text += " (off the map)"
    folium.PolyLine(
        [_at(prediction.position), _at(exif)],
        color=PHOTO_COLOUR,
        weight=2.5,
        dash_array="2 6",
        tooltip=safe(text),
    ).add_to(group)
    Mark(
        exif, _named(_DIAMOND, text), size=(24, 24), anchor=(12, 12), tooltip=(text, (10, 0))
    ).add_to(group)
    return _DIAMOND.format(name=_NAMELESS), text
