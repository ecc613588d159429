"""A city's map with the pin, as Leaflet by folium, that draws without internet.

Without tiles the map's ground is the city's box, its streets if the model's card knows them, and
the places of the training photos, so that it shows what the model can know. The pin is in the
page's accent colour, the photo's own position a blue diamond: shape as well as colour tells them
apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import folium
import numpy as np
from folium.raster_layers import ImageOverlay

from geoloc.draw.leaflet import (
    SERVED_LEAFLET,
    BoxView,
    Key,
    OfflineMap,
    PlainMarker,
    TileTrouble,
    at,
    corners,
    safe,
)
from geoloc.draw.regions import outline
from geoloc.draw.sketch import add_sketch
from geoloc.geo import City, LatLon, haversine_m
from geoloc.geo.coverage import Coverage
from geoloc.text import N_, _

if TYPE_CHECKING:
    from geoloc.city.prediction import CityPrediction

PHOTO_COLOUR = "#0b84d8"
COVERAGE_COLOUR = "#6b7f99"
STREET_COLOUR = "#a59a86"

# Dashes and opacity of the regions that hold so many truths in a hundred.
_REGIONS = {50: ("", 0.16), 90: ("5 6", 0.06)}

OSM_TILES = "https://tile.openstreetmap.org/{z}/{x}/{y}.png"
OSM_CREDIT = N_(
    '&copy; <a href="https://www.openstreetmap.org/copyright" target="_blank" rel="noopener">'
    "OpenStreetMap</a> contributors"
)

# Shapes as SVG. `{name}` becomes what a screen reader says of them, or that it skips them.
_AREA_M = 1000
"""Whose pins are usually farther off than this marks an area: its pin is hollow."""

_NAMELESS = 'aria-hidden="true"'
_PIN = (
    '<svg viewBox="0 0 30 42" width="30" height="42" {name}>'
    '<path d="M15 1.5C7.5 1.5 1.5 7.4 1.5 14.8c0 9.6 13.5 25.7 13.5 25.7s13.5-16.1 13.5-25.7'
    'C28.5 7.4 22.5 1.5 15 1.5z" class="geoloc-pin" stroke="#fff" stroke-width="2.5"/>'
    '<circle cx="15" cy="14.8" r="5" fill="#fff"/></svg>'
)
_AREA = (
    '<svg viewBox="0 0 30 42" width="30" height="42" {name}>'
    '<path d="M15 1.5C7.5 1.5 1.5 7.4 1.5 14.8c0 9.6 13.5 25.7 13.5 25.7s13.5-16.1 13.5-25.7'
    'C28.5 7.4 22.5 1.5 15 1.5z" class="geoloc-pin geoloc-hollow" stroke-width="3"/></svg>'
)
_DIAMOND = (
    '<svg viewBox="0 0 24 24" width="24" height="24" {name}>'
    f'<path d="M12 1.8 22.2 12 12 22.2 1.8 12z" fill="{PHOTO_COLOUR}" stroke="#fff"'
    ' stroke-width="2.5" stroke-linejoin="round"/></svg>'
)
_DOT = (
    '<svg viewBox="0 0 20 20" width="20" height="20" {name}>'
    '<circle cx="10" cy="10" r="4.5" class="geoloc-view"/></svg>'
)
_ARROW = (
    '<svg viewBox="0 0 20 20" width="20" height="20" {name}>'
    '<path d="M10 1.5 16 17 10 13.6 4 17z" transform="rotate({turn} 10 10)"'
    ' class="geoloc-view"/></svg>'
)


def _named(shape: str, text: str) -> str:
    """A shape with the name that a screen reader speaks."""
    return shape.format(name=f'role="img" aria-label="{safe(text)}"')


def distance_text(metres: float) -> str:
    """A distance for people: "85 m", "2.4 km", "5,123 km"."""
    if metres < 999.5:
        return _("{metres:.0f} m", metres=metres)
    if metres < 99_950:
        return _("{km:.1f} km", km=metres / 1000)
    return _("{km:,.0f} km", km=metres / 1000)


def scale_text(metres: float) -> str:
    """A round distance for people: "500 m", "2 km"."""
    if metres < 1000:
        return _("{metres:.0f} m", metres=metres)
    return _("{km:,.0f} km", km=metres / 1000)


def area_text(km2: float) -> str:
    """An area for people: "4,200 m²", "0.38 km²", "113 km²"."""
    if km2 < 0.1:
        return _("{m2:,.0f} m²", m2=round(km2 * 1e6, -2))
    if km2 < 10:
        return _("{km2:.2g} km²", km2=km2)
    return _("{km2:,.0f} km²", km2=km2)


def _shaded(counts: np.ndarray, colour: str, least: int) -> np.ndarray:
    """One colour, the more opaque the more points: uint8 (rows, columns, 4), row 0 = south."""
    image = np.zeros((*counts.shape, 4), np.uint8)
    image[..., :3] = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    # Logarithmic: one much-photographed square must not hide where there is little.
    share = np.log1p(counts) / np.log1p(max(1, counts.max()))
    image[..., 3] = np.where(counts > 0, least + (230 - least) * share, 0).round()
    return image


def base_map(
    city: City,
    coverage: Coverage | None = None,
    tiles: bool = False,
    leaflet: str = SERVED_LEAFLET,
    streets: Coverage | None = None,
    covered: bool = False,
) -> folium.Map:
    """The city's map without a pin.

    streamlit-folium changes the map it is handed. Make a new one each time, which is quick: while
    the arguments stay the same, so does the map in the browser.

    Args:
        city: its box is outlined and fills the view.
        coverage: where the training photos lie: squares on a layer of their own.
        tiles: whether to draw OpenStreetMap under it, which needs internet.
        leaflet: URL of the folder that holds leaflet.js and leaflet.css, with a slash at its end.
        streets: points along the streets, drawn where there are no tiles.
        covered: whether the layer of the training photos is on at first.
    """
    drawn = OfflineMap(
        leaflet,
        location=at(city.box.center, city.box),
        tiles=None,
        zoom_control="topright",
        scroll_wheel_zoom=False,
        # Between tiles' own zooms their writing blurs.
        zoom_snap=1 if tiles else 0.25,
    )
    if tiles:
        # control=False: there is no other ground to choose instead.
        layer = folium.TileLayer(OSM_TILES, attr=_(OSM_CREDIT), max_zoom=19, control=False)
        layer.add_child(TileTrouble(_("The street map cannot be reached: is there internet?")))
        layer.add_to(drawn)
    outline = folium.Rectangle(
        corners(city.box),
        weight=1.5,
        fill=False,
        class_name="geoloc-box",
    )
    # Under the coverage, which folium would draw below any shape; folium passes on neither option.
    outline.options |= {"interactive": False, "pane": "tilePane"}
    outline.add_to(drawn)
    if streets is not None and not tiles:
        image = _shaded(streets.counts, STREET_COLOUR, 150)
        _lay(city, streets, image, _("Streets of the city")).add_to(drawn)
    sketched = not tiles and add_sketch(drawn, city.box)
    if coverage is not None:
        image = _shaded(coverage.counts, COVERAGE_COLOUR, 60 if streets is not None else 90)
        alt = _("Squares in which the model's training photos lie")
        squares = folium.FeatureGroup(name=_("Training photos"), show=covered)
        _lay(city, coverage, image, alt).add_to(squares)
        squares.add_to(drawn)
    if coverage is not None or sketched:
        folium.LayerControl(position="topleft", collapsed=False).add_to(drawn)
    PlainMarker(
        LatLon(city.box.north, city.box.west),
        f'<span class="geoloc-label">{safe(city.title)}</span>',
        size=None,
        anchor=(0, 22),
        interactive=False,
        keyboard=False,
    ).add_to(drawn)
    drawn.add_child(BoxView(city.box, _("Map of {city}", city=city.title)))
    return drawn


def _lay(city: City, grid: Coverage, image: np.ndarray, alt: str) -> ImageOverlay:
    bounds = corners(grid.box, city.box)
    return ImageOverlay(image, bounds=bounds, origin="lower", alt=alt, control=False)


def pin_group(
    prediction: CityPrediction,
    exif: LatLon | None = None,
    doubted: bool = False,
    source: str = "EXIF",
) -> folium.FeatureGroup:
    """What belongs to one photo: pin, regions, views like it, EXIF position, and their key.

    Handed to streamlit-folium as `feature_group_to_add` it replaces the last one on the map, which
    itself stays as it is.

    Args:
        prediction: the pin, its regions and views.
        exif: where the photo says it was taken.
        doubted: whether the photo seems to be from elsewhere: the pin is grey then.
        source: which of the photo's data says where it was taken, EXIF or XMP.
    """
    group = folium.FeatureGroup(name="Photo", control=False)
    off = prediction.known_errors.get("p50", 0.0)
    pin = _AREA if off > _AREA_M else _PIN
    pin = pin.replace("geoloc-pin", "geoloc-pin geoloc-doubted") if doubted else pin
    guess = _("The model's guess, which is in doubt") if doubted else _("The model's guess")
    rows = [(pin.format(name=_NAMELESS), guess)]
    # The wide region first, so that the narrow one lies on it.
    shares = sorted(prediction.regions, reverse=True)
    regions = [_add_region(group, prediction, share, doubted) for share in shares]
    rows += reversed(regions)
    if prediction.views:
        rows.append(_add_views(group, prediction))
    if exif is not None:
        rows.append(_add_exif(group, prediction, exif, source))
    place = prediction.position
    text = _("{what}: {place}", what=guess, place=f"{place.lat:.5f}, {place.lon:.5f}")
    PlainMarker(
        place,
        _named(pin, text),
        size=(30, 42),
        anchor=(15, 41),
        tooltip=(text, (12, -27)),
        beside=prediction.city.box,
        zIndexOffset=1000,
    ).add_to(group)
    if off:
        _say_error(group, prediction, off)
    group.add_child(Key(rows))
    return group


def _say_error(group: folium.FeatureGroup, prediction: CityPrediction, off: float) -> None:
    """Write below the pin how far off it usually is."""
    text = _("usually some {distance} off", distance=distance_text(off))
    PlainMarker(
        prediction.position,
        f'<span class="geoloc-off">{safe(text)}</span>',
        size=(0, 0),
        anchor=(0, -6),
        beside=prediction.city.box,
        interactive=False,
        keyboard=False,
        zIndexOffset=900,
    ).add_to(group)


def _add_region(
    group: folium.FeatureGroup, prediction: CityPrediction, share: int, doubted: bool
) -> tuple[str, str]:
    """Draw where so many truths in a hundred lie; gives its row of the key."""
    dashes, opacity = _REGIONS.get(share, ("2 4", 0.06))
    kind = "geoloc-error geoloc-doubted" if doubted else "geoloc-error"
    drawn = folium.Polygon(
        outline(prediction.density, prediction.regions[share]),
        weight=2,
        dash_array=dashes or None,
        fill=True,
        fill_opacity=opacity,
        fill_rule="evenodd",
        class_name=kind,
    )
    # The key says what it means; a tooltip over so wide a mark would be in the way.
    drawn.options["interactive"] = False
    drawn.add_to(group)
    line = f'stroke-width="2" stroke-dasharray="{dashes and "3 2.8"}"'
    symbol = (
        f'<svg viewBox="0 0 16 16" {_NAMELESS}><circle cx="8" cy="8" r="6.5" class="{kind}"'
        f' fill-opacity="{opacity}" {line}/></svg>'
    )
    return symbol, _("{share} % region", share=share)


def _add_views(group: folium.FeatureGroup, prediction: CityPrediction) -> tuple[str, str]:
    """Draw where the most similar training views were taken, and their headings."""
    views = prediction.views
    for number, view in enumerate(views, start=1):
        values = {"number": number, "likeness": view.similarity}
        if view.heading is None:
            text = _("Training view {number}, likeness {likeness:.2f}", **values)
        else:
            text = _(
                "Training view {number}, likeness {likeness:.2f}, looking {degrees}° from north",
                degrees=view.heading,
                **values,
            )
        shape = _DOT if view.heading is None else _ARROW.replace("{turn}", str(view.heading))
        PlainMarker(
            view.position,
            _named(shape, text),
            size=(20, 20),
            anchor=(10, 10),
            tooltip=(text, (8, 0)),
            beside=prediction.city.box,
        ).add_to(group)
    first = _DOT if views[0].heading is None else _ARROW.replace("{turn}", "45")
    return first.format(name=_NAMELESS), _("Training views most like it")


def _add_exif(
    group: folium.FeatureGroup, prediction: CityPrediction, exif: LatLon, source: str
) -> tuple[str, str]:
    away, box = distance_text(haversine_m(prediction.position, exif)), prediction.city.box
    if box.contains(exif):
        text = _("{source} position, {distance} away", source=source, distance=away)
    else:
        text = _("{source} position, {distance} away (off the map)", source=source, distance=away)
    folium.PolyLine(
        [at(prediction.position, box), at(exif, box)],
        color=PHOTO_COLOUR,
        weight=2.5,
        dash_array="2 6",
        tooltip=safe(text),
    ).add_to(group)
    PlainMarker(
        exif,
        _named(_DIAMOND, text),
        size=(24, 24),
        anchor=(12, 12),
        tooltip=(text, (10, 0)),
        beside=box,
    ).add_to(group)
    return _DIAMOND.format(name=_NAMELESS), text
