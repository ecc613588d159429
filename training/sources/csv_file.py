"""Reader of a CSV with a photo a line: columns path and either country or lat and lon.

Columns are found by name, in any order and case: path (file, filename, image), country, lat and lon
(latitude, longitude, lng), and where present heading (angle, compass), split, source, kind, and
what tells places apart: block, group or place_id, the first of these that is there. Others are
ignored. Paths are relative to the CSV and may not leave its folder: the file may come from a
stranger.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

import numpy as np
import pandas as pd

from geoloc.countries import code_of
from training.sources import csv_lines
from training.sources.positions import BLANKS, countries_at, drop_bad, numbers
from training.sources.reading import (
    BLOCK_M,
    SPLIT_NAMES,
    Reading,
    files_in,
    is_photo,
)
from training.table import Problems, block_names, from_columns, split_all


def fits(root: Path) -> bool:
    return bool(csv_lines.fitting(root))


def read(root: Path, block_m: float = BLOCK_M) -> Reading:
    """One row a line whose photo is there and whose country or position is known.

    Args:
        root: the CSV, or a folder with exactly one CSV that fits.
        block_m: edge in metres of the spatial blocks that become the groups where the file names
            neither groups nor splits. A photo without position is then a group of its own.

    Raises:
        SourceError: if no CSV fits, or several, or it is not text.
    """
    path = csv_lines.find(root)
    problems = Problems()
    rows = csv_lines.read(path, problems)
    rows = _with_files(rows, path.parent, problems)
    rows = _with_places(rows, problems)
    rows = _with_splits(rows, problems)
    grouped, split = "group" in rows, "split" in rows
    group = rows["group"] if grouped else _blocks(rows, None if split else block_m)
    table = from_columns(
        path=[str(path.parent / name) for name in rows["path"]],
        # A photo whose group is left blank shares its place with no other.
        group=np.where(group == "", rows["path"], group),
        country=rows["country"],
        lat=rows["lat"].to_numpy(),
        lon=rows["lon"].to_numpy(),
        heading=rows["heading"].to_numpy(),
        split=rows["split"].to_numpy() if split else "",
        source=_column(rows, "source").to_numpy(),
        kind=_column(rows, "kind").to_numpy(),
    )
    return Reading(table if split else split_all(table), problems)


def _with_files(rows: pd.DataFrame, folder: Path, problems: Problems) -> pd.DataFrame:
    inside = rows["path"].map(_inside)
    outside = inside.isna()
    rows = problems.drop(rows, outside, "path is empty, absolute or leaves the CSV's folder")
    rows = rows.assign(path=inside[~outside].astype("str"))
    unnamed = ~rows["path"].map(is_photo).astype(bool)
    rows = problems.drop(rows, unnamed, "not a photo by its name")
    rows = problems.drop(rows, rows.duplicated("path"), "photo listed before")
    parents = rows["path"].map(posixpath.dirname)
    there = {posixpath.join(p, name) for p in parents.unique() for name in files_in(folder / p)}
    return problems.drop(rows, ~rows["path"].isin(there), "photo is missing")


def _inside(text: str) -> str | None:
    """The path in its plainest form; None if it does not stay below the CSV's folder."""
    text = text.replace("\\", "/")
    if not text or text.startswith("/") or re.match("[A-Za-z]:", text) or "\0" in text:
        return None
    path = posixpath.normpath(text)
    return None if path.split("/")[0] == ".." else path


def _with_places(rows: pd.DataFrame, problems: Problems) -> pd.DataFrame:
    for name, what in (("lat", "latitude"), ("lon", "longitude"), ("heading", "heading")):
        texts = _column(rows, name)
        rows = rows.assign(**{name: numbers(texts)})
        wrong = rows[name].isna() & ~texts.str.lower().isin(BLANKS)
        rows = problems.drop(rows, wrong, f"{what} is no number")
    rows = drop_bad(rows, problems)
    rows = _with_countries(rows, problems)
    nowhere = rows["country"].isna() & rows["lat"].isna()
    return problems.drop(rows, nowhere, "neither country nor position")


def _with_countries(rows: pd.DataFrame, problems: Problems) -> pd.DataFrame:
    texts = _column(rows, "country")
    named = ~texts.str.lower().isin(BLANKS)
    codes = {text: code_of(text) for text in texts[named].unique()}
    country = np.array([codes.get(text) for text in texts], dtype=object)
    asked = (~named & rows["lat"].notna()).to_numpy()
    country[asked] = countries_at(rows["lat"].to_numpy()[asked], rows["lon"].to_numpy()[asked])
    rows = rows.assign(country=country, claim=rows["path"] + " (" + texts + ")")
    return problems.drop(rows, named & rows["country"].isna(), "unknown country", "claim")


def _with_splits(rows: pd.DataFrame, problems: Problems) -> pd.DataFrame:
    if "split" not in rows:
        return rows
    split = rows["split"].str.lower().map(SPLIT_NAMES)
    wrong = "split is not train, val, test or elsewhere"
    return problems.drop(rows.assign(split=split), split.isna(), wrong)


def _blocks(rows: pd.DataFrame, block_m: float | None) -> pd.Series:
    group = pd.Series("", index=rows.index, dtype=object)
    placed = rows["lat"].notna()
    if block_m is not None and placed.any():
        group[placed] = block_names(rows.loc[placed, "lat"], rows.loc[placed, "lon"], block_m)
    return group


def _column(rows: pd.DataFrame, name: str) -> pd.Series:
    return rows[name] if name in rows else pd.Series("", index=rows.index, dtype="str")
