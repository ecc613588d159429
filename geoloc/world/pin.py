"""The point that earns most: where the expected GeoScore of a weighted cloud of points is highest.

A probability is spread over the world; a pin is one point. Which is best depends on what it is
measured by: the mean of two continents lies in an ocean, the likeliest cell may be one of many that
are hardly less likely and far from it.
"""

from __future__ import annotations

import numpy as np

from geoloc.geo import EARTH_RADIUS_M
from geoloc.geo.score import MOST_POINTS, SCALE_KM

_SCALE = SCALE_KM * 1000 / EARTH_RADIUS_M
"""The distance at which points fall by e, in radians."""

_BLOCK = 0.02
"""Points nearer to each other than this, some 130 km, are looked at as one to begin with."""

_STARTS, _STEPS, _STILL, _NEAR = 4, 60, 1e-6, 1e-4
_MANY = 1500
"""Points of which each is tried as a beginning; more are put into blocks."""


def expected_score(points: np.ndarray, weights: np.ndarray, pins: np.ndarray) -> np.ndarray:
    """Points that pins (B, 3) are expected to earn, float64 (B,).

    Args:
        points: on the unit sphere, (N, 3).
        weights: their probabilities, (N,).
        pins: on the unit sphere.
    """
    return MOST_POINTS * np.exp(-_angles(pins, points) / _SCALE) @ weights


def best_pin(points: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The point of the sphere whose expected GeoScore is highest, float64 (3,).

    From the best few points of the cloud on, steps go to the mean of all points, each weighted by
    what it adds to the slope, as Weiszfeld's steps to a median do (1937, translated:
    doi:10.1007/s10479-008-0352-z).

    Args:
        points: on the unit sphere, (N, 3).
        weights: their probabilities, (N,), not all 0.
    """
    held = weights > 1e-7 * weights.max()
    points, weights = points[held], weights[held]
    middles, masses = (points, weights) if len(points) <= _MANY else _blocks(points, weights)
    scores = expected_score(middles, masses, middles)
    starts = middles[np.argsort(-scores, kind="stable")[:_STARTS]]
    pins = np.stack([start for start in starts] + [_climbed(p, points, weights) for p in starts])
    return pins[int(np.argmax(expected_score(points, weights, pins)))]


def _climbed(pin: np.ndarray, points: np.ndarray, weights: np.ndarray) -> np.ndarray:
    for _ in range(_STEPS):
        angles = _angles(pin[None], points)[0]
        # Beyond a quarter of the globe a sine falls again, and would give antipodes a say.
        reach = np.sin(np.clip(angles, _NEAR, np.pi / 2))
        pull = weights * np.exp(-angles / _SCALE) / reach
        mean = pull @ points
        length = np.linalg.norm(mean)
        if length < _NEAR * pull.sum():  # opposite points cancel out: every way is as good
            return pin
        before, pin = pin, mean / length
        if np.linalg.norm(pin - before) < _STILL:
            break
    return pin


def _blocks(points: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Points on a grid of blocks, each where its points' weighted mean is."""
    _, block = np.unique(np.round(points / _BLOCK).astype(int), axis=0, return_inverse=True)
    block = block.ravel()
    masses = np.bincount(block, weights)
    sums = np.stack([np.bincount(block, weights * axis) for axis in points.T], axis=1)
    heavy = np.argsort(-masses, kind="stable")[:_MANY]
    return sums[heavy] / np.linalg.norm(sums[heavy], axis=1, keepdims=True), masses[heavy]


def _angles(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Radians between points (A, 3) and (B, 3) of the unit sphere, (A, B)."""
    # The chord is exact where two points are near, at which an arc cosine is not.
    chords = np.sqrt(np.maximum(2 - 2 * a @ b.T, 0.0))
    return 2 * np.arcsin(np.minimum(chords / 2, 1.0))
