"""Where in a city a photo may have been taken: a probability for each cell of its grid."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geoloc.city.median import geometric_median
from geoloc.geo import LatLon
from geoloc.geo.grid import Grid

_NOTHING = 1e-4
"""Cells with so small a share of the largest cell's mass move no median."""


@dataclass(frozen=True, eq=False)
class Density:
    """The probability of each cell of a grid.

    Attributes:
        grid: the cells.
        mass: float64 (rows * columns,), row by row; adds up to 1.

    Raises:
        ValueError: if the mass is no probability distribution over the grid's cells.
    """

    grid: Grid
    mass: np.ndarray

    def __post_init__(self) -> None:
        if self.mass.shape != (len(self.grid),):
            raise ValueError(f"the grid has {len(self.grid)} cells, the mass {self.mass.shape}")
        if not (self.mass.min() >= 0 and math.isclose(self.mass.sum(), 1.0, abs_tol=1e-6)):
            raise ValueError("a density is not negative and adds up to 1")

    @property
    def rows(self) -> np.ndarray:
        """The mass as float64 (rows, columns); row 0 is the south, column 0 the west."""
        return self.mass.reshape(self.grid.rows, self.grid.columns)

    @property
    def median(self) -> LatLon:
        """The place with the smallest expected distance to the truth."""
        held = np.flatnonzero(self.mass > _NOTHING * self.mass.max())
        box = self.grid.box
        x, y = geometric_median(self.grid.middles_m[held], self.mass[held])
        return box.denormalise(x / box.width_m, y / box.height_m)

    def region(self, mass: float) -> np.ndarray:
        """The smallest region there is of a mass: cells from the most probable down.

        Returns:
            bool (rows, columns), with the cell that takes what is held above `mass`.
        """
        inside = self.above <= mass + 1e-12
        return inside.reshape(self.grid.rows, self.grid.columns)

    @property
    def above(self) -> np.ndarray:
        """How much mass lies in cells that are more probable than each: float64 (cells,)."""
        order = np.argsort(-self.mass, kind="stable")
        above = np.empty(len(self.mass))
        above[order] = np.cumsum(self.mass[order]) - self.mass[order]
        return above

    def region_km2(self, mass: float) -> float:
        """The region's area in square kilometres."""
        return float(self.region(mass).sum() * self.grid.cell_m2 / 1e6)


def pooled(densities: Sequence[Density]) -> Density:
    """One density from several photos of one place: their geometric mean.

    Photos of one place are no independent witnesses, so they count together as one, and agree or
    cancel each other out (Genest & Zidek 1986, logarithmic pooling).

    Raises:
        ValueError: if there is none, or they lie on different grids.
    """
    if len({density.grid for density in densities}) != 1:
        raise ValueError("densities are pooled over one grid")
    logs = np.mean([np.log(np.maximum(d.mass, 1e-300)) for d in densities], axis=0)
    mass = np.exp(logs - logs.max())
    return Density(densities[0].grid, mass / mass.sum())
