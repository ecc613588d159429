"""Which country was taken for which."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geoloc.countries import CONTINENTS, continent, distances_km
from geoloc.text import N_

OTHERS = N_("others")
"""Stands for all countries that a cut confusion matrix leaves out."""


@dataclass(frozen=True, eq=False)
class Confusion:
    """How often each true country was taken for each country.

    Attributes:
        true: codes of the rows.
        predicted: codes of the columns; `OTHERS` may be the last.
        counts: photos, int64 (rows, columns).
    """

    true: tuple[str, ...]
    predicted: tuple[str, ...]
    counts: np.ndarray

    def arranged(self, most: int | None = None) -> Confusion:
        """The countries that photos show, by continent and then by photos, the largest first.

        Args:
            most: so many countries of the most photos; answers naming others become one column.
        """
        size = self.counts.sum(axis=1)
        shown = [i for i in np.argsort(-size, kind="stable") if size[i]][:most]
        shown.sort(key=lambda i: CONTINENTS.index(continent(self.true[i])))
        columns = self.counts[np.ix_(shown, shown)]
        codes = tuple(self.true[i] for i in shown)
        others = size[shown] - columns.sum(axis=1)
        if not others.any():
            return Confusion(codes, codes, columns)
        return Confusion(codes, (*codes, OTHERS), np.column_stack([columns, others]))

    def answers(self) -> dict[str, int]:
        """How often each country was answered."""
        return dict(zip(self.predicted, self.counts.sum(axis=0).tolist(), strict=True))

    def kilometres(self) -> tuple[np.ndarray, np.ndarray]:
        """From the middle of the answered to that of the true country: (P,) km, rising, of (P,)
        photos."""
        return _weighted(distances_km(self.true), self.counts)

    def kilometres_always(self, code: str) -> tuple[np.ndarray, np.ndarray]:
        """The same for a model that always answers one country."""
        column = distances_km(self.true)[:, [self.true.index(code)]]
        return _weighted(column, self.counts.sum(axis=1, keepdims=True))


def _weighted(km: np.ndarray, photos: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    km, photos = km[photos > 0], photos[photos > 0]
    order = np.argsort(km, kind="stable")
    return km[order], photos[order]
