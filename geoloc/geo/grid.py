"""A city's box cut into even cells, on which probabilities of places lie."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from geoloc.geo import Box

CELLS = 96
"""Cells along the longer side of a box."""


@dataclass(frozen=True)
class Grid:
    """A box cut into cells that are about square on the ground.

    Attributes:
        box: what it covers.
        rows: from south to north.
        columns: from west to east.
    """

    box: Box
    rows: int
    columns: int

    @classmethod
    def over(cls, box: Box, cells: int = CELLS) -> Grid:
        """The grid with `cells` cells along the longer side."""
        side = max(box.width_m, box.height_m) / cells
        return cls(box, max(1, round(box.height_m / side)), max(1, round(box.width_m / side)))

    def __len__(self) -> int:
        return self.rows * self.columns

    @property
    def cell_m2(self) -> float:
        """Area of a cell in square metres."""
        return self.box.width_m * self.box.height_m / len(self)

    @property
    def middles(self) -> np.ndarray:
        """The cells' middles in the box's unit square, float64 (cells, 2): x, y, row by row."""
        y, x = np.mgrid[0 : self.rows, 0 : self.columns] + 0.5
        return np.stack([x.ravel() / self.columns, y.ravel() / self.rows], axis=1)

    @property
    def middles_m(self) -> np.ndarray:
        """The same in metres east and north of the box's south-west corner.

        On the plane that touches the box in its middle: within a city, that is exact to a metre.
        """
        return self.middles * [self.box.width_m, self.box.height_m]

    def cell_of(self, lats: ArrayLike, lons: ArrayLike) -> np.ndarray:
        """The cell each place lies in, or the nearest one if it lies outside: int64, same shape."""
        return self.cell_at(self.box.normalise_all(lats, lons))

    def cell_at(self, xy: np.ndarray) -> np.ndarray:
        """`cell_of` for points (..., 2) of the unit square."""
        column = np.clip((xy[..., 0] * self.columns).astype(np.int64), 0, self.columns - 1)
        row = np.clip((xy[..., 1] * self.rows).astype(np.int64), 0, self.rows - 1)
        return row * self.columns + column

    def spread(self, cells: np.ndarray, weights: np.ndarray, scale_m: float) -> np.ndarray:
        """Points blurred to the size of a model's mistakes.

        Half of each point's weight falls off like a Gaussian of `scale_m`, half like one three
        times as wide: every model makes a few large mistakes, and one Gaussian would rule them out.

        Args:
            cells: the cell of each point, int64 (B, P).
            weights: of each point, (B, P); rows add up to 1.
            scale_m: metres, above 0.

        Returns:
            float64 (B, cells), rows adding up to 1.
        """
        mass = np.zeros((len(cells), len(self)))
        np.add.at(mass, (np.arange(len(cells))[:, None], cells), weights)
        planes = mass.reshape(-1, self.rows, self.columns)
        high, wide = self.box.height_m / self.rows, self.box.width_m / self.columns
        near, far = (
            _gaussian(self.rows, k * scale_m / high)
            @ planes
            @ _gaussian(self.columns, k * scale_m / wide)
            for k in (1, 3)
        )
        blurred = (_even(near) + _even(far)) / 2
        return blurred.reshape(len(cells), -1)


def _gaussian(count: int, scale: float) -> np.ndarray:
    """How much each of some cells in a row gives to each other, (count, count).

    Two products with these cost less than convolutions as wide as the mistakes of a model.
    """
    apart = np.subtract.outer(np.arange(count), np.arange(count))
    return np.exp(-0.5 * (apart / scale) ** 2)


def _even(planes: np.ndarray) -> np.ndarray:
    # What was blurred beyond the box's edge comes back into it.
    return planes / planes.sum(axis=(1, 2), keepdims=True)
