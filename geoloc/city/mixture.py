"""How what a city model says becomes a probability for each place: three parts, and their shares.

The network's own answer, the places of the training views that look most alike, and where the
training photos lie at all, which is what remains when the photo says nothing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from geoloc.geo import Box

NEIGHBOURS = 32
"""Training views that have a say."""


@dataclass(frozen=True)
class Mixture:
    """Shares, and how far each part is spread.

    Attributes:
        own, views, prior: shares of the three parts; they add up to 1.
        own_m, views_m, prior_m: how far a point of each part is blurred, in metres.
        temperature: what the logits of the network's cells are divided by.
        retrieval_temperature: similarity to a view divided by this is the logarithm of its say.
        regions: the mass that a region needs to hold so many truths in a hundred, such as
            {50: 0.41, 90: 0.93}; empty if that was not measured.

    Raises:
        ValueError: if these are no shares, no sizes, or no masses.
    """

    own: float
    views: float
    prior: float
    own_m: float
    views_m: float
    prior_m: float
    temperature: float = 1.0
    retrieval_temperature: float = 0.1
    regions: Mapping[int, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        shares = (self.own, self.views, self.prior)
        if not (min(shares) >= 0 and math.isclose(sum(shares), 1.0, abs_tol=1e-3)):
            raise ValueError(f"the shares {shares} do not add up to 1")
        sizes = (self.own_m, self.views_m, self.prior_m)
        temperatures = (self.temperature, self.retrieval_temperature)
        if not all(0 < size < math.inf for size in (*sizes, *temperatures)):
            raise ValueError("sizes and temperatures are above 0")
        if not all(0 <= mass <= 1 for mass in self.regions.values()):
            raise ValueError("a region's mass lies in [0, 1]")

    @classmethod
    def uncalibrated(cls, box: Box) -> Mixture:
        """The network's own answer alone, for a model whose mistakes nobody measured."""
        size = max(box.width_m, box.height_m)
        return cls(1.0, 0.0, 0.0, own_m=size / 50, views_m=size / 50, prior_m=size / 20)

    def mix(self, parts: np.ndarray) -> np.ndarray:
        """One density from the parts (3, B, cells), own, views and prior: float64 (B, cells)."""
        mass = np.tensordot([self.own, self.views, self.prior], parts, axes=1)
        return mass / mass.sum(axis=1, keepdims=True)
