"""The training views that most resemble a photo: exact search among descriptors of length 1.

Exact on purpose: a city's hundred thousand views are one matrix product of a few milliseconds,
less than the network takes, and no approximate index has to be built, tuned or installed.

Positions are kept on the city's grid only: what a model gives away of its photos are cells.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from geoloc.city.grid import Grid
from geoloc.geo import LatLon

UNKNOWN_HEADING = -1


@dataclass(frozen=True)
class View:
    """A training view that resembles a photo.

    Attributes:
        row: its number among the training photos of the model's data set, from 0.
        position: the middle of the grid's cell it was taken in.
        heading: degrees clockwise from north, None if unknown.
        similarity: cosine of the two descriptors, in [-1, 1].
    """

    row: int
    position: LatLon
    heading: int | None
    similarity: float


@dataclass(frozen=True, eq=False)
class Views:
    """Descriptors of views whose places are known.

    Attributes:
        grid: of the city.
        descriptors: (N, D) of length 1, any floating type.
        cells: the grid's cell that each was taken in, int64 (N,).
        headings: whole degrees clockwise from north, int64 (N,); -1 where unknown.

    Raises:
        ValueError: if these are not of one length, there is none, or a cell is not on the grid.
    """

    grid: Grid
    descriptors: Tensor
    cells: np.ndarray
    headings: np.ndarray

    def __post_init__(self) -> None:
        sizes = {len(self.descriptors), len(self.cells), len(self.headings)}
        if len(sizes) != 1 or 0 in sizes:
            raise ValueError("each view has a descriptor, a cell and a heading")
        if not (self.cells.min() >= 0 and self.cells.max() < len(self.grid)):
            raise ValueError(f"the cells of the views are not the grid's {len(self.grid)}")

    def __len__(self) -> int:
        return len(self.descriptors)

    def nearest(self, queries: Tensor, count: int) -> tuple[np.ndarray, np.ndarray]:
        """The views most like each query (B, D).

        Returns:
            Cosine similarities float64 (B, count), falling, and row numbers int64 (B, count);
            fewer than `count` if there are fewer views.
        """
        similar = queries.float() @ self.descriptors.to(queries.device).float().T
        best = torch.topk(similar, min(count, len(self)), dim=1)
        return best.values.cpu().double().numpy(), best.indices.cpu().numpy()

    def view(self, row: int, similarity: float) -> View:
        """One of them as evidence."""
        x, y = self.grid.middles[self.cells[row]]
        heading = int(self.headings[row])
        return View(
            row,
            self.grid.box.denormalise(x, y),
            None if heading == UNKNOWN_HEADING else heading,
            similarity,
        )

    def to_tensors(self) -> dict[str, Tensor]:
        """As they are stored: half-precision descriptors, cells and headings."""
        return {
            "descriptors": self.descriptors.half().contiguous(),
            "cells": torch.from_numpy(self.cells.astype(np.int32)),
            "headings": torch.from_numpy(self.headings.astype(np.int16)),
        }

    @classmethod
    def from_tensors(cls, grid: Grid, tensors: Mapping[str, Tensor]) -> Views:
        """What `to_tensors` made.

        Raises:
            KeyError: if a part is missing.
        """
        cells, headings = (tensors[key].long().numpy() for key in ("cells", "headings"))
        return cls(grid, tensors["descriptors"].float(), cells, headings)
