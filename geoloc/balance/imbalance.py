"""How unequal classes are, in a few numbers that people understand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Imbalance:
    """Classes and their sizes.

    Attributes:
        classes: how many have any element.
        total: elements of all.
        largest, smallest: the class and its size.
        half: how few of the largest classes hold at least half of all elements.
    """

    classes: int
    total: float
    largest: tuple[str, float]
    smallest: tuple[str, float]
    half: int

    @classmethod
    def of(cls, sizes: Mapping[str, float]) -> Imbalance:
        """The imbalance of classes by their sizes; empty classes don't count.

        Raises:
            ValueError: if all are empty.
        """
        # Names break ties, so that the same sizes always give the same answer.
        order = sorted((-size, name) for name, size in sizes.items() if size > 0)
        if not order:
            raise ValueError("there is no class with an element")
        total = -sum(size for size, _ in order)
        held, half = 0.0, 0
        while held < total / 2:
            held -= order[half][0]
            half += 1
        (most, largest), (least, smallest) = order[0], order[-1]
        return cls(len(order), total, (largest, -most), (smallest, -least), half)

    @property
    def ratio(self) -> float:
        """How many times as large as the smallest class the largest is."""
        return self.largest[1] / self.smallest[1]

    @property
    def share_of_largest(self) -> float:
        """The part of all elements that the largest class holds."""
        return self.largest[1] / self.total
