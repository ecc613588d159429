"""Views whose places are known: the most similar ones, in order."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from geoloc.city.gallery import LIKE, Views
from geoloc.city.rerank import PatchCode, Patches
from geoloc.geo import PITTSBURGH_BOX
from geoloc.geo.grid import Grid

GRID = Grid.over(PITTSBURGH_BOX)


def views(count: int, seed: int = 0) -> Views:
    torch.manual_seed(seed)
    described = F.normalize(torch.randn(count, 8), dim=1)
    return Views(GRID, described, np.arange(count) * 7, np.arange(count) - 1)


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 1000))
def test_the_nearest_views_come_first(count, wanted, seed):
    known = views(count, seed)
    query = F.normalize(torch.randn(3, 8), dim=1)
    similar, rows, likeness = known.nearest(query, wanted)
    every = (query @ known.descriptors.T).numpy()
    assert similar.shape == rows.shape == (3, min(count, wanted))
    assert np.allclose(similar, -np.sort(-every, axis=1)[:, :wanted], atol=1e-6)
    assert np.allclose(np.take_along_axis(every, rows, axis=1), similar, atol=1e-6)
    assert np.allclose(likeness, -np.sort(-every, axis=1)[:, :LIKE].mean(axis=1), atol=1e-6)


def test_what_was_stored_finds_itself_though_in_half_precision():
    known = views(30)
    again = Views.from_tensors(GRID, known.to_tensors())
    similar, rows, _ = again.nearest(known.descriptors, 1)
    assert rows[:, 0].tolist() == list(range(30)) and similar.min() > 0.999
    assert np.array_equal(again.cells, known.cells)
    assert np.array_equal(again.headings, known.headings)


def test_of_views_that_look_alike_as_a_whole_the_one_alike_in_its_parts_comes_first():
    torch.manual_seed(0)
    maps = torch.randn(4, 32, 4, 6)
    code = PatchCode.plain(torch.zeros(32))
    whole = F.normalize(torch.ones(4, 8) + 0.01 * torch.randn(4, 8), dim=1)
    cells = np.arange(4)
    known = Views(GRID, whole, cells, cells, Patches(code, code.signs(maps)))
    for stored in (known, Views.from_tensors(GRID, known.to_tensors())):
        similar, rows, likeness = stored.nearest(whole.flip(0), 2, maps)
        assert rows[:, 0].tolist() == [0, 1, 2, 3] and (similar[:, 0] > similar[:, 1] + 0.1).all()
        assert (likeness > 0.99).all()


def test_a_likeness_never_passes_that_of_the_same_photo():
    assert views(1).view(0, 1.03).similarity == 1.0


def test_patches_are_told_of_each_view_or_of_none():
    code = PatchCode.plain(torch.zeros(8))
    patches = Patches(code, code.signs(torch.randn(2, 8, 4, 6)))
    with pytest.raises(ValueError, match="each view has patches"):
        Views(GRID, torch.zeros(3, 8), np.arange(3), np.arange(3), patches)


def test_a_view_tells_the_middle_of_its_cell_and_its_heading():
    known = views(3)
    unknown, north, _ = (known.view(row, 0.5) for row in range(3))
    assert (unknown.heading, north.heading) == (None, 0)
    assert GRID.cell_of([north.position.lat], [north.position.lon])[0] == known.cells[1]


@pytest.mark.parametrize(
    ("descriptors", "cells", "headings"),
    [(3, [0, 1], [0, 0, 0]), (0, [], []), (2, [0, len(GRID)], [0, 0])],
    ids=["a place too few", "none", "a cell beyond the grid"],
)
def test_views_without_a_place_each_are_refused(descriptors, cells, headings):
    with pytest.raises(ValueError, match="view"):
        Views(GRID, torch.zeros(descriptors, 8), np.array(cells), np.array(headings))
