"""Reader of a table with a photo a line; `geoloc.photo_list` says what is understood."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import numpy as np
import pandas as pd

from geoloc import photo_list
from geoloc.photo_list import ListedPhoto, PhotoListError
from training.data.sources.reading import BLOCK_M, SourceError, SourceReading
from training.data.table import Problems, block_names, from_columns, split_all


def fits(root: Path) -> bool:
    """Whether it has a table of photos."""
    return bool(photo_list.fitting(root))


def read(root: Path, block_m: float = BLOCK_M) -> SourceReading:
    """One row a line whose photo is there and whose country or position is known.

    Args:
        root: the table, or a folder with exactly one that fits.
        block_m: edge in metres of the spatial blocks that become the groups where the file names
            neither groups nor splits. A photo without position is then a group of its own.

    Raises:
        SourceError: if no table fits, or several, or it is not text.
    """
    try:
        listed = photo_list.read(root)
    except PhotoListError as error:
        raise SourceError(str(error)) from error
    problems = Problems()
    for reason, names in listed.left_out.items():
        problems.add(reason, *names, todo=listed.advice.get(reason, ""))
    rows = pd.DataFrame(listed.photos, columns=[field.name for field in fields(ListedPhoto)])
    split = "split" in listed.columns
    if split:
        unsplit = rows["split"] == ""
        rows = problems.drop(rows, unsplit, "split is not train, val, test or elsewhere", "file")
    grouped = "group" in listed.columns
    group = rows["group"] if grouped else _blocks(rows, None if split else block_m)
    table = from_columns(
        path=[str(listed.table.parent / name) for name in rows["file"]],
        # A photo whose group is left blank shares its place with no other.
        group=np.where(group == "", rows["file"], group),
        country=rows["country"],
        lat=rows["lat"],
        lon=rows["lon"],
        heading=rows["heading"],
        split=rows["split"].to_numpy() if split else "",
        source=rows["source"].to_numpy(),
        kind=rows["kind"].to_numpy(),
    )
    return SourceReading(table if split else split_all(table), problems)


def _blocks(rows: pd.DataFrame, block_m: float | None) -> pd.Series:
    group = pd.Series("", index=rows.index, dtype=object)
    placed = rows["lat"].notna()
    if block_m is not None and placed.any():
        group[placed] = block_names(rows.loc[placed, "lat"], rows.loc[placed, "lon"], block_m)
    return group
