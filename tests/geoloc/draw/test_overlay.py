"""The overlay of a CAM: where each cell lands, and what its colours mean."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from geoloc.draw.overlay import COLOUR_MAPS, legend, overlay, tile
from geoloc.explain import Cam

CELL = 9
"""Pixels a cell's side: odd, so that a cell has a pixel in its very centre."""

# Whole numbers survive scaling and shifting without rounding.
cells = arrays(np.float32, (2, 5), elements=st.integers(-50, 50).map(float))


def cam(values: np.ndarray) -> Cam:
    return Cam(np.asarray(values, np.float32), "conv_3", "PL", 0.23, bias=0.0)


def plain(colour: tuple[int, int, int] = (0, 0, 0), cells_shape: tuple = (2, 5)) -> np.ndarray:
    """A band of one colour, with CELL x CELL pixels a cell."""
    height, width = (CELL * cells for cells in cells_shape)
    return np.full((height, width, 3), colour, np.uint8)


def photo(height: int = 18, width: int = 45) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)


def at_centres(image: np.ndarray) -> np.ndarray:
    return image[CELL // 2 :: CELL, CELL // 2 :: CELL]


@given(cells.filter(lambda values: np.ptp(values) > 0), st.sampled_from(COLOUR_MAPS))
def test_the_centre_of_a_cell_has_the_colour_of_its_value(values, colour_map) -> None:
    drawn = overlay(plain(), cam(values), opacity=1, colour_map=colour_map)
    share = (values - values.min()) / np.ptp(values)
    expected = legend(colour_map, width=256, height=1)[0][np.rint(share * 255).astype(int)]
    # A value halfway between two colours may be rounded to either.
    assert np.abs(at_centres(drawn).astype(int) - expected).max() <= 6


def test_a_single_hot_cell_is_brightest_in_its_own_centre_and_symmetric_about_it() -> None:
    values = np.zeros((5, 9))
    values[2, 4] = 1
    drawn = overlay(plain(cells_shape=(5, 9)), cam(values), 1, "inferno").astype(int).sum(axis=2)
    assert np.unravel_index(drawn.argmax(), drawn.shape) == (22, 40)
    assert np.array_equal(drawn, drawn[::-1])
    assert np.array_equal(drawn, drawn[:, ::-1])


@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize("axis", [0, 1])
@given(values=cells)
def test_a_mirrored_cam_over_a_mirrored_photo_is_the_mirrored_overlay(values, axis, signed):
    mirrored = overlay(np.flip(photo(), axis), cam(np.flip(values, axis)), signed=signed)
    difference = mirrored.astype(int) - np.flip(overlay(photo(), cam(values), signed=signed), axis)
    assert np.abs(difference).max() <= 3


@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize("value", [-3.0, 0.0, 1e-30, 7.5])
def test_a_constant_cam_is_an_even_tint(value: float, signed: bool) -> None:
    with np.errstate(all="raise"):
        drawn = overlay(plain((90, 120, 60)), cam(np.full((2, 5), value)), signed=signed)
    assert len(np.unique(drawn.reshape(-1, 3), axis=0)) == 1


@given(cells, st.integers(1, 9), st.integers(-20, 20))
def test_only_the_order_and_spacing_of_evidence_count(values, scale, shift) -> None:
    same = overlay(photo(), cam(values * scale + shift))
    assert np.abs(same.astype(int) - overlay(photo(), cam(values))).max() <= 3


@given(cells, st.integers(1, 9))
def test_a_signed_overlay_keeps_its_zero_when_evidence_is_scaled(values, scale) -> None:
    same = overlay(photo(), cam(values * scale), signed=True)
    assert np.abs(same.astype(int) - overlay(photo(), cam(values), signed=True)).max() <= 3


def test_signed_evidence_is_orange_for_blue_against_and_grey_where_there_is_none() -> None:
    values = np.zeros((2, 5))
    values[0, 0], values[1, 4] = 4, -4
    drawn = at_centres(overlay(plain((128, 128, 128)), cam(values), 0.8, signed=True)).astype(int)
    red, blue = drawn[..., 0], drawn[..., 2]
    assert red[0, 0] - blue[0, 0] > 50
    assert blue[1, 4] - red[1, 4] > 50
    assert np.abs(drawn[0, 2:] - 128).max() <= 1


def test_a_signed_overlay_shows_no_colours_but_the_evidence_s() -> None:
    drawn = overlay(photo(), cam(np.zeros((2, 5))), signed=True)
    assert np.array_equal(drawn[..., 0], drawn[..., 2])
    assert np.array_equal(drawn[..., 0], cv2.cvtColor(photo(), cv2.COLOR_RGB2GRAY))


def test_for_and_against_stay_apart_for_colour_blind_eyes() -> None:
    # Machado et al. 2009, doi:10.1109/TVCG.2009.113: full protanopia, deuteranopia, tritanopia.
    seen_as = [
        [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]],
        [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]],
        [[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]],
    ]
    linear = (legend(signed=True, width=101, height=1)[0] / 255) ** 2.2
    for matrix in seen_as:
        seen = np.clip(linear @ np.array(matrix).T, 0, 1) ** (1 / 2.2)
        for strength in (20, 30, 40):
            assert np.linalg.norm(seen[50 - strength] - seen[50 + strength]) > 0.25


def test_opacity_goes_from_the_photo_to_the_bare_colours() -> None:
    values = np.arange(10).reshape(2, 5)
    assert np.array_equal(overlay(photo(), cam(values), opacity=0), photo())
    bare = overlay(photo(), cam(values), opacity=1)
    assert np.array_equal(bare, overlay(plain(), cam(values), opacity=1))
    half = overlay(photo(), cam(values), opacity=0.5).astype(float)
    assert np.abs(half - (photo().astype(float) + bare) / 2).max() <= 0.5


@pytest.mark.parametrize("shape", [(1, 2), (120, 240), (401, 803), (3, 900)])
@pytest.mark.parametrize("grid", [(2, 5), (5, 10), (1, 1)])
def test_any_band_keeps_its_size_and_is_not_changed(shape, grid) -> None:
    band = photo(*shape)
    before = band.copy()
    band.flags.writeable = False
    drawn = overlay(band, cam(np.arange(grid[0] * grid[1]).reshape(grid)))
    assert drawn.shape == band.shape and drawn.dtype == np.uint8
    assert np.array_equal(band, before)


@pytest.mark.parametrize("opacity", [-0.1, 1.1, float("nan")])
def test_an_opacity_outside_its_range_is_refused(opacity: float) -> None:
    with pytest.raises(ValueError, match="opacity"):
        overlay(photo(), cam(np.eye(2)), opacity)


def test_an_unknown_colour_map_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValueError, match=r"'jet'.*viridis"):
        overlay(photo(), cam(np.eye(2)), colour_map="jet")


@pytest.mark.parametrize("colour_map", COLOUR_MAPS)
def test_a_legend_goes_from_dark_to_light(colour_map) -> None:
    bar = legend(colour_map, width=64, height=5)
    assert bar.shape == (5, 64, 3) and bar.dtype == np.uint8
    assert np.array_equal(bar[0], bar[-1])
    lightness = cv2.cvtColor(bar, cv2.COLOR_RGB2LAB)[0, :, 0].astype(int)
    assert np.diff(lightness).min() >= -1 and lightness[-1] - lightness[0] > 100


def test_the_signed_legend_is_lightest_at_zero() -> None:
    lightness = cv2.cvtColor(legend(signed=True, width=101), cv2.COLOR_RGB2LAB)[0, :, 0].astype(int)
    assert np.diff(lightness[:51]).min() >= 0
    assert np.diff(lightness[50:]).max() <= 0


def test_a_tile_shows_each_cell_as_a_square_of_its_colour() -> None:
    values = np.array([[0.0, 1.0], [2.0, 4.0]])
    drawn = tile(values, limit=4.0, cell=3)
    bar = legend("viridis", width=256, height=1)[0]
    assert drawn.shape == (6, 6, 3) and drawn.dtype == np.uint8
    assert np.array_equal(drawn[0, 0], bar[0]) and np.array_equal(drawn[5, 5], bar[255])
    assert len(np.unique(drawn[3:, :3].reshape(-1, 3), axis=0)) == 1


def test_a_tile_below_zero_has_the_colours_of_evidence_against() -> None:
    drawn = tile(np.array([[-1.0, 0.0, 1.0]]), limit=1.0, cell=1)[0].astype(int)
    assert drawn[0, 2] > drawn[0, 0] and drawn[2, 0] > drawn[2, 2]
    assert np.ptp(drawn[1]) == 0


def test_a_tile_without_a_limit_is_dark() -> None:
    assert np.array_equal(tile(np.zeros((1, 1)), 0.0, 1)[0, 0], legend("viridis")[0, 0])
