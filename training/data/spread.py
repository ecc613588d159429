"""Where a table's positions lie: the box around them, and how densely they cover it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from geoloc.geo import METRES_PER_DEGREE, Box, haversine_m
from geoloc.towns import Town, towns
from training.data.sources.reading import BLOCK_M
from training.data.table import block_names

CITY_M = 100_000.0
"""The longest side of a box that is still called one city."""

_FEW_TOWNS = 20
_NAMED = 5


def is_city(table: pd.DataFrame) -> bool:
    """Whether every photo has a position and the box around all has no side above `CITY_M`."""
    if table["lat"].isna().any():
        return False
    box = Box.around(table["lat"], table["lon"], margin=0.0)
    return max(box.width_m, box.height_m) <= CITY_M


def summary(table: pd.DataFrame) -> str:
    """The box and the coverage in metres, as text for a terminal; "" without positions.

    Args:
        table: as `training.data.table` defines it, with at least one row.
    """
    placed = table[table["lat"].notna()]
    if placed.empty:
        return ""
    box = Box.around(placed["lat"], placed["lon"], margin=0.0)
    corners = f"{box.south:.4f}, {box.west:.4f} to {box.north:.4f}, {box.east:.4f}"
    if not is_city(placed):
        farthest = max(box.width_m, box.height_m) / 1000
        lines = [f"positions  {corners}, over {farthest:,.0f} km: not one city"]
        return "\n".join(lines + [f"town       {line}" for line in town_lines(placed)])
    places = np.unique(placed[["lat", "lon"]].to_numpy(), axis=0)
    lines = [
        f"box        {corners} (south-west to north-east), "
        f"{box.width_m:,.0f} m x {box.height_m:,.0f} m, {box.area_km2:.1f} km2",
        f"places     {len(places):,}, with {len(placed) / len(places):.1f} photos each",
    ]
    if len(places) > 1:
        apart = _spacing(places, box)
        lines.append(
            f"coverage   the next place is {np.median(apart):,.0f} m away in the median, "
            f"{np.quantile(apart, 0.9):,.0f} m for nine in ten; {_covered(places, box)}"
        )
    return "\n".join(lines)


def town_lines(table: pd.DataFrame) -> list[str]:
    """The largest of a few towns: photos, place, distance from the first, and a box for --within.

    Args:
        table: every row has a position.

    Returns:
        A line a town; none if photos lie all over the world.
    """
    listed = towns(table["lat"], table["lon"]) if _are_few(table) else []
    lines = [_line(town, listed[0]) for town in listed[:_NAMED]]
    more = len(listed) - _NAMED
    return [*lines, f"and {more:,} more places"] if more > 0 else lines


def _are_few(table: pd.DataFrame) -> bool:
    """Whether the photos are of a few towns, and not of a part of the world."""
    squares = table[["lat", "lon"]].round(0).drop_duplicates()
    return len(squares) <= _FEW_TOWNS


def _line(town: Town, first: Town) -> str:
    away = haversine_m(town.center, first.center) / 1000
    how_far = "" if town is first else f", {away:,.0f} km from the first"
    edges = ",".join(
        f"{edge:.4f}" for edge in (town.box.south, town.box.west, town.box.north, town.box.east)
    )
    return f"{len(town):,} photos around {town.place}{how_far}; --within={edges}"


def _spacing(places: np.ndarray, box: Box) -> np.ndarray:
    """Metres from each place (N, 2) to its nearest neighbour, on a plane through the box."""
    scale = METRES_PER_DEGREE * np.array([1.0, np.cos(np.radians(box.center.lat))])
    points = np.column_stack([places[:, 0], box.unroll(places[:, 1])]) * scale
    distances, _ = cKDTree(points).query(points, k=2)
    return distances[:, 1]


def _covered(places: np.ndarray, box: Box) -> str:
    blocks = len(set(block_names(places[:, 0], places[:, 1], BLOCK_M)))
    possible = max(blocks, round(box.width_m * box.height_m / BLOCK_M**2))
    return f"photos in {blocks:,} of some {possible:,} blocks of {BLOCK_M:.0f} m"
