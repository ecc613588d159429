"""The point that earns most: where the expected GeoScore of a weighted cloud of points is highest.

A probability is spread over the world; a pin is one point. Which is best depends on what it is
measured by: the mean of two continents lies in an ocean, the likeliest cell may be one of many that
are hardly less likely and far from it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geoloc.geo import EARTH_RADIUS_M
from geoloc.geo.score import MOST_POINTS, SCALE_KM

_SCALE = SCALE_KM * 1000 / EARTH_RADIUS_M
"""The distance at which points fall by e, in radians."""

_BLOCK = 0.03
"""Points nearer to each other than this, some 190 km, are looked at as one to begin with."""

_MANY = 2000
"""Points of which each is tried as a beginning; more are put into blocks."""

_STARTS, _STEPS, _STILL, _NEAR = 4, 60, 1e-6, 1e-4


@dataclass(frozen=True, eq=False)
class Blocks:
    """Points of the sphere in blocks, and what a pin in one earns if the truth is in another.

    Attributes:
        block: of each point, int64 (N,).
        middles: of the blocks, (B, 3).
        kernel: points between blocks, float32 (B, B).
    """

    block: np.ndarray
    middles: np.ndarray
    kernel: np.ndarray

    @classmethod
    def of(cls, points: np.ndarray) -> Blocks:
        """The blocks of points (N, 3); each is one of its own where they are few."""
        block = np.arange(len(points))
        if len(points) > _MANY:
            grid = np.round(points / _BLOCK).astype(int)
            block = np.unique(grid, axis=0, return_inverse=True)[1].ravel()
        sums = np.stack([np.bincount(block, axis) for axis in points.T], axis=1)
        middles = sums / np.linalg.norm(sums, axis=1, keepdims=True)
        return cls(block, middles, _earned(middles, middles).astype(np.float32))

    def best(self, weights: np.ndarray, count: int) -> np.ndarray:
        """The middles of the blocks where weights (N,) are expected to earn most, (count, 3)."""
        masses = np.bincount(self.block, weights, minlength=len(self.middles))
        scores = self.kernel @ masses.astype(np.float32)
        return self.middles[np.argsort(-scores, kind="stable")[:count]]


def expected_score(points: np.ndarray, weights: np.ndarray, pins: np.ndarray) -> np.ndarray:
    """Points that pins (B, 3) are expected to earn, float64 (B,).

    Args:
        points: on the unit sphere, (N, 3).
        weights: their probabilities, (N,).
        pins: on the unit sphere.
    """
    return _earned(pins, points) @ weights


def best_pin(points: np.ndarray, weights: np.ndarray, blocks: Blocks) -> np.ndarray:
    """The point of the sphere whose expected GeoScore is highest, float64 (3,).

    From the best few blocks on, steps go to the mean of all points, each weighted by
    what it adds to the slope, as Weiszfeld's steps to a median do (1937, translated:
    doi:10.1007/s10479-008-0352-z).

    Args:
        points: on the unit sphere, (N, 3).
        weights: their probabilities, (N,), not all 0.
        blocks: of the points.
    """
    starts = blocks.best(weights, _STARTS)
    held = weights > 1e-7 * weights.max()
    points, weights = points[held], weights[held]
    pins = np.concatenate([starts, [_climbed(start, points, weights) for start in starts]])
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


def _earned(pins: np.ndarray, points: np.ndarray) -> np.ndarray:
    return MOST_POINTS * np.exp(-_angles(pins, points) / _SCALE)


def _angles(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Radians between points (A, 3) and (B, 3) of the unit sphere, (A, B)."""
    # The chord is exact where two points are near, at which an arc cosine is not.
    chords = np.sqrt(np.maximum(2 - 2 * a @ b.T, 0.0))
    return 2 * np.arcsin(np.minimum(chords / 2, 1.0))
