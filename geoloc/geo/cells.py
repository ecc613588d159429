"""A city cut into cells by its photos: small where they are dense, large where they are sparse.

A quadtree over the box (Weyand et al. 2016, PlaNet, arXiv:1602.05314): a cell with too many photos
is cut into four, and a part without any is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from geoloc.geo import Box

_DEEPEST = 12


@dataclass(frozen=True, eq=False)
class Cells:
    """The cells of a box.

    Attributes:
        box: what is cut.
        corners: each cell's west, south, east and north side in the box's unit square, float64
            (K, 4); cells do not overlap, and parts without photos belong to none.

    Raises:
        ValueError: if the corners are no cells inside the unit square.
    """

    box: Box
    corners: np.ndarray

    def __post_init__(self) -> None:
        corners = self.corners
        if corners.ndim != 2 or corners.shape[1] != 4 or not len(corners):
            raise ValueError(f"cells have four sides each, not the shape {corners.shape}")
        inside = (corners >= 0).all() and (corners <= 1).all()
        if not (inside and (corners[:, :2] < corners[:, 2:]).all()):
            raise ValueError("a cell lies in the unit square, its west before its east")

    def __len__(self) -> int:
        return len(self.corners)

    @classmethod
    def fit(cls, box: Box, lats: ArrayLike, lons: ArrayLike, most: int) -> Cells:
        """Cut a box until no cell holds more than `most` of these photos.

        Photos at one and the same place are not told apart: cutting stops after twelve halvings.
        """
        points = np.clip(box.normalise_all(lats, lons), 0.0, 1.0)
        return cls(box, np.array(list(_cut(points, (0.0, 0.0, 1.0, 1.0), most, _DEEPEST))))

    @property
    def middles(self) -> np.ndarray:
        """Each cell's middle in the unit square, float64 (K, 2): x, y."""
        return (self.corners[:, :2] + self.corners[:, 2:]) / 2

    @property
    def halves(self) -> np.ndarray:
        """Half of each cell's width and height in the unit square, float64 (K, 2)."""
        return (self.corners[:, 2:] - self.corners[:, :2]) / 2

    def cell_of(self, lats: ArrayLike, lons: ArrayLike) -> np.ndarray:
        """The cell that each place lies in, or the nearest one: int64 (B,)."""
        points = self.box.normalise_all(lats, lons)[:, None]
        beyond = np.maximum(np.abs(points - self.middles) - self.halves, 0.0)
        beyond *= [self.box.width_m, self.box.height_m]
        return np.hypot(beyond[..., 0], beyond[..., 1]).argmin(axis=1)

    def places(self, offsets: np.ndarray) -> np.ndarray:
        """The places at offsets (B, K, 2) of every cell in the unit square: float64 (B, K, 2)."""
        return self.middles + np.clip(offsets, -1.0, 1.0) * self.halves

    def to_card(self) -> tuple[tuple[float, float, float, float], ...]:
        """The cells as JSON."""
        return tuple(
            (west, south, east, north) for west, south, east, north in self.corners.tolist()
        )

    @classmethod
    def from_card(cls, box: Box, corners: Sequence[Sequence[float]]) -> Cells:
        """The cells that `to_card` wrote down."""
        return cls(box, np.array(corners, float))


def _cut(
    points: np.ndarray, side: tuple[float, float, float, float], most: int, left: int
) -> Iterator[tuple[float, float, float, float]]:
    if not len(points):
        return
    if len(points) <= most or not left:
        yield side
        return
    west, south, east, north = side
    x, y = (west + east) / 2, (south + north) / 2
    for low_x, high_x, in_x in ((west, x, points[:, 0] < x), (x, east, points[:, 0] >= x)):
        for low_y, high_y, in_y in ((south, y, points[:, 1] < y), (y, north, points[:, 1] >= y)):
            yield from _cut(points[in_x & in_y], (low_x, low_y, high_x, high_y), most, left - 1)
