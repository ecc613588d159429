"""Fitting on val how what a city model says becomes probabilities that hold what they promise.

Each part is spread so that it gives the true places the most probability; the shares of the parts
come from expectation maximisation, which finds the best ones there are; and a region's mass is the
one with which the regions of the val photos held so many of them (split conformal prediction, Vovk
et al. 2005; Angelopoulos & Bates 2021, arXiv:2107.07511).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from geoloc.city.density import Density
from geoloc.city.locator import CityLocator, Reading
from geoloc.city.mixture import Mixture

REGIONS = (50, 90)
"""Truths in a hundred that a region holds."""

KEPT = 0.95
"""The share of a city's own val photos that look enough like it."""

_SCALES = tuple(1 / n for n in (300, 200, 140, 100, 70, 50, 35, 25, 17, 12, 8, 5, 3))
"""Of a part's blur, as shares of the box's longer side."""
_TEMPERATURES = (0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 5.0)
_WARMTHS = (0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.25)
_FLOOR = 0.02
_ROUNDS = 300

Part = Callable[[Reading, Mixture], np.ndarray]


def fit(locator: CityLocator, reading: Reading, lats: np.ndarray, lons: np.ndarray) -> Mixture:
    """The mixture that val prefers.

    Args:
        locator: whose parts are mixed.
        reading: of the val photos.
        lats, lons: their true places in degrees, (B,).
    """
    side = max(locator.city.box.width_m, locator.city.box.height_m)
    truth = locator.grid.cell_of(lats, lons)
    sizes = [share * side for share in _SCALES]
    mixture = Mixture.uncalibrated(locator.city.box)
    mixture = _best(locator.prior, reading, truth, mixture, prior_m=sizes)
    mixture = _best(locator.own, reading, truth, mixture, own_m=sizes)
    if reading.logits.shape[1] > 1:
        mixture = _best(locator.own, reading, truth, mixture, temperature=_TEMPERATURES)
        mixture = _best(locator.prior, reading, truth, mixture, prior_m=sizes)
    mixture = _best(locator.own, reading, truth, mixture, own_m=sizes)
    if locator.views is not None:
        mixture = _best(locator.seen, reading, truth, mixture, warmth=_WARMTHS)
        mixture = _best(locator.seen, reading, truth, mixture, views_m=sizes)
        mixture = _best(locator.seen, reading, truth, mixture, warmth=_WARMTHS)
    shares = _shares(locator.parts(reading, mixture), truth)
    own, views, prior = (float(share) for share in shares)
    mixture = replace(mixture, own=own, views=views, prior=prior)
    return replace(mixture, regions=_regions(locator, reading, mixture, truth))


def held(densities: list[Density], truth: np.ndarray) -> np.ndarray:
    """How much mass lies above each true cell: a region of a larger mass holds it; float64 (B,)."""
    return np.array([d.above[cell] for d, cell in zip(densities, truth, strict=True)])


def likeness_threshold(reading: Reading) -> float:
    """What nineteen in twenty of the city's own val photos reach."""
    return float(np.quantile(reading.likeness, 1 - KEPT))


def _best(part: Part, reading: Reading, truth: np.ndarray, mixture: Mixture, **tried) -> Mixture:
    """The mixture with the tried value of one setting that gives the truths the most."""
    ((key, values),) = tried.items()
    others = [replace(mixture, **{key: float(value)}) for value in values]
    return max(others, key=lambda other: _likelihood(part(reading, other), truth))


def _likelihood(mass: np.ndarray, truth: np.ndarray) -> float:
    """Mean logarithm of the mass of the true cells, none of them ruled out."""
    own = mass[np.arange(len(truth)), truth]
    return float(np.log((1 - _FLOOR) * own + _FLOOR / mass.shape[1]).mean())


def _shares(parts: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """The shares of parts (3, B, cells) under which the truths are likeliest."""
    own = parts[:, np.arange(len(truth)), truth]
    shares = np.where(own.sum(axis=1) > 0, 1.0, 0.0)
    shares /= shares.sum()
    for _ in range(_ROUNDS):
        weighed = shares[:, None] * own
        shares = (weighed / np.maximum(weighed.sum(axis=0), 1e-300)).mean(axis=1)
    return shares / shares.sum()


def _regions(
    locator: CityLocator, reading: Reading, mixture: Mixture, truth: np.ndarray
) -> dict[int, float]:
    masses = mixture.mix(locator.parts(reading, mixture))
    above = np.sort(held([Density(locator.grid, mass) for mass in masses], truth))
    ranks = (math.ceil((len(above) + 1) * share / 100) for share in REGIONS)
    return {
        s: float(above[min(rank, len(above)) - 1]) for s, rank in zip(REGIONS, ranks, strict=True)
    }
