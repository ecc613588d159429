"""From UTM to degrees, held against values that the package utm 0.8 gave."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoloc.geo import METRES_PER_DEGREE
from training.data.sources.utm import to_lat_lon

KNOWN = [
    # easting, northing, zone, north, latitude, longitude
    (584232.8885766948, 4477102.776999857, 17, True, 40.44031, -80.0068),
    (334368.63364640076, 6250948.345360274, 56, False, -33.8688, 151.2093),
    (597979.9028830325, 6643118.992212711, 32, True, 59.9139, 10.7522),
    (500000.0, 0.0, 31, True, 0.0, 3.0),
]


@pytest.mark.parametrize(("easting", "northing", "zone", "north", "lat", "lon"), KNOWN)
def test_a_point_is_placed_to_the_millimetre(easting, northing, zone, north, lat, lon):
    found = to_lat_lon(easting, northing, zone, north)
    assert np.array(found) == pytest.approx((lat, lon), abs=1e-8)


@given(st.floats(0, 9e6), st.integers(1, 60))
def test_the_middle_of_a_zone_is_its_meridian(northing, zone):
    lat, lon = to_lat_lon(500_000, northing, zone)
    assert lon == pytest.approx(6 * zone - 183)
    # A degree of latitude has 110.57 km at the equator and 111.69 km at a pole.
    assert lat == pytest.approx(northing / 0.9996 / METRES_PER_DEGREE, rel=0.006)


def test_a_zone_that_reaches_over_the_antimeridian_goes_on_beyond_it():
    _, lons = to_lat_lon([850_000, 150_000], [8_140_000] * 2, [60, 1], north=False)
    assert lons[0] == pytest.approx(-179.7, abs=0.1)
    assert lons[1] == pytest.approx(179.7, abs=0.1)


@given(st.floats(0, 300_000), st.floats(0, 9e6))
def test_west_mirrors_east_and_south_mirrors_north(east, northing):
    lats, lons = to_lat_lon(500_000 + np.array([east, -east]), [northing] * 2, 31)
    assert lats[0] == pytest.approx(lats[1]) and lons.sum() == pytest.approx(6)
    south, _ = to_lat_lon(500_000 + east, 10_000_000 - northing, 31, north=False)
    assert south == pytest.approx(-lats[0])
