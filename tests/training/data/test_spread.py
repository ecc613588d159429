"""What is said of where a table's photos lie."""

import numpy as np
import pytest

from geoloc.geo import METRES_PER_DEGREE
from training.data import spread
from training.data.table import from_columns


def table_at(lat, lon):
    paths = [f"/{number}.jpg" for number in range(len(lat))]
    return from_columns(paths, paths, country="US", lat=lat, lon=lon, split="train")


def grid(step_m: float, size: int = 11):
    """Places on a square grid by the equator, two photos each."""
    step = step_m / METRES_PER_DEGREE
    lat, lon = np.meshgrid(np.arange(size) * step, 10 + np.arange(size) * step)
    return table_at(np.tile(lat.ravel(), 2), np.tile(lon.ravel(), 2))


def test_box_places_and_spacing_are_told_in_metres():
    told = spread.summary(grid(step_m=100.0))
    # A box has ten metres around the outermost photos.
    assert "-0.0001, 9.9999 to 0.0091, 10.0091" in told
    assert "1,020 m x 1,020 m, 1.0 km2" in told
    assert "121, with 2.0 photos each" in told
    assert "100 m away in the median, 100 m for nine in ten" in told


@pytest.mark.parametrize(("step_m", "full"), [(50.0, True), (1500.0, False)])
def test_coverage_counts_the_blocks_that_have_photos(step_m, full):
    told = spread.summary(grid(step_m)).rpartition("photos in ")[2]
    blocks, possible = (int(told.split()[at].replace(",", "")) for at in (0, 3))
    assert blocks <= possible
    assert (blocks > possible / 2) == full


def test_one_place_has_no_neighbour():
    told = spread.summary(table_at([40.0, 40.0], [-80.0, -80.0]))
    assert "1, with 2.0 photos each" in told and "coverage" not in told


def test_places_far_apart_are_not_one_city():
    table = table_at([40.44, 28.54], [-80.0, -81.38])
    assert not spread.is_city(table)
    assert "over 1,323 km: not one city" in spread.summary(table)


def test_a_photo_without_a_position_makes_it_no_city():
    assert spread.is_city(table_at([40.0, 40.1], [-80.0, -80.1]))
    assert not spread.is_city(table_at([40.0, np.nan], [-80.0, np.nan]))


def test_without_positions_nothing_is_told():
    assert spread.summary(table_at([np.nan], [np.nan])) == ""
