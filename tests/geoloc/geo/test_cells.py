"""Cells: a quadtree that follows the photos, and offsets inside its cells."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoloc.geo import PITTSBURGH_BOX
from geoloc.geo.cells import Cells

seeds = st.integers(0, 2**32)


def scattered(seed: int, count: int = 300) -> tuple[np.ndarray, np.ndarray]:
    """Most photos in the south-west, a few anywhere."""
    drawn = np.random.default_rng(seed).beta(1, 4, (count, 2))
    return PITTSBURGH_BOX.denormalise_all(drawn)


@given(seeds, st.integers(1, 60))
def test_no_cell_holds_more_photos_than_allowed_and_none_is_empty(seed, most):
    places = scattered(seed)
    cells = Cells.fit(PITTSBURGH_BOX, *places, most)
    held = np.bincount(cells.cell_of(*places), minlength=len(cells))
    assert held.min() >= 1 and held.max() <= most and held.sum() == 300


@given(seeds)
def test_cells_do_not_overlap(seed):
    cells = Cells.fit(PITTSBURGH_BOX, *scattered(seed), 20).corners
    west, south, east, north = (side[:, None] for side in cells.T)
    overlap = (west < east.T) & (east > west.T) & (south < north.T) & (north > south.T)
    assert np.array_equal(overlap, np.eye(len(cells), dtype=bool))


def test_cells_are_small_where_photos_are_dense():
    cells = Cells.fit(PITTSBURGH_BOX, *scattered(0), 20)
    sizes = cells.halves.prod(axis=1)
    near = cells.middles.sum(axis=1).argsort()
    assert sizes[near[:5]].mean() < sizes[near[-5:]].mean() / 4


def test_photos_at_one_place_end_the_cutting():
    same = np.full(50, PITTSBURGH_BOX.center.lat), np.full(50, PITTSBURGH_BOX.center.lon)
    assert len(Cells.fit(PITTSBURGH_BOX, *same, 10)) == 1


@given(seeds)
def test_an_offset_leads_back_to_its_place(seed):
    places = scattered(seed, 40)
    cells = Cells.fit(PITTSBURGH_BOX, *places, 5)
    cell, points = cells.cell_of(*places), PITTSBURGH_BOX.normalise_all(*places)
    offsets = (points - cells.middles[cell]) / cells.halves[cell]
    assert np.abs(offsets).max() <= 1 + 1e-9
    everywhere = np.repeat(offsets[:, None], len(cells), axis=1)
    assert np.allclose(cells.places(everywhere)[np.arange(40), cell], points)


def test_a_place_in_an_empty_part_belongs_to_the_nearest_cell():
    cells = Cells(PITTSBURGH_BOX, np.array([[0.0, 0.0, 0.1, 0.1], [0.6, 0.0, 0.7, 0.1]]))
    places = PITTSBURGH_BOX.denormalise_all([[0.2, 0.05], [0.5, 0.9], [1.0, 0.0]])
    assert cells.cell_of(*places).tolist() == [0, 1, 1]


def test_cells_come_back_from_a_card():
    cells = Cells.fit(PITTSBURGH_BOX, *scattered(1), 30)
    again = Cells.from_card(PITTSBURGH_BOX, cells.to_card())
    assert np.array_equal(again.corners, cells.corners)


@pytest.mark.parametrize(
    "corners",
    [np.zeros((0, 4)), np.zeros((2, 3)), [[0.0, 0.0, 1.5, 1.0]], [[0.5, 0.0, 0.5, 1.0]]],
    ids=["none", "three sides", "beyond the box", "no width"],
)
def test_what_is_no_set_of_cells_is_refused(corners):
    with pytest.raises(ValueError, match="cell"):
        Cells(PITTSBURGH_BOX, np.array(corners))
