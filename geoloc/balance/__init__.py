"""Very unequal classes, evened out: what an epoch shows, and how its loss counts.

Every method answers the same questions, so that a recipe chooses between them by name.
"""

from __future__ import annotations

import dataclasses
from typing import Any, ClassVar, Protocol

import numpy as np

from geoloc.balance.growth import Growth, Shares, grow, shares_for
from geoloc.balance.others import Adjusted, Sampled, Untouched, Weighted
from geoloc.balance.plan import NOISY, ORIGINAL, RESAMPLED, Plan

__all__ = [
    "METHODS",
    "NOISY",
    "ORIGINAL",
    "RESAMPLED",
    "Adjusted",
    "Balance",
    "Growth",
    "Plan",
    "Sampled",
    "Shares",
    "Untouched",
    "Weighted",
    "as_card",
    "from_card",
    "grow",
    "prior_shift",
    "shares_for",
]


class Balance(Protocol):
    """How unequal classes are trained on; `counts` are photos by class, int64 (N,), none zero."""

    __dataclass_fields__: ClassVar[dict[str, dataclasses.Field[Any]]]

    @property
    def method(self) -> str:
        """The name that recipes call it by."""

    def plan(self, labels: np.ndarray, rng: np.random.Generator) -> Plan:
        """One epoch over photos of these class numbers, int64 (B,)."""

    def sizes(self, counts: np.ndarray) -> np.ndarray:
        """Items of each class in an epoch's plan on average, float64 (N,)."""

    def weights(self, counts: np.ndarray) -> np.ndarray:
        """What a photo of each class weighs in the loss, float64 (N,); 1 on average of photos."""

    def offset(self, counts: np.ndarray) -> np.ndarray:
        """What training adds to the logits, and answering does not, float64 (N,)."""

    def shown(self, counts: np.ndarray) -> np.ndarray:
        """How often each class occurs, up to a factor, in the world that the logits answer for."""


METHODS: dict[str, type] = {
    kind.method: kind for kind in (Untouched, Growth, Weighted, Adjusted, Sampled)
}
"""Methods by the name that recipes call them."""


def as_card(balance: Balance) -> dict[str, Any]:
    """A method and its settings as JSON."""
    return {"method": balance.method, **dataclasses.asdict(balance)}


def from_card(part: dict[str, Any]) -> Balance:
    """The method that `as_card` described."""
    return METHODS[part["method"]](**{k: v for k, v in part.items() if k != "method"})


def prior_shift(balance: Balance, counts: np.ndarray) -> np.ndarray:
    """Logarithm of how often each class occurs over how often it was shown, float64 (N,).

    Args:
        balance: the method trained with.
        counts: training photos of each class, (N,), none zero.
    """
    shown = balance.shown(counts)
    return np.log(counts / counts.sum()) - np.log(shown / shown.sum())
