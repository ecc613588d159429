"""Views into a panorama: where they look, and that they are flat and without a seam."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.data.panorama import view

COLUMNS, ROWS = 720, 360
degrees = st.floats(-720, 720)
half_degrees = st.integers(-1440, 1440).map(lambda n: n / 2)


def smooth_panorama(seed: int = 0) -> np.ndarray:
    """A random scene of slow waves that closes at its seam."""
    rng = np.random.default_rng(seed)
    x = np.arange(COLUMNS) / COLUMNS * 2 * np.pi
    y = np.arange(ROWS) / ROWS * np.pi
    waves = [
        np.sin(rng.integers(1, 4) * x[None] + rng.uniform(0, 6))
        * np.cos(rng.integers(1, 4) * y[:, None] + rng.uniform(0, 6))
        for _ in range(3)
    ]
    return (127 + 120 * np.stack(waves, axis=-1)).astype(np.uint8)


def panorama_with_mark(heading: float, yaw: float) -> np.ndarray:
    """Black, with a white meridian two columns wide at a heading."""
    panorama = np.zeros((ROWS, COLUMNS, 3), np.uint8)
    column = int(np.floor(((heading - yaw) / 360 + 0.5) % 1 * COLUMNS + 0.5))
    panorama[:, [column - 1, column % COLUMNS]] = 255
    return panorama


def bright_column(picture: np.ndarray) -> float:
    """Centre of mass of the brightness across a view, in pixels from its left edge."""
    weight = picture.sum(axis=(0, 2), dtype=float)
    return float((weight * (np.arange(len(weight)) + 0.5)).sum() / weight.sum())


@given(yaw=degrees, heading=half_degrees)
def test_a_mark_at_a_known_heading_lands_in_the_centre(yaw, heading):
    seen = view(panorama_with_mark(heading, yaw), yaw, heading)
    # The yaw puts the mark between columns: half a column is a quarter of a degree, half a pixel.
    assert bright_column(seen) == pytest.approx(120, abs=1.2)


@pytest.mark.parametrize(
    ("turn", "column"), [(30, 120 - 120 * 3**-0.5), (-30, 120 + 120 * 3**-0.5)]
)
def test_turning_right_moves_a_mark_left_by_the_tangent(turn, column):
    seen = view(panorama_with_mark(90, 0), yaw=0, heading=90 + turn)
    assert bright_column(seen) == pytest.approx(column, abs=1)


@given(yaw=degrees, heading=degrees, columns=st.integers(1, COLUMNS - 1))
def test_where_the_panorama_is_cut_open_does_not_matter(yaw, heading, columns):
    panorama = smooth_panorama()
    rolled = np.roll(panorama, columns, axis=1)
    same = view(rolled, yaw - columns * 360 / COLUMNS, heading)
    difference = same.astype(int) - view(panorama, yaw, heading)
    assert np.abs(difference).max() <= 2


def test_a_view_over_the_seam_has_no_step():
    seen = view(smooth_panorama(), yaw=0, heading=180).astype(int)
    elsewhere = view(smooth_panorama(), yaw=0, heading=45).astype(int)
    steps, usual = (np.abs(np.diff(p, axis=1)).max() for p in (seen, elsewhere))
    assert steps <= usual + 3


@given(yaw=st.integers(-720, 720), heading=st.integers(-720, 720), turns=st.integers(-3, 3))
def test_headings_a_turn_apart_are_equal(yaw, heading, turns):
    panorama = np.random.default_rng(0).integers(0, 256, (ROWS, COLUMNS, 3)).astype(np.uint8)
    once = view(panorama, yaw, heading)
    np.testing.assert_array_equal(once, view(panorama, yaw, heading + 360 * turns))


@pytest.mark.parametrize("plane", [(0, 1, 0), (0.3, 1, 0), (-0.2, 1, 0.3), (0.4, 1, -0.2)])
def test_straight_edges_are_straight_in_the_view(plane):
    """A plane through the camera cuts the sphere in a great circle and the view in a line."""
    azimuth = ((np.arange(COLUMNS) + 0.5) / COLUMNS - 0.5) * 2 * np.pi
    elevation = (0.5 - (np.arange(ROWS) + 0.5) / ROWS) * np.pi
    azimuth, elevation = np.meshgrid(azimuth, elevation)
    right, ahead = np.sin(azimuth) * np.cos(elevation), np.cos(azimuth) * np.cos(elevation)
    above = np.tensordot(plane, np.stack([right, np.sin(elevation), ahead]), 1) > 0
    seen = view(np.repeat(above[..., None] * np.uint8(255), 3, axis=2), yaw=0, heading=0)
    columns, rows = np.meshgrid(np.arange(240) - 119.5, 59.5 - np.arange(120))
    distance = plane[0] * columns + plane[1] * rows + plane[2] * 120
    clear = np.abs(distance) > 2 * np.linalg.norm(plane)
    np.testing.assert_array_equal(seen[..., 0][clear] > 127, distance[clear] > 0)


@pytest.mark.parametrize("axis", [0, 1])
def test_a_mirrored_panorama_gives_the_mirrored_view(axis):
    panorama = np.random.default_rng(1).integers(0, 256, (ROWS, COLUMNS, 3)).astype(np.uint8)
    mirrored = view(np.flip(panorama, axis), yaw=0, heading=0)
    difference = mirrored.astype(int) - np.flip(view(panorama, yaw=0, heading=0), axis)
    # OpenCV places samples to 1/32 of a pixel; half a pixel amiss would differ by over a hundred.
    assert np.abs(difference).max() <= 16


def test_a_band_around_the_horizon_shows_what_the_whole_sphere_shows():
    panorama = smooth_panorama()
    band = panorama[ROWS // 4 : -ROWS // 4]
    np.testing.assert_array_equal(view(band, 0, 77), view(panorama, 0, 77))


def test_a_taller_view_is_the_same_view_with_more_above_and_below():
    panorama = smooth_panorama()
    np.testing.assert_array_equal(view(panorama, 0, 5, height=240)[60:180], view(panorama, 0, 5))


def test_a_narrower_view_is_the_middle_of_a_wide_one():
    panorama = smooth_panorama()
    narrow = view(panorama, 0, 0, fov=2 * np.degrees(np.arctan(0.5)), width=240, height=120)
    middle = cv2.resize(view(panorama, 0, 0, fov=90)[30:90, 60:180], (240, 120))
    assert np.abs(narrow.astype(int) - middle).max() <= 4


def test_a_fine_panorama_is_averaged_rather_than_aliased():
    checks = (np.indices((1000, 2000)).sum(axis=0) % 2 * 255).astype(np.uint8)
    seen = view(np.repeat(checks[..., None], 3, axis=2), 0, 0)
    assert seen.std() < 40


@pytest.mark.parametrize(
    ("panorama", "fov", "message"),
    [
        (np.zeros((10, 20), np.uint8), 90, "uint8"),
        (np.zeros((10, 20, 3)), 90, "uint8"),
        (np.zeros((10, 20, 3), np.uint8), 180, "between 0 and 180"),
        (np.zeros((10, 20, 3), np.uint8), 0, "between 0 and 180"),
    ],
)
def test_what_is_no_panorama_or_no_view_is_refused(panorama, fov, message):
    with pytest.raises(ValueError, match=message):
        view(panorama, 0, 0, fov=fov)
