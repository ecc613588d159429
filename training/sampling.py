"""Sources as what must generalise: how often an epoch shows a photo, by its country and its source.

Where one source gave nearly all photos of a country, telling the source is telling the country, and
nothing holds on a third one (Torralba & Efros 2011, "Unbiased look at dataset bias"). So a
country's part of an epoch is shared among its sources, more evenly than they gave photos.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geoloc.balance import Plan

FEW = 15
"""Photos below which a source is measured together with the other small ones."""


@dataclass(frozen=True)
class Sampling:
    """How an epoch is drawn; 1 leaves a share as it is, 0 makes all even.

    Attributes:
        photos: items of an epoch; 0 for as many as there are photos to train on.
        country_power: a country is shown in proportion to its photos to this power.
        source_power: a source within a country likewise.
        cap: photos of one source in one country that count at most; 0 for all.
        most: how often an epoch shows a photo at most.

    Raises:
        ValueError: if a power leaves [0, 1], a count is negative, or most below 1.
    """

    photos: int = 0
    country_power: float = 1.0
    source_power: float = 0.5
    cap: int = 0
    most: int = 3

    def __post_init__(self) -> None:
        if not (0 <= self.country_power <= 1 and 0 <= self.source_power <= 1):
            raise ValueError("country_power and source_power lie in [0, 1]")
        if min(self.photos, self.cap) < 0 or self.most < 1:
            raise ValueError("photos and cap are not below 0, and most is at least 1")

    def expected(self, labels: np.ndarray, sources: np.ndarray) -> np.ndarray:
        """How often an epoch shows each photo on average, float64 (B,).

        Args:
            labels: class numbers, (B,).
            sources: of the same photos, (B,).
        """
        table = pd.DataFrame({"label": labels, "source": sources})
        size = table.groupby(["label", "source"])["label"].transform("size").to_numpy(float)
        counted = np.minimum(size, self.cap) if self.cap else size
        # Each photo's part of its source's weight; the parts of a country then add up to its own.
        part = pd.Series(counted**self.source_power / size)
        within = part / part.groupby(table.label).transform("sum")
        countries = (counted / size).astype(float)
        weight = pd.Series(countries).groupby(table.label).transform("sum") ** self.country_power
        shares = (within * weight).to_numpy()
        return self._limited(shares / shares.sum() * (self.photos or len(labels)))

    def _limited(self, expected: np.ndarray) -> np.ndarray:
        # What photos at the limit may not take goes to the others, which may reach it in turn.
        total = expected.sum()
        for _ in range(20):
            over = expected >= self.most
            free = total - self.most * over.sum()
            if not over.any() or over.all():
                break
            expected = np.where(over, self.most, expected)
            expected[~over] *= free / expected[~over].sum()
        return np.minimum(expected, self.most)

    def plan(self, labels: np.ndarray, sources: np.ndarray, rng: np.random.Generator) -> Plan:
        """One epoch: each photo as often as expected, rounded up or down by chance."""
        expected = self.expected(labels, sources)
        times = np.floor(expected + rng.random(len(expected))).astype(int)
        return Plan.untouched(np.repeat(np.arange(len(labels)), times))


def source_names(sources: pd.Series) -> np.ndarray:
    """The source by which each photo is measured, str (B,): small ones are taken together."""
    sources = sources.astype("str")
    size = sources.groupby(sources).transform("size")
    return sources.where(size >= FEW, "few").to_numpy(str)


def source_weights(sources: pd.Series) -> np.ndarray:
    """What each photo weighs in a mean over sources, float64 (B,); they add up to 1."""
    names = pd.Series(source_names(sources))
    size = names.groupby(names).transform("size").to_numpy(float)
    return 1 / size / names.nunique()
