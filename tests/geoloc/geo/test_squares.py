"""Squares of degrees: which holds a place, and how fine a grid of few squares is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoloc.geo import LatLon
from geoloc.geo.squares import STEPS, Square, binned

PLACES = st.builds(LatLon, lat=st.floats(-90, 90), lon=st.floats(-180, 180))


@pytest.mark.parametrize(
    ("lat", "lon", "step", "title"),
    [
        (41.39, 2.17, 1.0, "41–42° N, 2–3° E"),
        (-33.5, -70.6, 1.0, "33–34° S, 70–71° W"),
        (0.0, 0.0, 20.0, "0–20° N, 0–20° E"),
        (40.442, -79.998, 0.005, "40.44–40.445° N, 79.995–80° W"),
    ],
)
def test_a_square_is_named_by_its_edges(lat, lon, step, title):
    assert Square.of(LatLon(lat, lon), step).title == title


@given(PLACES, st.sampled_from(STEPS))
def test_the_middle_of_a_place_s_square_is_near(place, step):
    middle = Square.of(place, step).middle
    assert abs(middle.lat - place.lat) <= step / 2 * (1 + 1e-6) + 1e-9
    away = abs((middle.lon - place.lon + 180) % 360 - 180)
    assert away <= step / 2 * (1 + 1e-6) + 1e-9


@given(st.lists(PLACES, max_size=30), st.integers(1, 20))
def test_no_place_is_lost_and_the_fullest_square_comes_first(places, most):
    squares = binned(places, most)
    assert sum(squares.values()) == len(places)
    assert list(squares.values()) == sorted(squares.values(), reverse=True)
    assert len({square.step for square in squares}) <= 1
    assert len(squares) <= most or next(iter(squares)).step == STEPS[0]


def test_the_antimeridian_is_one_square_and_no_border():
    assert Square.of(LatLon(0, 180), 2.0) == Square.of(LatLon(0, -180), 2.0)
    near = [LatLon(-16.8, 179.99), LatLon(-16.8, -179.99)]
    assert {square.step for square in binned(near, 2)} == {STEPS[-1]}


def test_the_grid_is_as_fine_as_the_places_are_close_together():
    near = [LatLon(40.4401, -80.0001), LatLon(40.4499, -80.0099)]
    assert {square.step for square in binned(near, 2)} == {STEPS[-1]}
    assert {square.step for square in binned(near, 1)} == {0.01}
    apart = [LatLon(41.39, 2.17), LatLon(48.86, 2.35)]
    assert {square.step for square in binned(apart, 9)} == {0.1}
    assert binned([], 9) == {}
