"""Where in a city a model's training photos lie, as counts on a grid: what it can have learnt."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from geoloc.geo import Box


@dataclass(frozen=True, eq=False)
class Coverage:
    """Training photos counted on a grid that fills a box.

    Attributes:
        box: what the grid covers.
        counts: photos in each cell, int (rows, columns); row 0 is the south, column 0 the west.

    Raises:
        ValueError: if the counts are no grid of whole numbers from 0 up.
    """

    box: Box
    counts: np.ndarray

    def __post_init__(self) -> None:
        counts = self.counts
        if counts.ndim != 2 or not counts.size:
            raise ValueError(f"a coverage has rows and columns, not the shape {counts.shape}")
        if counts.dtype.kind not in "iu" or counts.min() < 0:
            raise ValueError("a coverage counts photos: whole numbers, none below 0")

    @classmethod
    def of(cls, box: Box, lats: ArrayLike, lons: ArrayLike, cell_m: float) -> Coverage:
        """Count the photos of a box; those outside are left out.

        Args:
            box: what to cover.
            lats: latitudes (N,) in degrees.
            lons: longitudes (N,) in degrees.
            cell_m: the longest a cell's side may be, in metres; cells share the box evenly.

        Raises:
            ValueError: if `cell_m` is not above 0.
        """
        if not cell_m > 0:
            raise ValueError(f"a cell is longer than 0 m, not {cell_m}")
        # Forty cells of a fortieth must not become 41 by rounding.
        rows, columns = (
            max(1, math.ceil(side / cell_m - 1e-9)) for side in (box.height_m, box.width_m)
        )
        counts, _, _ = np.histogram2d(
            np.asarray(lats, float),
            box.unroll(lons),
            bins=(rows, columns),
            range=((box.south, box.north), (box.west, box.far_east)),
        )
        return cls(box=box, counts=counts.astype(np.int64))
