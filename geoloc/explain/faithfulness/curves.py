"""Does the model follow the map? Parts are blurred in the map's order, and revealed in it.

Deletion and insertion, Petsiuk et al. 2018, arXiv:1806.07421, with a blurred photo as the baseline
for both. If a map is right, blurring what it calls most important takes the answer away soon, and
revealing that alone brings it back soon. A map that does no better than chance, or than the middle
of the photo, says nothing about the model.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from geoloc.explain.faithfulness.blur import blurred
from geoloc.explain.spread import spread

STEPS = 10
"""Parts of a photo that are blurred one after another: tenths of its pixels."""

RANDOM_MAPS = 6
"""Random maps that a photo's own map is compared with."""

_BATCH = 40

Score = Callable[[np.ndarray], np.ndarray]
"""How much of the answer is left in prepared bands: uint8 (B, H, W, 3) -> float (B,)."""


@dataclass(frozen=True)
class PerturbationCurves:
    """What is left of the answer, tenth by tenth of the photo's pixels.

    Attributes:
        blurred: float64 (11,), with no tenth, the first, the first two ... blurred.
        revealed: float64 (11,), with all blurred but none, the first, the first two ... of them.
    """

    blurred: np.ndarray
    revealed: np.ndarray

    @property
    def deletion(self) -> float:
        """Area under `blurred`: the lower, the better the map."""
        return _area(self.blurred)

    @property
    def insertion(self) -> float:
        """Area under `revealed`: the higher, the better the map."""
        return _area(self.revealed)

    @property
    def gain(self) -> float:
        """Insertion less deletion: one number for how far the answer follows the map."""
        return self.insertion - self.deletion

    @property
    def tenth(self) -> float:
        """What is lost when the brightest tenth is blurred."""
        return float(self.blurred[0] - self.blurred[1])

    @staticmethod
    def mean(curves: Sequence[PerturbationCurves]) -> PerturbationCurves:
        """Point by point."""
        return PerturbationCurves(
            np.mean([each.blurred for each in curves], axis=0),
            np.mean([each.revealed for each in curves], axis=0),
        )


@dataclass(frozen=True)
class Trial:
    """A map put to the test on its photo.

    Attributes:
        map: the map's curves.
        random: those of `RANDOM_MAPS` random maps of as many cells.
        centre: those of a map that knows nothing but where the middle is.
    """

    map: PerturbationCurves
    random: tuple[PerturbationCurves, ...]
    centre: PerturbationCurves

    @property
    def beaten(self) -> int:
        """How many of the random maps did worse."""
        return sum(self.map.gain > each.gain for each in self.random)


def trial(score: Score, band: np.ndarray, values: np.ndarray, seed: int = 0) -> Trial:
    """Put one map to the test.

    Args:
        score: what is left of the answer that the map explains.
        band: prepared, uint8 (H, W, 3).
        values: the map, (h, w).
        seed: of the random maps.
    """
    rng = np.random.default_rng(seed)
    randoms = [random_map(values.shape, rng) for _ in range(RANDOM_MAPS)]
    curves = measure(score, band, [values, centre_map(values.shape), *randoms])
    return Trial(map=curves[0], random=tuple(curves[2:]), centre=curves[1])


def measure(score: Score, band: np.ndarray, maps: Sequence[np.ndarray]) -> list[PerturbationCurves]:
    """The curves of several maps of one photo, prepared: uint8 (H, W, 3)."""
    ends = np.stack([band, blurred(band)])
    views = np.concatenate([ends, *(between(band, values) for values in maps)])
    parts = np.array_split(views, -(-len(views) // _BATCH))
    (whole, nothing), *scores = np.split(
        np.concatenate([score(part) for part in parts]), 2 + 2 * (STEPS - 1) * np.arange(len(maps))
    )
    return [_curves(whole, nothing, each) for each in scores]


def _curves(whole: float, nothing: float, scores: np.ndarray) -> PerturbationCurves:
    blurring, revealing = np.split(scores, 2)
    return PerturbationCurves(
        np.concatenate([[whole], blurring, [nothing]]),
        np.concatenate([[nothing], revealing, [whole]]),
    )


def between(band: np.ndarray, values: np.ndarray) -> np.ndarray:
    """The band with 1 to 9 tenths blurred, then blurred with 1 to 9 tenths revealed.

    Returns:
        uint8 (18, H, W, 3).
    """
    rank = _rank(values, band.shape[:2])
    soft = blurred(band)
    limits = np.arange(1, STEPS) / STEPS
    first = (rank < limits[:, None, None])[..., None]
    return np.concatenate([np.where(first, soft, band), np.where(first, band, soft)])


def brightest_tenth(values: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """The pixels (H, W) of a photo of this size that a map calls most important, bool."""
    return _rank(values, size) < 1 / STEPS


def _rank(values: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """The share of pixels (H, W) that count more than each one, in [0, 1)."""
    enlarged = spread(values, size).ravel()
    # Flat parts in random order: in reading order they would make a map of their own.
    ties = np.random.default_rng(0).random(enlarged.size)
    order = np.lexsort((ties, -enlarged))
    rank = np.empty(enlarged.size)
    rank[order] = np.arange(enlarged.size) / enlarged.size
    return rank.reshape(size)


def random_map(shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """A map of as many cells that knows nothing: float32 (h, w)."""
    return rng.standard_normal(shape).astype(np.float32)


def centre_map(shape: tuple[int, int]) -> np.ndarray:
    """A bell over the middle of the photo: float32 (h, w)."""
    y, x = ((np.arange(size) + 0.5) / size - 0.5 for size in shape)
    return np.exp(-(y[:, None] ** 2 + x**2) / (2 * 0.25**2)).astype(np.float32)


def _area(curve: np.ndarray) -> float:
    return float(np.trapezoid(curve, dx=1 / STEPS))
