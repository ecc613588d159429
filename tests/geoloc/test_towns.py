"""Photos told apart by the towns they lie in."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoloc.geo import METRES_PER_DEGREE, distances_m
from geoloc.towns import REACH_M, towns


def around(lat: float, lon: float, count: int, metres: float = 3000, seed: int = 0) -> np.ndarray:
    """So many places in a square, (count, 2)."""
    steps = (np.random.default_rng(seed).random((count, 2)) - 0.5) * metres / METRES_PER_DEGREE
    places = np.array([lat, lon]) + steps / [1, np.cos(np.radians(lat))]
    places[:, 1] = (places[:, 1] + 180) % 360 - 180
    return places


PARIS, LILLE, ROUEN = (48.85, 2.35), (50.63, 3.06), (49.44, 1.10)


def test_the_largest_comes_first_and_its_centre_lies_where_photos_are():
    places = np.vstack([around(*ROUEN, 30), around(*PARIS, 60), around(*LILLE, 40)])
    found = towns(*places.T)
    assert [len(town) for town in found] == [60, 40, 30]
    for town, center in zip(found, (PARIS, LILLE, ROUEN), strict=True):
        at = town.center
        assert distances_m(at.lat, at.lon, *center) < 3000
        assert [at.lat, at.lon] in places.tolist()
    assert "(France)" in found[0].place


def test_two_towns_with_photos_on_the_road_between_them_stay_two():
    road = np.linspace((48.0, 2.0), (48.5, 2.0), 12)
    found = towns(*np.vstack([around(48.0, 2.0, 60), around(48.5, 2.0, 50), road]).T)
    assert [len(town) >= 50 for town in found] == [True, True]


def test_one_wide_town_is_one():
    assert len(towns(*around(48.8, 2.3, 300, metres=40_000).T)) == 1


def test_the_antimeridian_is_no_border():
    (town,) = towns(*around(-16.8, 180.0, 50, metres=20_000).T)
    assert town.box.width_m < 25_000


def test_no_photos_are_of_no_town():
    assert towns([], []) == []


@given(
    st.lists(st.tuples(st.floats(-85, 85), st.floats(-180, 180)), min_size=1, max_size=40),
    st.randoms(),
)
def test_each_photo_is_of_one_town_whatever_their_order_and_lies_within_reach(places, rng):
    found = towns(*np.array(places).T)
    assert sorted(row for town in found for row in town.rows) == list(range(len(places)))
    for town in found:
        lats, lons = np.array(places)[town.rows].T
        away = distances_m(town.center.lat, town.center.lon, lats, lons)
        assert away.max() <= REACH_M + 2 * 1600
    shuffled = rng.sample(places, len(places))
    assert [len(town) for town in towns(*np.array(shuffled).T)] == [len(town) for town in found]


@pytest.mark.parametrize("lon", [0.0, 90.0, 179.99, -180.0])
def test_the_same_places_turned_around_the_globe_are_the_same_towns(lon):
    here = np.vstack([around(10, lon, 20), around(10.5, lon + 0.4, 10)])
    assert [len(town) for town in towns(*here.T)] == [20, 10]
