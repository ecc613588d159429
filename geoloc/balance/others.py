"""What growth is compared with: nothing, a weighted loss, adjusted logits, balanced sampling.

`power` says how far each evens the classes out: 1 wholly, 0 not at all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geoloc.balance.plan import Plan


@dataclass(frozen=True)
class Untouched:
    """Each photo once an epoch."""

    method = "none"

    def plan(self, labels: np.ndarray, rng: np.random.Generator) -> Plan:
        return Plan.untouched(np.arange(len(labels)))

    def sizes(self, counts: np.ndarray) -> np.ndarray:
        return counts.astype(float)

    def weights(self, counts: np.ndarray) -> np.ndarray:
        return np.ones(len(counts))

    def offset(self, counts: np.ndarray) -> np.ndarray:
        return np.zeros(len(counts))

    def shown(self, counts: np.ndarray) -> np.ndarray:
        return self.sizes(counts)


@dataclass(frozen=True)
class _Evened(Untouched):
    power: float = 1.0

    def __post_init__(self) -> None:
        if not 0.0 <= self.power <= 1.0:
            raise ValueError(f"power = {self.power}: it lies in [0, 1]")


@dataclass(frozen=True)
class Weighted(_Evened):
    """Each photo once, the loss of a rare class's photo weighs more: counts ** -power."""

    method = "weighted"

    def weights(self, counts: np.ndarray) -> np.ndarray:
        weights = counts ** -float(self.power)
        return weights * counts.sum() / (weights * counts).sum()

    def shown(self, counts: np.ndarray) -> np.ndarray:
        return counts * self.weights(counts)


@dataclass(frozen=True)
class Adjusted(_Evened):
    """Each photo once, the logits are trained beside an offset of power * log(class share).

    Without the offset they then answer as if classes were even (Menon et al. 2021,
    arXiv:2007.07314).
    """

    method = "adjusted"

    def offset(self, counts: np.ndarray) -> np.ndarray:
        return self.power * np.log(counts / counts.sum())

    def shown(self, counts: np.ndarray) -> np.ndarray:
        return counts ** (1.0 - self.power)


@dataclass(frozen=True)
class Sampled(_Evened):
    """As many photos as there are, drawn with replacement: a class in proportion to
    counts ** (1 - power)."""

    method = "sampled"

    def plan(self, labels: np.ndarray, rng: np.random.Generator) -> Plan:
        counts = np.bincount(labels)
        chance = (self.sizes(counts) / np.maximum(counts, 1))[labels]
        return Plan.untouched(rng.choice(len(labels), len(labels), p=chance / chance.sum()))

    def sizes(self, counts: np.ndarray) -> np.ndarray:
        wished = np.where(counts, np.maximum(counts, 1) ** (1.0 - self.power), 0.0)
        return wished * counts.sum() / wished.sum()
