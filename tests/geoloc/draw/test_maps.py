"""The city map: what it draws, and that it needs nothing from elsewhere."""

import base64
import io
import json
import re
from html import unescape

import folium
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from streamlit_folium import _get_feature_group_string, _get_map_string, generate_js_hash

from geoloc.city.density import Density
from geoloc.city.gallery import View
from geoloc.city.prediction import CityPrediction
from geoloc.draw.leaflet import SERVED_LEAFLET, PlainMarker
from geoloc.draw.maps import OSM_TILES, base_map, distance_text, pin_group
from geoloc.geo import Box, City, LatLon, haversine_m
from geoloc.geo.coverage import Coverage
from geoloc.geo.grid import Grid
from geoloc.settings import PROJECT

ROOT = PROJECT
BOX = Box(south=52.2, west=0.11, north=52.21, east=0.13)
CITY = City("town", "Town", BOX)
COUNTS = np.array([[9, 0, 0], [0, 1, 0]])
COVERAGE = Coverage(BOX, COUNTS)
GRID = Grid.over(BOX, 24)
places = st.builds(BOX.denormalise, st.floats(0, 1), st.floats(0, 1))


def predicted(
    position: LatLon = BOX.center,
    coverage: Coverage | None = COVERAGE,
    city: City = CITY,
    **told: object,
) -> CityPrediction:
    cell = GRID.cell_of([position.lat], [position.lon])[None]
    density = Density(GRID, GRID.spread(cell, np.ones((1, 1)), 60.0)[0])
    return CityPrediction("cnn", city, position, density, coverage, {}, **told)


def with_pin(
    prediction: CityPrediction, exif: LatLon | None = None, leaflet: str = SERVED_LEAFLET
) -> folium.Map:
    """The city's map with what belongs to one photo."""
    drawn = base_map(prediction.city, prediction.coverage, leaflet=leaflet)
    pin_group(prediction, exif).add_to(drawn)
    return drawn


def page(drawn: folium.Map) -> str:
    """The whole HTML page of a map."""
    return drawn.get_root().render()


def fetched(html: str) -> list[str]:
    """What a browser would fetch for a page: scripts, style sheets, pictures, fonts."""
    attributes = re.findall(r"<(?:script|link|img)\b[^>]*?\b(?:src|href)=\"([^\"]+)\"", html)
    return attributes + re.findall(r"url\(([^)]+)\)|@import ([^;]+)", html)


def drawn_by_streamlit_folium(drawn: folium.Map) -> str:
    """What identifies a map in the browser: while it is the same, the map is not loaded anew."""
    drawn.render()
    return generate_js_hash(_get_map_string(drawn), "key")


@pytest.mark.parametrize("exif", [None, LatLon(52.205, 0.12)])
def test_a_map_fetches_leaflet_and_nothing_else(exif: LatLon | None) -> None:
    html = page(with_pin(predicted(), exif))
    assert fetched(html) == [f"{SERVED_LEAFLET}leaflet.js", f"{SERVED_LEAFLET}leaflet.css"]
    assert not re.search(r"jquery|bootstrap|awesome|tileLayer|L\.icon|\$\(", html, re.IGNORECASE)


def test_no_part_of_a_map_brings_scripts_of_its_own() -> None:
    def parts(element: folium.MacroElement) -> list[folium.MacroElement]:
        return [element] + [p for child in element._children.values() for p in parts(child)]

    with_scripts = [
        part
        for part in parts(with_pin(predicted(), LatLon(52.2, 0.12)))
        if getattr(part, "default_js", None) or getattr(part, "default_css", None)
    ]
    assert [type(part).__name__ for part in with_scripts] == ["OfflineMap"]


def test_other_folium_maps_stay_as_they_are() -> None:
    before = list(folium.Map.default_js), list(folium.Map.default_css)
    base_map(CITY)
    assert (folium.Map.default_js, folium.Map.default_css) == before
    assert folium.Map().default_js == before[0]


def test_leaflet_lies_where_the_map_looks_for_it() -> None:
    folder = ROOT / "static" / SERVED_LEAFLET.removeprefix("../../app/static/")
    assert "Leaflet 1.9" in (folder / "leaflet.js").read_text(encoding="utf-8")[:200]
    assert ".leaflet-container" in (folder / "leaflet.css").read_text(encoding="utf-8")
    assert "BSD 2-Clause" in (folder / "LICENSE").read_text(encoding="utf-8")


def test_a_map_can_find_leaflet_elsewhere() -> None:
    html = page(with_pin(predicted(), leaflet="file:///leaflet/"))
    assert fetched(html) == ["file:///leaflet/leaflet.js", "file:///leaflet/leaflet.css"]


def test_tiles_come_only_when_asked_for_and_with_their_credit() -> None:
    assert "openstreetmap" not in page(base_map(CITY)).lower()
    html = page(base_map(CITY, tiles=True))
    assert OSM_TILES in html
    assert "openstreetmap.org/copyright" in html


@given(places)
def test_the_pin_stands_where_the_model_says(place: LatLon) -> None:
    html = page(with_pin(predicted(place)))
    markers = re.findall(r"L\.marker\(\[([-\d.e]+), ([-\d.e]+)\]", html)
    assert (place.lat, place.lon) in [(float(lat), float(lon)) for lat, lon in markers]


@given(places, places)
def test_a_moved_pin_leaves_the_map_as_it_is(here: LatLon, there: LatLon) -> None:
    first, second = base_map(CITY, COVERAGE), base_map(CITY, COVERAGE)
    assert drawn_by_streamlit_folium(first) == drawn_by_streamlit_folium(second)
    group = _get_feature_group_string(pin_group(predicted(here)), first)
    moved = _get_feature_group_string(pin_group(predicted(there)), second)
    assert (group == moved) == (here == there)


def test_another_coverage_is_another_map() -> None:
    other = Coverage(BOX, COUNTS[::-1])
    maps = base_map(CITY, COVERAGE), base_map(CITY, other)
    assert drawn_by_streamlit_folium(maps[0]) != drawn_by_streamlit_folium(maps[1])


def test_regions_are_drawn_around_the_pin_the_wide_one_below_the_narrow_one() -> None:
    html = page(with_pin(predicted(regions={50: 0.5, 90: 0.9})))
    rings = [json.loads(ring) for ring in re.findall(r"L\.polygon\(\s*(\[.*?\]),\s*\{", html, re.S)]
    # The Cam is drawn below them.
    assert len(rings) == 3
    wide, narrow = (np.array(ring[0]) for ring in rings[1:])
    assert np.ptp(wide, axis=0).min() > np.ptp(narrow, axis=0).min()
    for ring in (wide, narrow):
        assert (ring.min(axis=0) < [BOX.center.lat, BOX.center.lon]).all()
        assert (ring.max(axis=0) > [BOX.center.lat, BOX.center.lon]).all()
    assert "90 % region" in html and "50 % region" in html
    assert page(with_pin(predicted())).count("L.polygon") == 1


def test_views_like_the_photo_are_arrows_that_point_where_they_look() -> None:
    views = (View(4, LatLon(52.203, 0.12), 135, 0.91), View(9, LatLon(52.204, 0.121), None, 0.88))
    html = page(with_pin(predicted(views=views)))
    assert "Training view 1, likeness 0.91, looking 135° from north" in unescape(html)
    assert "rotate(135 10 10)" in html
    assert "Training view 2, likeness 0.88" in unescape(html)


def test_the_pin_of_a_photo_from_elsewhere_is_grey_and_says_so() -> None:
    drawn = base_map(CITY)
    pin_group(predicted(), doubted=True).add_to(drawn)
    html = page(drawn)
    assert "geoloc-pin geoloc-doubted" in html and "which is in doubt" in unescape(html)


def test_streets_are_the_ground_where_tiles_are_missing() -> None:
    streets = Coverage(BOX, np.eye(20, dtype=int))
    assert "Streets of the city" in unescape(page(base_map(CITY, streets=streets)))
    assert "Streets of the city" not in unescape(page(base_map(CITY, streets=streets, tiles=True)))


@pytest.mark.parametrize(
    ("exif", "said"),
    [
        (BOX.denormalise(0.9, 0.5), "EXIF position, 545 m away"),
        (LatLon(48.85, 2.35), "EXIF position, 405 km away (off the map)"),
    ],
)
def test_the_photo_s_own_position_is_shown_with_its_distance(exif: LatLon, said: str) -> None:
    assert "EXIF" not in page(with_pin(predicted()))
    html = page(with_pin(predicted(), exif))
    assert said in html
    assert "L.polyline" in html
    assert distance_text(haversine_m(BOX.center, exif)) in said


def test_the_most_photographed_square_is_the_most_opaque_and_south_is_at_the_bottom() -> None:
    (url,) = re.findall(r"data:image/png;base64,([\w+/=]+)", page(base_map(CITY, COVERAGE)))
    alpha = np.asarray(Image.open(io.BytesIO(base64.b64decode(url))))[::-1, :, 3]
    assert alpha.shape == COUNTS.shape
    assert np.array_equal(alpha > 0, COUNTS > 0)
    assert alpha[0, 0] == alpha.max() > alpha[1, 1]


def test_a_city_without_photos_draws_an_empty_ground() -> None:
    nothing = Coverage(BOX, np.zeros((2, 3), int))
    assert "L.imageOverlay" in page(base_map(CITY, nothing))
    assert "L.imageOverlay" not in page(base_map(CITY, None))


def test_a_title_is_text_and_never_code() -> None:
    city = City("x", "<img src=x onerror=alert(1)></script>", BOX)
    html = page(with_pin(predicted(city=city), LatLon(0, 0)))
    assert "<img src=x" not in html
    assert html.count("</script>") == page(with_pin(predicted(), LatLon(0, 0))).count("</script>")


@pytest.mark.parametrize("text", ["`+alert(1)+`", "${alert(1)}", "\\`", "<b>", 'it\'s "it"'])
def test_a_tooltip_says_its_text_to_the_letter(text: str) -> None:
    drawn = base_map(CITY)
    PlainMarker(BOX.center, "", None, (0, 0), (text, (0, 0))).add_to(drawn)
    *_bridges, written = re.findall(r"bindTooltip\(\s*`<div>(.*?)</div>`", page(drawn), re.DOTALL)
    assert not set("`$\\<>") & set(written)
    assert unescape(written).strip() == text


@pytest.mark.parametrize(
    ("metres", "text"),
    [(0, "0 m"), (84.6, "85 m"), (999.4, "999 m"), (999.5, "1.0 km"), (2_449, "2.4 km"),
     (99_949, "99.9 km"), (99_951, "100 km"), (5_123_400, "5,123 km")],
)  # fmt: skip
def test_distances_read_well(metres: float, text: str) -> None:
    assert distance_text(metres) == text


def test_pin_and_position_have_names_for_screen_readers() -> None:
    html = page(with_pin(predicted(LatLon(52.2012, 0.1134)), BOX.center))
    names = re.findall(r'aria-label=\\"(.+?)\\"', unescape(html.replace(r"\u0026", "&")))
    assert "The model's guess: 52.20120, 0.11340" in names
    assert any(name.startswith("EXIF position, ") for name in names)


TAVEUNI = City("taveuni", "Taveuni", Box(south=-17.0, west=179.8, north=-16.6, east=-179.8))


def test_a_city_on_the_antimeridian_is_drawn_in_one_piece():
    grid = Grid.over(TAVEUNI.box, 24)
    pin, exif = LatLon(-16.8, -179.95), LatLon(-16.7, 179.9)
    cell = grid.cell_of([pin.lat], [pin.lon])[None]
    density = Density(grid, grid.spread(cell, np.ones((1, 1)), 9000.0)[0])
    coverage = Coverage.of(TAVEUNI.box, [-16.8, -16.8], [179.9, -179.9], cell_m=9000)
    assert coverage.counts.sum() == 2
    view = View(0, LatLon(-16.75, -179.9), None, 0.9)
    drawn = with_pin(
        CityPrediction("cnn", TAVEUNI, pin, density, coverage, {}, {50: 0.5, 90: 0.9}, (view,)),
        exif,
    )
    html = page(drawn)
    lons = [float(lon) for lat, lon in re.findall(r"\[(-1[67]\.\d+), (-?\d+\.\d+)\]", html)]
    assert len(lons) > 20 and min(lons) >= 179.7 and max(lons) <= 180.3
