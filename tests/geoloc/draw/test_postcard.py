"""An answer as a picture: what is on it, and that it tells nothing else of the photo."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from geoloc.city.density import Density
from geoloc.city.prediction import CityPrediction
from geoloc.draw.picture_maps import ACCENT, city_picture, world_picture
from geoloc.draw.postcard import WIDTH, Answered, postcard
from geoloc.geo import Box, City, LatLon
from geoloc.geo.coverage import Coverage
from geoloc.geo.grid import Grid
from geoloc.tasks.country import CountryPrediction

BOX = Box(south=52.201, west=0.113, north=52.209, east=0.127)
GRID = Grid.over(BOX, 20)
COUNTRIES = CountryPrediction("cnn", ("SG", "FR", "CI", "JP", "US"), (0.4, 0.3, 0.2, 0.06, 0.04))
GREEN, VIOLET = (10, 220, 30), (150, 0, 220)


def pin(place: LatLon = BOX.center, **told: object) -> CityPrediction:
    cell = GRID.cell_of([place.lat], [place.lon])[None]
    density = Density(GRID, GRID.spread(cell, np.ones((1, 1)), 60.0)[0])
    coverage = Coverage(BOX, np.array([[1, 0], [0, 3]]))
    city = City("cambridge", "Cambridge", BOX)
    return CityPrediction("town", city, place, density, coverage, {"p50": 178.0}, **told)


def photo(colour: tuple[int, int, int], height: int = 300, width: int = 400) -> np.ndarray:
    return np.full((height, width, 3), colour, np.uint8)


def drawn(photos: list[np.ndarray], place: CityPrediction | None = None) -> np.ndarray:
    told = Answered(photos, COUNTRIES, "Small CNN", place, ["A guess, not a fact."])
    image = Image.open(io.BytesIO(postcard(told)))
    image.load()
    assert image.format == "PNG" and not image.getexif() and not image.text
    return np.asarray(image)


def count(picture: np.ndarray, colour: tuple[int, int, int]) -> int:
    return int((picture == colour).all(axis=2).sum())


def test_photos_of_any_shape_are_whole_and_none_hides_another():
    for shape in ((300, 400), (900, 300), (100, 900)):
        sheet = drawn([photo(GREEN, *shape)])
        assert sheet.shape[1] == WIDTH
        rows, columns = np.nonzero((sheet == GREEN).all(axis=2))
        height, width = np.ptp(rows) + 1, np.ptp(columns) + 1
        assert width / height == pytest.approx(shape[1] / shape[0], rel=0.02)
    sheet = drawn([photo(GREEN), photo(VIOLET), photo(GREEN)])
    assert count(sheet, GREEN) == pytest.approx(2 * count(sheet, VIOLET), rel=0.02)


def test_bars_are_as_long_as_the_probabilities():
    sheet = drawn([photo(GREEN)])
    # Below the headline, which has the same colour.
    lengths = sorted({int(n) for n in (sheet[200:480] == ACCENT).all(axis=2).sum(axis=1)})
    assert [round(540 * share) for share in COUNTRIES.probabilities] == lengths[:-6:-1]


def test_the_pin_stands_where_it_is():
    for place, left, high in (
        (LatLon(52.207, 0.116), True, True),
        (LatLon(52.203, 0.124), False, False),
    ):
        picture = city_picture(pin(place), (380, 274))
        rows, columns = np.nonzero((picture == ACCENT).all(axis=2))
        assert (columns.mean() < 190) == left and (rows.mean() < 137) == high


def test_regions_and_doubt_change_the_map_of_the_city():
    plain = city_picture(pin(), (380, 274))
    regions = city_picture(pin(regions={50: 0.5, 90: 0.9}), (380, 274))
    doubted = city_picture(pin(regions={50: 0.5, 90: 0.9}), (380, 274), doubted=True)
    assert (plain != regions).any() and count(regions, ACCENT) and not count(doubted, ACCENT)


def test_the_world_is_the_darker_the_likelier():
    likely, hardly = (
        world_picture({"AU": share, "FR": 0.5}, "FR", 700).astype(int) for share in (0.4, 0.002)
    )
    at = (206, 610)  # the middle of Australia
    assert likely[at].sum() < hardly[at].sum()
    assert (likely[100, 150] == hardly[100, 150]).all()


def test_without_a_city_there_is_no_map_of_one():
    assert drawn([photo(GREEN)]).shape[0] == drawn([photo(GREEN)], pin()).shape[0]
