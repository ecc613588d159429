"""A city's grid: its cells, and points blurred to the size of a model's mistakes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoloc.geo import PITTSBURGH_BOX, distances_m
from geoloc.geo.grid import Grid

GRID = Grid.over(PITTSBURGH_BOX, cells=24)
inside = st.tuples(st.floats(0, 1), st.floats(0, 1))


def test_cells_are_about_square_and_fill_the_box():
    assert (GRID.rows, GRID.columns) == (11, 24)
    box = PITTSBURGH_BOX
    assert box.width_m / GRID.columns == pytest.approx(box.height_m / GRID.rows, rel=0.06)
    assert GRID.cell_m2 * len(GRID) == pytest.approx(box.area_km2 * 1e6)


def test_rows_go_north_and_columns_east_and_each_middle_lies_in_its_cell():
    places = PITTSBURGH_BOX.denormalise_all(GRID.middles)
    assert np.array_equal(GRID.cell_of(*places), np.arange(len(GRID)))
    lats, lons = (part.reshape(GRID.rows, GRID.columns) for part in places)
    assert (np.diff(lats, axis=0) > 0).all() and (np.diff(lons, axis=1) > 0).all()


def test_a_place_beyond_the_box_belongs_to_the_cell_nearest_to_it():
    box = PITTSBURGH_BOX
    corners = GRID.cell_of([box.south - 1, box.north + 1], [box.west - 1, box.east + 1])
    assert corners.tolist() == [0, len(GRID) - 1]


@given(inside)
def test_within_a_city_the_plane_is_as_good_as_the_sphere(xy):
    place = PITTSBURGH_BOX.denormalise(*xy)
    at = np.array(xy) * [PITTSBURGH_BOX.width_m, PITTSBURGH_BOX.height_m]
    plane = np.linalg.norm(GRID.middles_m - at, axis=1)
    sphere = distances_m(place.lat, place.lon, *PITTSBURGH_BOX.denormalise_all(GRID.middles))
    assert np.abs(plane - sphere).max() < 3.0


@given(inside, st.floats(20, 3000))
def test_a_blurred_point_is_a_distribution_that_is_highest_at_its_place(xy, scale):
    cell = GRID.cell_at(np.array([[xy]]))
    (mass,) = GRID.spread(cell, np.ones((1, 1)), scale)
    assert mass.sum() == pytest.approx(1) and mass.min() >= 0
    # At the box's edge what was blurred beyond it comes back, which may lift a neighbour.
    assert mass[cell[0, 0]] >= 0.5 * mass.max()


def test_blurring_further_spreads_further():
    cell = np.array([[GRID.cell_of([40.44], [-79.98])[0]]])
    apart = np.linalg.norm(GRID.middles_m - GRID.middles_m[cell[0, 0]], axis=1)
    near, far = (GRID.spread(cell, np.ones((1, 1)), scale)[0] @ apart for scale in (200, 600))
    assert 1.5 < far / near < 3.5


def test_points_count_by_their_weights():
    cells = np.array([[3, 100]])
    (mass,) = GRID.spread(cells, np.array([[0.25, 0.75]]), scale_m=10.0)
    assert mass[[3, 100]] == pytest.approx([0.25, 0.75], abs=0.02)
