"""Fitting on val how what a city model says becomes probabilities that hold what they promise.

Each part is spread so that it gives the true places the most probability; the shares of the parts
come from expectation maximisation, which finds the best ones there are; and a region's mass is the
one with which the regions of the val photos held so many of them, where each place counts as one
(`geoloc.models.calibration.conformal_quantile`). For that, each photo's density is mixed as the
places other than its own would have it (Barber et al. 2021, arXiv:1905.02928): a mixture that was
fitted on a photo flatters it, the more the fewer there are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from geoloc.city.density import Density
from geoloc.city.mixture import Mixture
from geoloc.models.calibration import conformal_quantile
from geoloc.tasks.city import CityLocator, CityReading
from training.evaluation.folds import folds

REGIONS = (50, 90)
"""Truths in a hundred that a region holds."""

KEPT = 0.95
"""The share of a city's own photos that look enough like it."""

_SCALES = tuple(1 / n for n in (300, 200, 140, 100, 70, 50, 35, 25, 17, 12, 8, 5, 3))
"""Of a part's blur, as shares of the box's longer side."""
_TEMPERATURES = (0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 5.0)
_RETRIEVAL_TEMPERATURES = (0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.25)
_FLOOR = 0.02
_ROUNDS = 300


def fit(
    locator: CityLocator,
    reading: CityReading,
    lats: np.ndarray,
    lons: np.ndarray,
    groups: np.ndarray,
) -> Mixture:
    """The mixture that val prefers.

    Args:
        locator: whose parts are mixed.
        reading: of the val photos.
        lats, lons: their true places in degrees, (B,).
        groups: which of them are of one place, (B,).
    """
    truth = locator.grid.cell_of(lats, lons)
    val = _Likelihoods(locator, reading, truth)
    above = np.zeros(len(truth))
    for rows in folds(groups):
        # One place alone can only judge itself.
        others = rows if rows.all() else ~rows
        mixture = _fit(val, others)
        masses = mixture.mix(locator.parts(reading.of(rows), mixture))
        above[rows] = held([Density(locator.grid, mass) for mass in masses], truth[rows])
    mixture = _fit(val, np.ones(len(truth), bool))
    return replace(mixture, regions=_regions(above, groups))


class _Likelihoods:
    """What the parts of mixtures give the true cells of a reading; what was computed is kept,
    for folds mostly ask the same.

    Args:
        locator: whose parts.
        reading: of B photos.
        truth: their true cells, int64 (B,).
    """

    def __init__(self, locator: CityLocator, reading: CityReading, truth: np.ndarray) -> None:
        self.locator, self.reading, self.truth = locator, reading, truth
        self._known: dict[tuple, np.ndarray] = {}

    def own(self, mixture: Mixture) -> np.ndarray:
        """Of what the network names itself, (B,)."""
        settings = (mixture.temperature, mixture.own_m, mixture.prior_m)
        return self._of(self.locator.own, mixture, settings)

    def seen(self, mixture: Mixture) -> np.ndarray:
        """Of where similar views were taken, (B,)."""
        settings = (mixture.retrieval_temperature, mixture.views_m)
        return self._of(self.locator.seen, mixture, settings)

    def prior(self, mixture: Mixture) -> np.ndarray:
        """Of where photos are taken at all, (B,)."""
        return self._of(self.locator.prior, mixture, (mixture.prior_m,))

    def _of(self, part: Callable, mixture: Mixture, settings: tuple[float, ...]) -> np.ndarray:
        key = (part.__name__, *settings)
        if key not in self._known:
            mass = part(self.reading, mixture)
            self._known[key] = mass[np.arange(len(self.truth)), self.truth]
        return self._known[key]


def _fit(val: _Likelihoods, rows: np.ndarray) -> Mixture:
    """The mixture that some photos, bool (B,), prefer; without regions."""
    box = val.locator.city.box
    sizes = [share * max(box.width_m, box.height_m) for share in _SCALES]
    even = 1 / len(val.locator.grid)

    def best(part: Callable[[Mixture], np.ndarray], **tried: Sequence[float]) -> Mixture:
        """The mixture with the tried value of one setting that gives the truths the most."""
        ((key, values),) = tried.items()
        settings: list[dict[str, Any]] = [{key: float(value)} for value in values]
        others = [replace(mixture, **setting) for setting in settings]
        return max(others, key=lambda other: _likelihood(part(other)[rows], even))

    mixture = Mixture.uncalibrated(box)
    mixture = best(val.prior, prior_m=sizes)
    mixture = best(val.own, own_m=sizes)
    if val.reading.logits.shape[1] > 1:
        mixture = best(val.own, temperature=_TEMPERATURES)
        mixture = best(val.prior, prior_m=sizes)
    mixture = best(val.own, own_m=sizes)
    if val.locator.views is not None:
        mixture = best(val.seen, retrieval_temperature=_RETRIEVAL_TEMPERATURES)
        mixture = best(val.seen, views_m=sizes)
        mixture = best(val.seen, retrieval_temperature=_RETRIEVAL_TEMPERATURES)
    parts = np.stack([part(mixture)[rows] for part in (val.own, val.seen, val.prior)])
    own, views, prior = map(float, _shares(parts))
    return replace(mixture, own=own, views=views, prior=prior)


def held(densities: list[Density], truth: np.ndarray) -> np.ndarray:
    """How much mass lies above each true cell: a region of a larger mass holds it; float64 (B,)."""
    return np.array([d.above[cell] for d, cell in zip(densities, truth, strict=True)])


def likeness_threshold(likeness: np.ndarray, groups: np.ndarray) -> float:
    """What nineteen in twenty photos of the city reach, by val's, (B,), of places (B,); all of
    those where there are too few places to tell."""
    return max(float(likeness.min()), -conformal_quantile(-likeness, groups, KEPT))


def _likelihood(own: np.ndarray, even: float) -> float:
    """Mean logarithm of the mass of true cells (B,), none of them ruled out."""
    return float(np.log((1 - _FLOOR) * own + _FLOOR * even).mean())


def _shares(own: np.ndarray) -> np.ndarray:
    """The shares of parts under which the truths, given (3, B) by them, are likeliest."""
    shares = np.where(own.sum(axis=1) > 0, 1.0, 0.0)
    shares /= shares.sum()
    for _ in range(_ROUNDS):
        weighed = shares[:, None] * own
        shares = (weighed / np.maximum(weighed.sum(axis=0), 1e-300)).mean(axis=1)
    return shares / shares.sum()


def _regions(above: np.ndarray, groups: np.ndarray) -> dict[int, float]:
    """The masses with which regions hold so many of the photos that lie so deep, (B,), of places
    (B,); none for what so few places can't promise."""
    masses = {share: conformal_quantile(above, groups, share / 100) for share in REGIONS}
    return {share: mass for share, mass in masses.items() if np.isfinite(mass)}
