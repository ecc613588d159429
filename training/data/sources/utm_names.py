"""Reader of place recognition sets whose photos carry their position in their names.

Deep Visual Geo-localization Benchmark, Berton et al. 2022, arXiv:2204.03444: Pitts250k, Pitts30k,
Tokyo 24/7 and others as `images/{train,val,test}/{database,queries}/@easting@northing@zone@letter@
latitude@longitude@pano_id@tile@heading@pitch@roll@height@timestamp@note@.jpg`. Fields but the
first four may be empty.
"""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pandas as pd

from geoloc.photo_list import SPLITS
from training.data.sources import utm
from training.data.sources.positions import drop_bad, numbers, table_of
from training.data.sources.reading import (
    BLOCK_M,
    SourceError,
    SourceReading,
    is_unicode,
    photos_below,
    some_photos_below,
)
from training.data.table import Problems

# What stands between the signs: before the first and after the last is nothing but the suffix.
_FIELDS = ("easting", "northing", "zone", "letter", "lat", "lon", "pano", "tile", "heading")
_SIGNS = 15
_LOOKED_AT = 200


def fits(root: Path) -> bool:
    """Whether photos in it have UTM positions for names."""
    if not root.is_dir():
        return False
    first = islice(some_photos_below(root), _LOOKED_AT)
    return any(name.rpartition("/")[2].count("@") == _SIGNS for name in first)


def read(root: Path, block_m: float = BLOCK_M) -> SourceReading:
    """One row a photo; where folders are called train, val and test, these are the splits.

    Args:
        root: the folder; photos may lie in folders inside it.
        block_m: edge in metres of the spatial blocks that are the groups where there are no splits.

    Raises:
        SourceError: if no photo there is named so.
    """
    problems = Problems()
    rows = _rows(photos_below(root) if root.is_dir() else [], problems)
    if rows.empty:
        raise SourceError(
            f"No photo in {root} is named @easting@northing@zone@letter@latitude@longitude@"
            f"pano_id@tile@heading@pitch@roll@height@timestamp@note@.jpg. {problems}"
        )
    rows = _placed(rows, problems)
    rows = rows.assign(path=[str(root / name) for name in rows["name"]])
    if rows["split"].isna().any():
        return SourceReading(table_of(rows.drop(columns="split"), block_m), problems)
    # Panoramas and queries are numbered apart; a photo without a number is a place of its own.
    group = (rows["role"] + " " + rows["pano"]).where(rows["pano"] != "", rows["name"])
    return SourceReading(table_of(rows.assign(group=group), block_m), problems)


def _rows(names: list[str], problems: Problems) -> pd.DataFrame:
    rows = []
    for name in names:
        folders, _, file = name.rpartition("/")
        parts = file.split("@")
        if len(parts) != _SIGNS + 1 or not is_unicode(name):
            problems.add("photo not named @easting@northing@...@.jpg", name)
            continue
        inside = folders.lower().split("/")
        split = next((SPLITS[f] for f in inside if f in SPLITS), None)
        role = "query" if "queries" in inside else "database"
        rows.append((name, split, role, *parts[1 : 1 + len(_FIELDS)]))
    return pd.DataFrame(rows, columns=["name", "split", "role", *_FIELDS])


def _placed(rows: pd.DataFrame, problems: Problems) -> pd.DataFrame:
    """The rows with latitude and longitude, from UTM where the names leave them empty."""
    for field in ("easting", "northing", "zone", "lat", "lon", "heading"):
        rows = rows.assign(**{field: numbers(rows[field])})
    in_utm = rows[["easting", "northing", "zone"]].notna().all(axis=1)
    lat, lon = utm.to_lat_lon(
        rows["easting"], rows["northing"], rows["zone"], rows["letter"].str.upper() >= "N"
    )
    unknown = (rows["lat"].isna() | rows["lon"].isna()) & in_utm
    rows = rows.assign(lat=rows["lat"].mask(unknown, lat), lon=rows["lon"].mask(unknown, lon))
    rows = problems.drop(rows, rows["lat"].isna(), "no coordinates in its name", "name")
    return drop_bad(rows, problems, "name")
