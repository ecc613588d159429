"""The training views that most resemble a photo: exact search among descriptors of length 1, and a
second look, part by part, at those it finds.

Exact on purpose: a city's hundred thousand views are one matrix product of a few milliseconds,
less than the network takes, and no approximate index has to be built, tuned or installed.

Positions are kept on the city's grid only: what a model gives away of its photos are cells.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from geoloc.city.rerank import Patches
from geoloc.geo import LatLon
from geoloc.geo.grid import Grid

UNKNOWN_HEADING = -1

CANDIDATES = 50
"""Views that are compared with a photo part by part: one of its place mostly is among so many."""

LIKE = 5
"""The likeness to a city is that to so many of its views: one alone may look alike by accident."""


@dataclass(frozen=True)
class View:
    """A training view that resembles a photo.

    Attributes:
        row: its number among the training photos of the model's data set, from 0.
        position: the middle of the grid's cell it was taken in.
        heading: degrees clockwise from north, None if unknown.
        similarity: cosine of the two descriptors, or the mean one of their parts where the model
            compares those; 1 for the same photo.
    """

    row: int
    position: LatLon
    heading: int | None
    similarity: float


class Nearest(NamedTuple):
    """The views that most resemble each of B photos.

    Attributes:
        similar: how much they do, falling, float64 (B, K).
        rows: their numbers, int64 (B, K).
        likeness: mean cosine of each photo's descriptor to those most like it, float64 (B,). Parts
            are no measure of that: walls and trees are alike in every city.
    """

    similar: np.ndarray
    rows: np.ndarray
    likeness: np.ndarray


@dataclass(frozen=True, eq=False)
class Views:
    """Descriptors of views whose places are known.

    Attributes:
        grid: of the city.
        descriptors: (N, D) of length 1, any floating type.
        cells: the grid's cell that each was taken in, int64 (N,).
        headings: whole degrees clockwise from north, int64 (N,); -1 where unknown.
        patches: their parts, if the network tells parts of photos apart.

    Raises:
        ValueError: if these are not of one length, there is none, or a cell is not on the grid.
    """

    grid: Grid
    descriptors: Tensor
    cells: np.ndarray
    headings: np.ndarray
    patches: Patches | None = None

    def __post_init__(self) -> None:
        sizes = {len(self.descriptors), len(self.cells), len(self.headings)}
        if len(sizes) != 1 or 0 in sizes:
            raise ValueError("each view has a descriptor, a cell and a heading")
        if self.patches is not None and len(self.patches) != len(self):
            raise ValueError("each view has patches, or none has")
        if not (self.cells.min() >= 0 and self.cells.max() < len(self.grid)):
            raise ValueError(f"the cells of the views are not the grid's {len(self.grid)}")

    def __len__(self) -> int:
        return len(self.descriptors)

    def nearest(self, queries: Tensor, count: int, maps: Tensor | None = None) -> Nearest:
        """The views most like each query, or all of them if there are fewer.

        Args:
            queries: descriptors of photos, (B, D), of length 1.
            count: how many, up to `CANDIDATES`.
            maps: of the photos, (B, C, H, W), if the views have patches.
        """
        cosines = queries.float() @ self.descriptors.to(queries.device).float().T
        similar, rows = torch.topk(cosines, min(CANDIDATES, len(self)), dim=1)
        likeness = similar[:, :LIKE].mean(dim=1)
        if self.patches is not None and maps is not None:
            similar, order = self.patches.similar(maps, rows).sort(dim=1, descending=True)
            rows = rows.gather(1, order)
        best = similar[:, :count].cpu().double().numpy(), rows[:, :count].cpu().numpy()
        return Nearest(*best, likeness.cpu().double().numpy())

    def view(self, row: int, similarity: float) -> View:
        """One of them as evidence."""
        x, y = self.grid.middles[self.cells[row]]
        heading = int(self.headings[row])
        return View(
            row,
            self.grid.box.denormalise(x, y),
            None if heading == UNKNOWN_HEADING else heading,
            min(1.0, similarity),
        )

    def to_tensors(self) -> dict[str, Tensor]:
        """As they are stored: half-precision descriptors, cells, headings, patches."""
        return {
            "descriptors": self.descriptors.half().contiguous(),
            "cells": torch.from_numpy(self.cells.astype(np.int32)),
            "headings": torch.from_numpy(self.headings.astype(np.int16)),
            **(self.patches.to_tensors() if self.patches else {}),
        }

    @classmethod
    def from_tensors(cls, grid: Grid, tensors: Mapping[str, Tensor]) -> Views:
        """What `to_tensors` made.

        Raises:
            KeyError: if a part is missing.
        """
        cells, headings = (tensors[key].long().numpy() for key in ("cells", "headings"))
        descriptors, patches = tensors["descriptors"].float(), Patches.from_tensors(tensors)
        return cls(grid, descriptors, cells, headings, patches)
