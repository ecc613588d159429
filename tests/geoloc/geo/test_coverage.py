"""Coverage: each training photo is counted once, in the cell in which it lies."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoloc.geo import PITTSBURGH_BOX, Box
from geoloc.geo.coverage import Coverage
from geoloc.models.card import CountGrid

BOX = Box(south=10.0, west=20.0, north=10.02, east=20.04)
units = st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), max_size=30)


@given(units, st.floats(100, 10_000))
def test_every_photo_in_the_box_is_counted_once(points, cell_m) -> None:
    lats, lons = BOX.denormalise_all(np.array(points).reshape(-1, 2))
    assert Coverage.of(BOX, lats, lons, cell_m).counts.sum() == len(points)


@given(units.filter(bool))
def test_a_photo_is_counted_in_the_cell_it_lies_in(points) -> None:
    x, y = points[0]
    place = BOX.denormalise(x, y)
    counts = Coverage.of(BOX, [place.lat], [place.lon], BOX.width_m / 8).counts
    rows, columns = counts.shape
    ((row, column),) = np.argwhere(counts)
    # On a cell's edge rounding decides.
    assert row - 1e-6 <= y * rows <= row + 1 + 1e-6
    assert column - 1e-6 <= x * columns <= column + 1 + 1e-6


def test_photos_outside_are_left_out() -> None:
    counts = Coverage.of(BOX, [9.99, 10.01, 10.01], [20.01, 19.9, 20.01], 500).counts
    assert counts.sum() == 1


def test_row_0_is_the_south_and_column_0_the_west() -> None:
    counts = Coverage.of(BOX, [10.001, 10.019], [20.001, 20.039], 1_500).counts
    assert counts[0, 0] == counts[-1, -1] == 1


@given(st.integers(1, 60))
def test_a_share_of_the_width_gives_that_many_columns(columns) -> None:
    counts = Coverage.of(PITTSBURGH_BOX, [], [], PITTSBURGH_BOX.width_m / columns).counts
    assert counts.shape[1] == columns


@given(st.floats(50, 1e7))
def test_no_cell_is_larger_than_asked_for_and_there_is_always_one(cell_m) -> None:
    rows, columns = Coverage.of(PITTSBURGH_BOX, [], [], cell_m).counts.shape
    assert PITTSBURGH_BOX.height_m / rows <= cell_m * (1 + 1e-6)
    assert PITTSBURGH_BOX.width_m / columns <= cell_m * (1 + 1e-6)


@given(units)
def test_a_card_gives_back_its_coverage(points) -> None:
    lats, lons = BOX.denormalise_all(np.array(points).reshape(-1, 2))
    coverage = Coverage.of(BOX, lats, lons, 700)
    again = CountGrid.model_validate_json(CountGrid.of(coverage).model_dump_json()).coverage
    assert again.box == BOX
    assert np.array_equal(again.counts, coverage.counts)


@pytest.mark.parametrize("change", [{"rows": 3}, {"counts": [[1, -1], [0, 0]]}, {"columns": 0}])
def test_a_card_that_contradicts_itself_is_refused(change) -> None:
    card = CountGrid.of(Coverage(BOX, np.array([[1, 2], [0, 0]]))).model_dump() | change
    with pytest.raises(ValueError, match="counts"):
        CountGrid.model_validate(card)


@pytest.mark.parametrize("counts", [np.zeros((2, 2)), np.zeros(4, int), np.zeros((0, 3), int)])
def test_counts_are_a_grid_of_whole_numbers(counts) -> None:
    with pytest.raises(ValueError, match="coverage"):
        Coverage(BOX, counts)


@pytest.mark.parametrize("cell_m", [0, -5, float("nan")])
def test_a_cell_needs_a_size(cell_m) -> None:
    with pytest.raises(ValueError, match="longer than 0 m"):
        Coverage.of(BOX, [], [], cell_m)
