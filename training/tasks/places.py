"""The third objective a network can be trained for: which cell of a city, where in it, and which
photos were taken nearby.

Cells are learnt with soft targets, so that the neighbour of the right cell is a smaller mistake
than one across the city; offsets with the distance on the ground; descriptors with the
multi-similarity loss (Wang et al. 2019, arXiv:1904.06627), as visual place recognition does.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import torch
import torch.nn.functional as F
from scipy.spatial import cKDTree
from torch import Tensor, nn

from geoloc.geo import Box, City
from geoloc.geo.cells import Cells

NEAR_DEGREES = 60.0
"""Views of one place that look in directions further apart than this show different things."""

CELLS = 50
"""Cells that a city has at least, if its photos lie evenly."""

_ATTRACT, _REPEL, _BASE, _MARGIN = 2.0, 40.0, 0.5, 0.1


@dataclass(frozen=True)
class Places:
    """Cells, offsets and descriptors of one city.

    Targets are (B, 3): metres east and north of the box's south-west corner, and the heading in
    degrees (NaN where unknown).

    Attributes:
        city: where.
        corners: of the cells, as `geoloc.geo.cells.Cells`.
        near_m: photos closer than this, and looking the same way, show one place; those further
            apart than twice this do not; in between neither is said.
        descriptor: numbers in a descriptor.
    """

    city: City
    corners: tuple[tuple[float, float, float, float], ...]
    near_m: float
    descriptor: int = 256
    kind = "city"
    mixes = False

    @classmethod
    def of(cls, city: City, table: pd.DataFrame) -> Places:
        """About a hundred cells, and a nearness that fits how dense the training photos lie."""
        train = table[table.split == "train"]
        most = max(8, round(len(train) / CELLS))
        cells = Cells.fit(city.box, train.lat, train.lon, most)
        return cls(city, cells.to_card(), nearness_m(city.box, train))

    @cached_property
    def cells(self) -> Cells:
        return Cells(self.city.box, np.array(self.corners))

    @property
    def outputs(self) -> int:
        return 3 * len(self.corners) + self.descriptor

    @property
    def shape(self) -> dict[str, int]:
        """What the network must be built with."""
        return {"outputs": self.outputs, "cells": len(self.corners)}

    def initialise(self, network: nn.Module) -> None:
        """Random weights are a fair start: every cell about equally likely."""

    def truth(self, table: pd.DataFrame) -> np.ndarray:
        """One class for all: positions are not balanced."""
        return np.zeros(len(table), np.int64)

    def targets(self, table: pd.DataFrame) -> Tensor:
        xy = self.city.box.normalise_all(table.lat, table.lon) * self._size_m
        return torch.from_numpy(np.column_stack([xy, table.heading.to_numpy(float)])).float()

    def order(self, table: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
        """An order in which batches hold neighbours: a descriptor learns from pairs.

        Each photo is followed by up to three others that show the same place.
        """
        places = self.city.box.normalise_all(table.lat, table.lon) * self._size_m
        tree = cKDTree(places)
        heading = table.heading.to_numpy(float)
        left = np.ones(len(table), bool)
        order: list[int] = []
        for first in rng.permutation(len(table)):
            if not left[first]:
                continue
            left[first] = False
            near = np.array(tree.query_ball_point(places[first], self.near_m, return_sorted=True))
            near = near[left[near]]
            near = near[turned_apart(heading[near], heading[first]) <= NEAR_DEGREES]
            some = rng.permutation(near)[:3]
            left[some] = False
            order += [first, *some]
        return np.array(order)

    def loss(self, outputs: Tensor, targets: Tensor) -> Tensor:
        logits, offsets, descriptors = self._parts(outputs)
        apart = torch.cdist(targets[:, :2], self._middles_m.to(targets))
        scale = max(self.near_m, 1.0)
        soft = (-apart / scale).softmax(dim=1)
        own = apart.argmin(dim=1)
        place = self._middles_m.to(outputs)[own] + (
            offsets[torch.arange(len(own)), own] * self._halves_m.to(outputs)[own]
        )
        # In units of the scale, so that the three parts weigh alike in a small city and a large.
        missed = (place - targets[:, :2]).norm(dim=1).div(scale).clamp(max=10).mean()
        return (
            F.cross_entropy(logits, soft)
            + 0.1 * missed
            + multi_similarity(descriptors, *self._pairs(targets))
        )

    def scores(self, outputs: Tensor, targets: Tensor) -> dict[str, float]:
        logits, offsets, _ = self._parts(outputs)
        best = logits.argmax(dim=1)
        rows = torch.arange(len(best))
        place = self._middles_m[best] + offsets[rows, best].clamp(-1, 1) * self._halves_m[best]
        errors = (place - targets[:, :2]).norm(dim=1)
        return {
            "loss": float(self.loss(outputs, targets)),
            "median_m": float(errors.median()),
        }

    def _parts(self, outputs: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        count = len(self.corners)
        logits, offsets, descriptors = outputs.split([count, 2 * count, self.descriptor], dim=1)
        return logits, offsets.unflatten(1, (count, 2)), descriptors

    def _pairs(self, targets: Tensor) -> tuple[Tensor, Tensor]:
        """Which two photos show one place, and which do not: bool (B, B) each."""
        apart = torch.cdist(targets[:, :2], targets[:, :2])
        turned = (targets[:, None, 2] - targets[None, :, 2] + 180).remainder(360).sub(180).abs()
        alike = turned.nan_to_num(0.0) <= NEAR_DEGREES
        itself = torch.eye(len(targets), dtype=torch.bool, device=targets.device)
        return (apart <= self.near_m) & alike & ~itself, apart > 2 * self.near_m

    @cached_property
    def _size_m(self) -> np.ndarray:
        return np.array([self.city.box.width_m, self.city.box.height_m])

    @cached_property
    def _middles_m(self) -> Tensor:
        return torch.from_numpy(self.cells.middles * self._size_m).float()

    @cached_property
    def _halves_m(self) -> Tensor:
        return torch.from_numpy(self.cells.halves * self._size_m).float()


def turned_apart(headings: np.ndarray, heading: float) -> np.ndarray:
    """Degrees between headings and one of them, from 0 to 180; 0 where either is unknown (NaN)."""
    return np.nan_to_num(np.abs((headings - heading + 180) % 360 - 180))


def nearness_m(box: Box, table: pd.DataFrame) -> float:
    """Twice the usual way from one photographed spot to the next, in metres, from 10 to 250."""
    spots = np.unique(box.normalise_all(table.lat, table.lon), axis=0)
    spots = spots * [box.width_m, box.height_m]
    if len(spots) < 2:
        return 10.0
    next_m, _ = cKDTree(spots).query(spots, k=2)
    return float(np.clip(2 * np.median(next_m[:, 1]), 10.0, 250.0))


def multi_similarity(descriptors: Tensor, same: Tensor, other: Tensor) -> Tensor:
    """The multi-similarity loss of descriptors (B, D) of length 1, with its pair mining.

    Args:
        descriptors: (B, D).
        same: bool (B, B), which two should be alike.
        other: bool (B, B), which two should not.
    """
    similar = descriptors @ descriptors.T
    hardest = similar.masked_fill(~other, -1.0).amax(dim=1, keepdim=True)
    easiest = similar.masked_fill(~same, 1.0).amin(dim=1, keepdim=True)
    same = same & (similar - _MARGIN < hardest)
    other = other & (similar + _MARGIN > easiest)
    attract = (torch.exp(-_ATTRACT * (similar - _BASE)) * same).sum(dim=1).log1p() / _ATTRACT
    repel = (torch.exp(_REPEL * (similar - _BASE)) * other).sum(dim=1).log1p() / _REPEL
    return (attract + repel).mean()
