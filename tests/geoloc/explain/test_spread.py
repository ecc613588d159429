"""A grid of cells over a picture."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from geoloc.explain.spread import spread

cells = arrays(np.float32, (2, 5), elements=st.integers(-50, 50).map(float))


@given(cells, st.sampled_from([0, 1]))
def test_a_mirrored_grid_is_spread_to_the_mirrored_picture(values, axis):
    mirrored = spread(np.flip(values, axis), (120, 240))
    assert np.allclose(mirrored, np.flip(spread(values, (120, 240)), axis), atol=1e-3)


@given(cells)
def test_nothing_is_brighter_or_darker_than_the_cells_themselves(values):
    large = spread(values, (37, 81))
    assert large.shape == (37, 81) and large.dtype == np.float32
    assert values.min() <= large.min() and large.max() <= values.max()


@given(cells)
def test_a_cells_centre_has_its_own_value(values):
    assert np.allclose(spread(values, (18, 45))[4::9, 4::9], values, atol=1e-3)
