"""Evening out very unequal classes: a class of x photos grows to about x(1+a)(1+b)(1+c+d).

x photos gain mirrored copies of a share a; those gain copies with black holes of a share b; those
gain resampled copies of a share c and noisy copies of a share d. The result is a plan over the
table (which photo, changed how), drawn anew each epoch and executed on batches; no file is written.
Black holes: DeVries & Taylor 2017, arXiv:1708.04552. Pure arithmetic; `geoloc.balance.augment` does
the changing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geoloc.balance.others import Untouched
from geoloc.balance.plan import NOISY, RESAMPLED, Plan


@dataclass(frozen=True)
class Shares:
    """How much a class grows; each share in [0, 1] (c + d may exceed 1).

    Attributes:
        a: mirrored copies.
        b: copies with black holes.
        c: resampled copies.
        d: copies with Gaussian noise.
    """

    a: float = 0.0
    b: float = 0.0
    c: float = 0.0
    d: float = 0.0

    def __post_init__(self) -> None:
        if not all(0.0 <= share <= 1.0 for share in (self.a, self.b, self.c, self.d)):
            raise ValueError(f"{self}: each share lies in [0, 1]")

    @property
    def factor(self) -> float:
        """(1+a)(1+b)(1+c+d)."""
        return (1 + self.a) * (1 + self.b) * (1 + self.c + self.d)

    def scaled(self, share: float) -> Shares:
        return Shares(self.a * share, self.b * share, self.c * share, self.d * share)


def shares_for(count: int, target: float, most: Shares) -> Shares:
    """The shares, in the proportions of `most`, that bring `count` photos nearest to `target`.

    Args:
        count: photos of the class, at least 1.
        target: the size wished for; a class that is larger stays as it is.
        most: the largest shares allowed; their factor caps the growth.
    """
    wished = target / count
    if wished <= 1.0 or most.factor == 1.0:
        return Shares()
    if wished >= most.factor:
        return most
    # The factor grows monotonically with the common scale, so halving the interval finds it.
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if most.scaled(middle).factor < wished else (low, middle)
    return most.scaled(high)


def _some(size: int, share: float, rng: np.random.Generator) -> np.ndarray:
    # Rounding up or down at random keeps the mean at exactly size * share.
    wished = size * share
    count = int(wished) + int(rng.random() < wished - int(wished))
    return rng.permutation(size)[:count]


def grow(rows: np.ndarray, shares: Shares, rng: np.random.Generator) -> Plan:
    """The plan of one class: on average len(rows) * shares.factor items."""
    plan = Plan.untouched(rows)
    mirrored = plan.take(_some(len(plan), shares.a, rng))
    mirrored.mirrored[:] = True
    plan = Plan.joined([plan, mirrored])
    holed = plan.take(_some(len(plan), shares.b, rng))
    holed.holed[:] = True
    plan = Plan.joined([plan, holed])
    resampled, noisy = (plan.take(_some(len(plan), s, rng)) for s in (shares.c, shares.d))
    resampled.camera[:] = RESAMPLED
    noisy.camera[:] = NOISY
    return Plan.joined([plan, resampled, noisy])


@dataclass(frozen=True)
class Growth(Untouched):
    """Balancing by growth: every class is brought towards the size of a large one.

    Attributes:
        a, b, c, d: the largest shares, as in `Shares`.
        target: the size aimed at, as a share of the largest class.

    Raises:
        ValueError: if a share is not in [0, 1], or the target not in (0, 1].
    """

    a: float = 0.0
    b: float = 0.0
    c: float = 0.0
    d: float = 0.0
    target: float = 1.0
    method = "growth"

    def __post_init__(self) -> None:
        if not 0.0 < self.target <= 1.0:
            raise ValueError(f"target = {self.target}: it lies in (0, 1]")
        Shares(self.a, self.b, self.c, self.d)

    @property
    def most(self) -> Shares:
        """The largest shares."""
        return Shares(self.a, self.b, self.c, self.d)

    def shares(self, counts: Sequence[int]) -> list[Shares]:
        """Shares of each class, from photos of each class."""
        goal = self.target * max(counts)
        return [shares_for(count, goal, self.most) for count in counts]

    def plan(self, labels: np.ndarray, rng: np.random.Generator) -> Plan:
        counts = np.bincount(labels)
        present = np.flatnonzero(counts)
        shares = self.shares(counts[present].tolist())
        return Plan.joined(
            [
                grow(np.flatnonzero(labels == number), share, rng)
                for number, share in zip(present, shares, strict=True)
            ]
        )

    def sizes(self, counts: np.ndarray) -> np.ndarray:
        factors = [share.factor for share in self.shares(counts.tolist())]
        return counts * np.array(factors)
