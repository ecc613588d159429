"""A head of the world fitted to embeddings: photos with a position say where, others their country.

The target of a position is no single cell: near ones get a part of it, which falls with the
distance (PIGEON's smoothing, Haas et al. 2024, arXiv:2307.05845). A photo of which only the country
is known is as likely as the country's cells together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from geoloc.geo import distances_m
from geoloc.world.cells import WorldCells, unit_vectors
from geoloc.world.head import WorldHead
from training.loop import linear
from training.world.partition import Partition, partition

EVEN = 0.2
"""The share of photos that may be from anywhere: no training photos lie everywhere."""

SPREAD_KM = 150.0
"""How far within its country a place speaks for others where photos are taken."""

FEWEST = 10
"""Training photos of a country, or places of a province, from which on it is a unit of its own."""

_TINY = 1e-9


def partition_of(table: pd.DataFrame) -> Partition:
    """The land cut by the places of a table's photos, each counted once to 0.01 degree (1 km)."""
    placed = table[table.lat.notna()]
    spots = placed.assign(lat=placed.lat.round(2), lon=placed.lon.round(2))
    spots = spots.drop_duplicates(["lat", "lon"])
    return partition(unit_vectors(spots.lat, spots.lon), spots.country.to_numpy(str))


def offsets(cells: WorldCells, places: np.ndarray) -> np.ndarray:
    """Logarithm of how often photos are taken in each cell, float64 (N,).

    Args:
        cells: of the land.
        places: of training photos in each, (N,).
    """
    near = np.exp(-_apart_km(cells.lats, cells.lons, cells) / SPREAD_KM)
    near *= cells.country[:, None] == cells.country
    spread = (near / near.sum(axis=0)) @ places
    land = cells.km2 / cells.km2.sum()
    return np.log((1 - EVEN) * spread / max(spread.sum(), 1) + EVEN * land)


def units_of(cut: Partition, photos: dict[str, int]) -> np.ndarray:
    """The units that have photos enough to be learnt, int64 (S, N); -1 where a cell has none.

    Args:
        cut: the land.
        photos: of training, by ISO code.
    """
    cells, chosen, count = cut.cells, np.full_like(cut.units, -1), 0
    codes = np.array([*cells.codes, ""])[cells.country]
    for scale, numbers in enumerate(cut.units):
        for unit in np.unique(numbers):
            inside = numbers == unit
            home = codes == codes[inside][0]
            enough = (
                photos.get(codes[inside][0], 0) >= FEWEST,
                True,
                cut.places[inside].sum() >= FEWEST and not np.array_equal(inside, home),
            )[scale]
            if enough:
                chosen[scale, inside] = count
                count += 1
    return chosen


@dataclass(frozen=True, eq=False)
class Truth:
    """What is known of photos.

    Attributes:
        placed: rows (B,) of those with a position.
        near: their targets, float32 (B, N), rows adding up to 1.
        others: rows (C,) of those with a country alone.
        country: the place of it among the cells' codes, int64 (C,).
    """

    placed: Tensor
    near: Tensor
    others: Tensor
    country: Tensor

    @classmethod
    def of(cls, table: pd.DataFrame, cells: WorldCells, smoothing_km: float) -> Truth:
        """The truth about a table's photos, each near cell getting a part that falls by e with so
        many kilometres."""
        has = table.lat.notna().to_numpy()
        known = {code: number for number, code in enumerate(cells.codes)}
        country = table.country.map(known)
        placed, others = np.flatnonzero(has), np.flatnonzero(~has & country.notna().to_numpy())
        apart = _apart_km(table.lat.to_numpy()[placed], table.lon.to_numpy()[placed], cells)
        # From the nearest cell on, or all weights could round to 0.
        near = np.exp((apart.min(axis=1, keepdims=True) - apart) / smoothing_km)
        return cls(
            torch.from_numpy(placed),
            torch.from_numpy((near / near.sum(axis=1, keepdims=True)).astype(np.float32)),
            torch.from_numpy(others),
            torch.from_numpy(country.to_numpy(float)[others].astype(np.int64)),
        )


def fit(
    looks: Tensor,
    table: pd.DataFrame,
    weights: np.ndarray,
    cut: Partition,
    smoothing_km: float,
    penalty: float,
) -> WorldHead:
    """The head that makes the truth about photos likeliest.

    Args:
        looks: embeddings, float32 (looks, B, D).
        table: of the same photos, B rows.
        weights: how much each counts, (B,).
        cut: the land.
        smoothing_km: of targets.
        penalty: on weights of standardised embeddings.
    """
    cells = cut.cells
    units, offset = (
        units_of(cut, table.country.value_counts().to_dict()),
        offsets(cells, cut.places),
    )
    count = int(units.max()) + 1
    truth = Truth.of(table, cells, smoothing_km)
    # Cells of the same units differ by their offsets alone, whatever the photo: they are learnt as
    # one, which is exact and several times quicker.
    alike = np.vstack([units, cells.country])
    same, inverse = np.unique(alike, axis=1, return_inverse=True)
    group = torch.from_numpy(inverse.ravel())
    near = truth.near.new_zeros(len(truth.near), same.shape[1]).index_add(1, group, truth.near)
    start = torch.zeros(same.shape[1]).index_add(0, group, torch.from_numpy(np.exp(offset)).float())
    start = start.log()
    columns = torch.from_numpy(np.where(same[:-1] < 0, count, same[:-1]))
    owner = torch.from_numpy(same[-1])
    weight = torch.from_numpy(weights / weights.mean()).float()
    weigh = weight[truth.placed], weight[truth.others]

    def loss(outputs: Tensor) -> Tensor:
        padded = torch.cat([outputs, outputs.new_zeros(len(outputs), 1)], dim=1)
        logits = sum((padded[:, scale] for scale in columns), start)
        total = outputs.new_zeros(())
        for logs in logits.log_softmax(dim=1).split(len(table)):
            placed = -(near * logs[truth.placed]).sum(dim=1)
            of_country = logs[truth.others].exp()
            shares = of_country.new_zeros(len(of_country), len(cells.codes))
            shares = shares.index_add(1, owner, of_country)
            others = -(shares.gather(1, truth.country[:, None])[:, 0] + _TINY).log()
            total = total + (placed * weigh[0]).sum() + (others * weigh[1]).sum()
        return total / (len(looks) * (weigh[0].sum() + weigh[1].sum()))

    (layer,) = linear.path(looks.flatten(0, 1), loss, count, [penalty])
    return WorldHead(layer.weight.numpy(), layer.bias.numpy(), units, offset)


def _apart_km(lats: np.ndarray, lons: np.ndarray, cells: WorldCells) -> np.ndarray:
    """Kilometres from places (B,) to cells, (B, N)."""
    return distances_m(lats[:, None], lons[:, None], cells.lats, cells.lons) / 1000
