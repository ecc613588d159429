"""Reader of a folder of geotagged photos: the place of each is in its EXIF data."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

import pandas as pd

from geoloc.photo import PhotoError, read_photo
from training.data.sources.positions import drop_bad, table_of
from training.data.sources.reading import (
    BLOCK_M,
    SourceError,
    SourceReading,
    is_unicode,
    photos_below,
    some_photos_below,
)
from training.data.table import Problems

_LOOKED_AT = 12
_NO_GPS = "no GPS position in its EXIF data"


def fits(root: Path) -> bool:
    """Whether one of the first photos tells where it was taken."""
    if not root.is_dir():
        return False
    rows = (_row(root, name) for name in islice(some_photos_below(root), _LOOKED_AT))
    return any(row.get("lat") is not None for row in rows)


def read(root: Path, block_m: float = BLOCK_M) -> SourceReading:
    """One row a photo, in this folder and those in it, whose EXIF data holds a position.

    Args:
        root: the folder.
        block_m: edge in metres of the spatial blocks that are the groups.

    Raises:
        SourceError: if no photo there has a position.
    """
    problems = Problems()
    names = photos_below(root) if root.is_dir() else []
    problems.add("file name is not Unicode", *(name for name in names if not is_unicode(name)))
    names = [name for name in names if is_unicode(name)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        photos = list(pool.map(lambda name: _row(root, name), names))
    rows = pd.DataFrame(photos, columns=["name", "lat", "lon", "heading", "sha256", "error"])
    for why, broken in rows[rows["error"].notna()].groupby("error")["name"]:
        problems.add(str(why), *broken)
    rows = rows[rows["error"].isna()].astype({"lat": float, "lon": float, "heading": float})
    rows = problems.drop(rows, rows.duplicated("sha256"), "same file as another", "name")
    rows = problems.drop(
        rows,
        rows["lat"].isna(),
        _NO_GPS,
        "name",
        todo="Use the camera's own files: messengers and many editors remove the position. Or list "
        "the photos in a CSV with the columns path, lat and lon.",
    )
    rows = drop_bad(rows, problems, "name")
    if rows.empty:
        raise SourceError(f"No photo in {root} tells where it was taken. {problems}")
    rows = rows.assign(path=[str(root / name) for name in rows["name"]])
    return SourceReading(table_of(rows, block_m), problems)


def _row(root: Path, name: str) -> dict[str, object]:
    try:
        photo = read_photo(root / name)
    except PhotoError as error:
        return {"name": name, "error": str(error)}
    row: dict[str, object] = {"name": name, "sha256": photo.sha256, "heading": photo.heading}
    if photo.position is not None:
        row |= {"lat": photo.position.lat, "lon": photo.position.lon}
    return row
