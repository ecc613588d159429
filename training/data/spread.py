"""Where a table's positions lie: the box around them, and how densely they cover it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from geoloc.geo import METRES_PER_DEGREE, Box
from training.data.sources.reading import BLOCK_M
from training.data.table import block_names

CITY_M = 100_000.0
"""The longest side of a box that is still called one city."""


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
        return f"positions  {corners}, over {farthest:,.0f} km: not one city"
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


def _spacing(places: np.ndarray, box: Box) -> np.ndarray:
    """Metres from each place (N, 2) to its nearest neighbour, on a plane through the box."""
    scale = METRES_PER_DEGREE * np.array([1.0, np.cos(np.radians(box.center.lat))])
    distances, _ = cKDTree(places * scale).query(places * scale, k=2)
    return distances[:, 1]


def _covered(places: np.ndarray, box: Box) -> str:
    blocks = len(set(block_names(places[:, 0], places[:, 1], BLOCK_M)))
    possible = max(blocks, round(box.width_m * box.height_m / BLOCK_M**2))
    return f"photos in {blocks:,} of some {possible:,} blocks of {BLOCK_M:.0f} m"
