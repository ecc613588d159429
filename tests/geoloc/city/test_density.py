"""Densities over a city's grid: the pin, and the regions that hold a share."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoloc.city.density import Density, pooled
from geoloc.geo import PITTSBURGH_BOX
from geoloc.geo.grid import Grid

GRID = Grid.over(PITTSBURGH_BOX, cells=24)
seeds = st.integers(0, 2**32)


def density(seed: int) -> Density:
    drawn = np.random.default_rng(seed).gamma(0.3, size=len(GRID)) + 1e-12
    return Density(GRID, drawn / drawn.sum())


@given(seeds, st.floats(0, 1))
def test_a_region_holds_its_share_with_as_few_cells_as_there_can_be(seed, share):
    told = density(seed)
    region = told.region(share)
    held = told.rows[region]
    assert held.sum() >= min(share, 1.0) - 1e-9
    assert held.sum() - held.min() <= share + 1e-9
    assert region.all() or held.min() >= told.rows[~region].max()


@given(seeds)
def test_a_larger_share_never_leaves_the_smaller_region(seed):
    told = density(seed)
    half, most = told.region(0.5), told.region(0.9)
    assert (most | ~half).all()
    assert told.region_km2(0.5) <= told.region_km2(0.9) <= PITTSBURGH_BOX.area_km2 + 1e-9


@given(seeds)
def test_the_median_has_the_smallest_expected_distance(seed):
    told = density(seed)
    apart = np.linalg.norm(GRID.middles_m[:, None] - GRID.middles_m, axis=2)
    x, y = PITTSBURGH_BOX.normalise(told.median)
    at = np.array([x, y]) * [PITTSBURGH_BOX.width_m, PITTSBURGH_BOX.height_m]
    mine = told.mass @ np.linalg.norm(GRID.middles_m - at, axis=1)
    assert mine <= (told.mass @ apart).min() + 1.0


def test_a_far_second_mode_does_not_drag_the_pin_from_the_first():
    mass = np.full(len(GRID), 1e-7)
    mass[[5, len(GRID) - 5]] = 0.4, 0.6
    told = Density(GRID, mass / mass.sum())
    assert GRID.cell_of([told.median.lat], [told.median.lon])[0] == len(GRID) - 5


def test_photos_of_one_place_agree_where_all_of_them_allow_it():
    masses = np.full((2, len(GRID)), 1e-6)
    masses[0, [3, 50]] = masses[1, [50, 90]] = 0.5
    one, other = (Density(GRID, mass / mass.sum()) for mass in masses)
    both = pooled([one, other])
    assert both.mass.argmax() == 50 and both.mass[50] > 0.9
    assert pooled([one]).mass == pytest.approx(one.mass)


def test_densities_of_two_cities_are_not_pooled():
    other = Grid.over(PITTSBURGH_BOX, cells=10)
    with pytest.raises(ValueError, match="one grid"):
        pooled([density(0), Density(other, np.full(len(other), 1 / len(other)))])


@pytest.mark.parametrize(
    "mass",
    [np.ones(3) / 3, np.full(len(GRID), 2 / len(GRID)), -np.eye(1, len(GRID))[0]],
    ids=["another grid's", "too much", "negative"],
)
def test_what_is_no_distribution_over_the_grid_is_refused(mass):
    with pytest.raises(ValueError, match="cells|adds up"):
        Density(GRID, mass)
