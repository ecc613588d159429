"""The geometric median of weighted points."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoloc.city.median import geometric_median


@given(st.integers(0, 1000))
def test_no_point_nearby_is_nearer_to_all_of_them(seed):
    rng = np.random.default_rng(seed)
    points, weights = rng.normal(0, 500, (12, 2)), rng.uniform(0.1, 1, 12)
    found = geometric_median(points, weights)

    def cost(at):
        return weights @ np.linalg.norm(points - at, axis=1)

    for step in rng.normal(0, 20, (30, 2)):
        assert cost(found) <= cost(found + step) + 1e-2 * weights.sum()


def test_one_point_far_away_hardly_moves_it():
    points = np.array([[0.0, 0], [10, 0], [0, 10], [10, 10], [9000, 9000]])
    assert np.linalg.norm(geometric_median(points, np.ones(5))) < 20


def test_of_two_equal_points_the_middle_is_taken():
    found = geometric_median(np.array([[0.0, 0.0], [100.0, 40.0]]), np.ones(2))
    assert found == pytest.approx([50, 20], abs=0.1)
