"""Coordinates as data sets write them: which are unusable, and in which country they lie."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geoloc.countries import countries_at
from training.data.table import Problems, block_names, from_columns, split_all


def numbers(texts: pd.Series) -> pd.Series:
    """Texts as floats; NaN where a text is blank or no finite number."""
    values = pd.to_numeric(texts, errors="coerce").astype(float)
    return values.where(np.isfinite(values))


def drop_bad(rows: pd.DataFrame, problems: Problems, name: str = "path") -> pd.DataFrame:
    """The rows with `lat` and `lon` (float) both blank or both a place on Earth.

    (0, 0) counts as bad: it is what broken GPS receivers and empty fields write, and open sea.
    """
    lat, lon = rows["lat"], rows["lon"]
    rows = problems.drop(rows, lat.isna() != lon.isna(), "latitude or longitude missing", name)
    lat, lon = rows["lat"], rows["lon"]
    outside = (lat.notna() & ~lat.between(-90, 90)) | (lon.notna() & ~lon.between(-180, 180))
    rows = problems.drop(rows, outside, "coordinates out of range", name)
    nowhere = (rows["lat"] == 0) & (rows["lon"] == 0)
    return problems.drop(rows, nowhere, "coordinates 0, 0 stand for unknown", name)


def table_of(rows: pd.DataFrame, block_m: float) -> pd.DataFrame:
    """The table of photos with positions.

    Args:
        rows: columns path, lat and lon, and where known heading, yaw, group and split. Spatial
            blocks stand in for unknown groups, a draw for unknown splits.
        block_m: a block's edge in metres.
    """
    lat, lon = (rows[name].to_numpy(dtype=float) for name in ("lat", "lon"))
    blank = pd.Series(np.nan, index=rows.index)
    table = from_columns(
        path=rows["path"],
        group=rows["group"] if "group" in rows else block_names(lat, lon, block_m),
        country=countries_at(lat, lon),
        lat=lat,
        lon=lon,
        heading=rows.get("heading", blank).to_numpy(dtype=float),
        yaw=rows.get("yaw", blank).to_numpy(dtype=float),
        split=rows["split"].to_numpy() if "split" in rows else "",
    )
    return table if "split" in rows else split_all(table)
