"""Coordinates, boxes, their unit squares, and distances on the ground."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoloc.geo import (
    EARTH_RADIUS_M,
    PITTSBURGH_BOX,
    Box,
    LatLon,
    centroid,
    distances_m,
    haversine_m,
)

latitudes = st.floats(-90, 90)
longitudes = st.floats(-180, 180)
places = st.builds(LatLon, latitudes, longitudes)
shares = st.floats(0, 1)


@st.composite
def boxes(draw) -> Box:
    south, west = draw(st.floats(-89, 88)), draw(st.floats(-179, 179.9))
    height, width = draw(st.floats(1e-3, 1)), draw(st.floats(1e-3, 1))
    east = west + width
    return Box(south, west, south + height, east if east <= 180 else east - 360)


@given(boxes(), shares, shares)
def test_normalise_undoes_denormalise(box, x, y):
    assert box.normalise(box.denormalise(x, y)) == pytest.approx((x, y), abs=1e-9)


@given(boxes(), shares, shares)
def test_denormalise_undoes_normalise(box, x, y):
    lon = box.west + x * (box.far_east - box.west)
    place = LatLon(box.south + y * (box.north - box.south), lon if lon <= 180 else lon - 360)
    back = box.denormalise(*box.normalise(place))
    assert haversine_m(back, place) < 1e-3


answers = st.floats(-3, 4) | st.floats(-1e-15, 1e-15) | st.floats(1 - 1e-15, 1 + 1e-15)


@given(boxes(), answers, answers)
def test_whatever_a_network_answers_lies_in_the_box(box, x, y):
    assert box.contains(box.denormalise(x, y))


@given(boxes())
def test_the_corners_of_the_unit_square_are_those_of_the_box(box):
    assert box.denormalise(0, 0) == LatLon(box.south, box.west)
    assert box.denormalise(1, 1) == LatLon(box.north, box.east)
    assert box.denormalise(0, 1) == LatLon(box.north, box.west)


def test_x_grows_to_the_east_and_y_to_the_north():
    box = Box(south=10, west=20, north=11, east=22)
    xy = box.normalise_all([10.25, 10.25], [20.5, 21.5])
    assert xy.tolist() == [[0.25, 0.25], [0.75, 0.25]]
    assert box.normalise(LatLon(10.75, 20.5)) == (0.25, 0.75)


def test_a_place_outside_the_box_leaves_the_unit_square():
    box = Box(south=10, west=20, north=11, east=22)
    assert box.normalise(LatLon(9, 24)) == (2, -1)
    assert not box.contains(LatLon(9, 21)) and not box.contains(LatLon(10.5, 24))


def test_a_point_outside_the_unit_square_is_moved_to_the_nearest_edge():
    box = Box(south=10, west=20, north=11, east=22)
    assert box.denormalise(-0.5, 0.5) == LatLon(10.5, 20)
    assert box.denormalise(0.5, 7) == LatLon(11, 21)


def test_streetlearns_pittsburgh_has_the_size_it_is_known_for():
    assert PITTSBURGH_BOX.width_m == pytest.approx(8_885, abs=10)
    assert PITTSBURGH_BOX.height_m == pytest.approx(3_892, abs=2)
    assert PITTSBURGH_BOX.area_km2 == pytest.approx(34.6, abs=0.05)
    assert PITTSBURGH_BOX.contains(LatLon(40.4416, -80.0079))


@given(boxes())
def test_a_boxs_sides_are_distances_on_the_ground(box):
    middle = box.center
    west, east = LatLon(middle.lat, box.west), LatLon(middle.lat, box.east)
    south, north = LatLon(box.south, middle.lon), LatLon(box.north, middle.lon)
    # Along a parallel the way is a little longer than the great circle's.
    assert box.width_m == pytest.approx(haversine_m(west, east), rel=1e-3)
    assert box.height_m == pytest.approx(haversine_m(south, north), rel=1e-9)


KNOWN = [
    # a, b, metres by spherical Earth
    (LatLon(0, 0), LatLon(0, 1), 111_195.08),
    (LatLon(0, 179.5), LatLon(0, -179.5), 111_195.08),
    (LatLon(90, 0), LatLon(-90, 123), math.pi * EARTH_RADIUS_M),
    (LatLon(48.8566, 2.3522), LatLon(51.5074, -0.1278), 343_556),
    (LatLon(40.4416, -80.0079), LatLon(40.6892, -74.0445), 504_190),
    (LatLon(-33.8568, 151.2153), LatLon(51.5007, -0.1246), 16_992_900),
]


@pytest.mark.parametrize(("a", "b", "metres"), KNOWN)
def test_a_known_distance(a, b, metres):
    assert haversine_m(a, b) == pytest.approx(metres, rel=1e-3)


@given(places, places)
def test_a_distance_is_the_angle_between_two_directions_times_the_radius(a, b):
    def direction(place: LatLon) -> np.ndarray:
        lat, lon = math.radians(place.lat), math.radians(place.lon)
        return np.array(
            [math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)]
        )

    one, other = direction(a), direction(b)
    angle = math.atan2(np.linalg.norm(np.cross(one, other)), one @ other)
    assert haversine_m(a, b) == pytest.approx(angle * EARTH_RADIUS_M, rel=1e-6, abs=0.2)


@given(places, places, places)
def test_distances_obey_the_laws_of_distances(a, b, c):
    assert haversine_m(a, a) == 0
    assert haversine_m(a, b) == pytest.approx(haversine_m(b, a))
    assert haversine_m(a, c) <= haversine_m(a, b) + haversine_m(b, c) + 0.2


def test_many_distances_at_once_are_those_of_one_at_a_time():
    lats, lons = [1.0, 2.0, 3.0], [4.0, 5.0, 6.0]
    together = distances_m(7.0, 8.0, lats, lons)
    one_by_one = [
        haversine_m(LatLon(7, 8), LatLon(*place)) for place in zip(lats, lons, strict=True)
    ]
    assert together.tolist() == pytest.approx(one_by_one)


def test_swapped_coordinates_are_suspected_where_they_can_be_told():
    with pytest.raises(ValueError, match="swapped"):
        LatLon(139.7, 35.7)


@pytest.mark.parametrize(
    ("lat", "lon"), [(91, 0), (0, 181), (0, -180.1), (math.nan, 0), (0, math.nan), (math.inf, 0)]
)
def test_what_is_no_place_on_earth_is_refused(lat, lon):
    with pytest.raises(ValueError, match="not a place on Earth"):
        LatLon(lat, lon)


@pytest.mark.parametrize("edges", [(1, 0, 1, 1), (2, 0, 1, 1), (0, 1, 1, 1)])
def test_an_empty_box_is_refused(edges):
    with pytest.raises(ValueError, match="empty"):
        Box(*edges)


TAVEUNI = Box(south=-17.0, west=179.8, north=-16.6, east=-179.8)


def test_a_box_across_the_antimeridian_is_as_small_as_any_other():
    same = Box(south=-17.0, west=10.0, north=-16.6, east=10.4)
    assert TAVEUNI.width_m == pytest.approx(same.width_m)
    assert TAVEUNI.area_km2 == pytest.approx(same.area_km2)
    assert TAVEUNI.center == LatLon(-16.8, 180.0)


@pytest.mark.parametrize(
    ("lon", "x"), [(179.8, 0), (179.9, 0.25), (180, 0.5), (-180, 0.5), (-179.9, 0.75), (-179.8, 1)]
)
def test_x_grows_to_the_east_across_the_antimeridian(lon, x):
    assert TAVEUNI.contains(LatLon(-16.8, lon))
    assert TAVEUNI.normalise(LatLon(-16.8, lon)) == pytest.approx((x, 0.5))
    back = TAVEUNI.denormalise(x, 0.5)
    assert haversine_m(back, LatLon(-16.8, lon)) < 0.01


@pytest.mark.parametrize(("lon", "x"), [(179.7, -0.25), (-179.7, 1.25), (0.1, -449.25)])
def test_what_lies_outside_a_box_leaves_it_on_the_nearer_side(lon, x):
    assert not TAVEUNI.contains(LatLon(-16.8, lon))
    assert TAVEUNI.normalise(LatLon(-16.8, lon))[0] == pytest.approx(x)


def test_beyond_the_antimeridian_is_just_beyond_a_box_that_ends_there():
    box = Box(south=-17, west=179, north=-16, east=180)
    assert box.contains(LatLon(-16.5, -180)) and not box.contains(LatLon(-16.5, -179.9))
    assert box.normalise(LatLon(-16.5, -179.9))[0] == pytest.approx(1.1)
    assert box.unroll([-179.9, 179.5, 0]).tolist() == pytest.approx([180.1, 179.5, 0])


def test_which_places_lie_in_a_box_is_said_of_many_at_once():
    lats, lons = [-16.8, -16.8, -10, math.nan], [-179.9, 0, -179.9, 179.9]
    assert TAVEUNI.contains_all(lats, lons).tolist() == [True, False, False, False]


@given(boxes(), st.floats(-1, 2), st.floats(-180, 180))
def test_turning_the_globe_changes_nothing_but_degrees(box, share, turn):
    def turned(lon: float) -> float:
        return (lon + turn + 180) % 360 - 180

    there = Box(box.south, turned(box.west), box.north, turned(box.east))
    lon = turned(box.west + share * (box.far_east - box.west))
    here = turned(lon - 2 * turn)
    assert there.normalise(LatLon(box.south, lon))[0] == pytest.approx(
        box.normalise(LatLon(box.south, here))[0], abs=1e-6
    )


def test_a_box_around_a_town_on_the_antimeridian_is_the_towns():
    box = Box.around([-16.9, -16.7, -16.8], [179.9, -179.9, 180.0], margin=0.25)
    assert (box.west, box.east) == pytest.approx((179.85, -179.85))
    assert box.width_m < 40_000


def test_a_box_around_places_all_over_the_world_is_the_world():
    box = Box.around([0, 1, 2, 3], [-170, -80, 10, 100], margin=0.5)
    assert (box.west, box.east) == (-180, 180)


@given(st.lists(places, min_size=1, max_size=20), st.floats(0, 0.5))
def test_a_box_around_places_holds_them_all(found, margin):
    box = Box.around([p.lat for p in found], [p.lon for p in found], margin)
    assert all(box.contains(place) for place in found)


def test_the_margin_of_a_box_is_a_share_of_its_points_extent():
    box = Box.around([10, 20], [30, 50], margin=0.1)
    assert (box.south, box.west, box.north, box.east) == (9, 28, 21, 52)


@pytest.mark.parametrize(("lat", "lon"), [(40, 10), (-90, 180), (90, -180)])
def test_a_single_photo_has_a_small_box_that_stays_on_the_globe(lat, lon):
    box = Box.around([lat], [lon])
    assert box.contains(LatLon(lat, lon))
    assert 10 <= round(box.height_m) <= 20


@pytest.mark.parametrize("lats", [[], [40, math.nan], [40, math.inf]])
def test_no_box_is_drawn_around_unknown_places(lats):
    with pytest.raises(ValueError, match="all have a position"):
        Box.around(lats, lats)


def test_a_centroid_is_the_mean_place():
    assert centroid([10, 20, 30], np.array([1.0, 2.0, 6.0])) == LatLon(20, 3)


def test_a_centroid_on_the_antimeridian_lies_between_its_places():
    assert centroid([-17, -16], [179.5, -179.9]).lon == pytest.approx(179.8)
    assert centroid([-17, -16], [179.9, -179.5]).lon == pytest.approx(-179.8)
