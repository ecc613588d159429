"""The land cut into cells, on which probabilities of places in the world lie.

A cell is a point and all land that is nearer to it than to any other. Models weigh cells that were
fitted to their training photos (Weyand et al. 2016, PlaNet, arXiv:1602.05314), or positions of a
gallery that photos are compared with (Vivanco Cepeda et al. 2023, GeoCLIP, arXiv:2309.16020).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor

from geoloc.geo import LatLon
from geoloc.world.pin import Blocks

if TYPE_CHECKING:
    from scipy.spatial import cKDTree

NOWHERE = -1
"""The country of a cell that lies in none."""


def unit_vectors(lats: ArrayLike, lons: ArrayLike) -> np.ndarray:
    """Places as points of the unit sphere, float64 (N, 3): the antimeridian is no edge there."""
    north, east = np.radians(np.asarray(lats, float)), np.radians(np.asarray(lons, float))
    return np.stack(
        [np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)], axis=-1
    )


def degrees(vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Latitudes (N,) and longitudes (N,) below which vectors (N, 3) of any length point."""
    east, north = np.arctan2(vectors[:, 1], vectors[:, 0]), np.hypot(vectors[:, 0], vectors[:, 1])
    return np.degrees(np.arctan2(vectors[:, 2], north)), np.degrees(east)


@dataclass(frozen=True, eq=False)
class WorldCells:
    """Cells of the world's land.

    Attributes:
        lats, lons: the point of each in degrees, float64 (N,) each.
        km2: the land nearest to it, in square kilometres, float64 (N,), all above 0.
        codes: ISO 3166-1 alpha-2 of the countries that cells lie in.
        country: the place of each cell's country among these, int64 (N,); -1 for none.

    Raises:
        ValueError: if the parts don't fit each other.

    Example:
        >>> cells = WorldCells(
        ...     np.array([48.9, 52.5]), np.array([2.4, 13.4]), np.array([9e4, 8e4]),
        ...     ("FR", "DE"), np.array([0, 1]),
        ... )
        >>> cells.cell_of([50.0], [12.0]).tolist()
        [1]
        >>> cells.by_country(np.array([0.75, 0.25]))
        {'FR': 0.75, 'DE': 0.25}
    """

    lats: np.ndarray
    lons: np.ndarray
    km2: np.ndarray
    codes: tuple[str, ...]
    country: np.ndarray

    def __post_init__(self) -> None:
        parts = (self.lats, self.lons, self.km2, self.country)
        if len(self.lats) < 1 or {part.shape for part in parts} != {(len(self.lats),)}:
            raise ValueError("a cell has a point, an area and a country")
        if not ((np.abs(self.lats) <= 90) & (np.abs(self.lons) <= 180) & (self.km2 > 0)).all():
            raise ValueError("a cell lies on Earth and has an area")
        if not ((self.country >= NOWHERE) & (self.country < len(self.codes))).all():
            raise ValueError(f"countries of cells are numbers of the {len(self.codes)} codes")

    def __len__(self) -> int:
        return len(self.lats)

    @classmethod
    def from_tensors(cls, tensors: Mapping[str, Tensor], codes: Sequence[str]) -> WorldCells:
        """As `to_tensors` stored them.

        Raises:
            KeyError: if a tensor is missing.
            ValueError: if they are no cells.
        """
        lats, lons, km2 = (tensors[name].double().numpy() for name in ("lats", "lons", "km2"))
        return cls(lats, lons, km2, tuple(codes), tensors["country"].long().numpy())

    def to_tensors(self) -> dict[str, Tensor]:
        """All but the codes; positions to a metre, which float32 holds."""
        numbers = {"lats": self.lats, "lons": self.lons, "km2": self.km2}
        tensors = {name: torch.from_numpy(part).float() for name, part in numbers.items()}
        return {**tensors, "country": torch.from_numpy(self.country).to(torch.int16)}

    def place(self, cell: int) -> LatLon:
        """The point of one cell."""
        return LatLon(float(self.lats[cell]), float(self.lons[cell]))

    @cached_property
    def vectors(self) -> np.ndarray:
        """The points on the unit sphere, float64 (N, 3)."""
        return unit_vectors(self.lats, self.lons)

    @cached_property
    def blocks(self) -> Blocks:
        """Where the search for a pin begins."""
        return Blocks.of(self.vectors)

    def cell_of(self, lats: ArrayLike, lons: ArrayLike) -> np.ndarray:
        """The cell that each place lies in, int64 (B,)."""
        return np.asarray(self._tree.query(unit_vectors(lats, lons))[1], np.int64)

    @cached_property
    def _tree(self) -> cKDTree:
        from scipy.spatial import cKDTree  # a third of a second, which answers need not wait for

        return cKDTree(self.vectors)

    def by_country(self, probabilities: np.ndarray) -> dict[str, float]:
        """How probable each country is, by its cells' probabilities (N,), most probable first.

        Cells that lie in no country count for none.
        """
        inside = self.country != NOWHERE
        sums = np.bincount(self.country[inside], probabilities[inside], minlength=len(self.codes))
        order = np.argsort(-sums, kind="stable")
        return {self.codes[number]: float(sums[number]) for number in order}
