"""A folder of photos on the server that its owner lets visitors of the app see.

The environment variable GEOLOC_PHOTOS names the folder, or a CSV in it. The CSV has a photo a line:
`path` (relative to the CSV), `split`, and `country` or `lat` and `lon`; `heading` if it is known.
Nothing is copied: photos are read where they lie, when they are shown.
"""

from __future__ import annotations

import csv
import math
import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from geoloc.countries import code_of, country_at
from geoloc.geo import LatLon
from geoloc.text import N_, _

VARIABLE = "GEOLOC_PHOTOS"
_NO_NUMBER = {
    "lat": N_("lat is no number"),
    "lon": N_("lon is no number"),
    "heading": N_("heading is no number"),
}
SPLITS = {"train": "train", "val": "val", "valid": "val", "validation": "val", "test": "test"}


class AlbumError(ValueError):
    """A folder of photos that cannot be used, and what to do about it."""


@dataclass(frozen=True)
class AlbumPhoto:
    """One photo of the folder.

    Attributes:
        file: its path relative to the folder.
        country: ISO 3166-1 alpha-2.
        position: where it was taken, None if only the country is known.
        heading: degrees clockwise from north that it looks, in [0, 360), None if not known.
        split: "train", "val", "test", or "" if the table doesn't say.
        path: where it lies.
    """

    file: str
    country: str
    position: LatLon | None
    heading: float | None
    split: str
    path: Path

    @property
    def unseen(self) -> bool:
        """Whether the table says that no model was fitted to it."""
        return self.split in ("val", "test")

    def read(self) -> bytes:
        """The bytes of the file."""
        return self.path.read_bytes()


@dataclass(frozen=True)
class Album:
    """The photos of a folder.

    Attributes:
        photos: in the order of the table.
        left_out: how many lines could not be used, by reason, a message in English.
    """

    photos: tuple[AlbumPhoto, ...]
    left_out: Mapping[str, int]


class _Unusable(Exception):
    """Why a line is left out."""


def configured() -> Path | None:
    """The folder or CSV that `VARIABLE` names; None if there is none."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named else None


def read_album(path: Path) -> Album:
    """The photos that a folder's table lists.

    Args:
        path: the CSV, or a folder with exactly one.

    Raises:
        AlbumError: if there is no such table, or it lacks a column.
    """
    table = table_of(path)
    try:
        with table.open(encoding="utf-8-sig", newline="") as lines:
            rows = [
                # Cells beyond the last column have no name.
                {name.strip().lower(): cell.strip() for name, cell in row.items() if name}
                for row in csv.DictReader(lines, restval="")
            ]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise AlbumError(
            _(
                "{table} can't be read as a CSV: {error}. Save it as UTF-8.",
                table=table,
                error=error,
            )
        ) from error
    columns = rows[0].keys() if rows else set()
    if "path" not in columns or not ("country" in columns or {"lat", "lon"} <= columns):
        raise AlbumError(
            _(
                "{table} lists no photos: it needs the columns path, split and country "
                "(or lat, lon).",
                table=table,
            )
        )
    return _read(rows, table.parent.resolve())


def table_of(path: Path) -> Path:
    """The CSV: the path itself, or the only one in a folder.

    Raises:
        AlbumError: if there is none, or several.
    """
    if path.is_file():
        return path
    found = sorted(path.glob("*.csv"))
    if len(found) != 1:
        raise AlbumError(
            _(
                "{path} holds {count} CSV files, and one is needed. "
                "Let {variable} name the right one itself.",
                path=path,
                count=len(found),
                variable=VARIABLE,
            )
        )
    return found[0]


def _read(rows: list[dict[str, str]], folder: Path) -> Album:
    photos, left_out = [], Counter()
    for row in rows:
        try:
            photos.append(_photo(row, folder))
        except _Unusable as reason:
            left_out[str(reason)] += 1
    return Album(tuple(photos), dict(left_out))


def _photo(row: dict[str, str], folder: Path) -> AlbumPhoto:
    path = (folder / row["path"]).resolve()
    # The table may come from a stranger: it must not show other files of this machine.
    if not path.is_relative_to(folder):
        raise _Unusable(N_("the path leaves the folder"))
    if not path.is_file():
        raise _Unusable(N_("the photo is missing"))
    position = _position(row)
    told = row.get("country", "")
    country = code_of(told) if told else position and country_at(position)
    if not country:
        raise _Unusable(N_("the country is not known"))
    heading = _number(row, "heading")
    return AlbumPhoto(
        file=path.relative_to(folder).as_posix(),
        country=country,
        position=position,
        heading=None if heading is None else heading % 360.0,
        split=SPLITS.get(row.get("split", "").lower(), ""),
        path=path,
    )


def _position(row: dict[str, str]) -> LatLon | None:
    lat, lon = _number(row, "lat"), _number(row, "lon")
    if lat is None or lon is None:
        return None
    try:
        return LatLon(lat, lon)
    except ValueError:
        raise _Unusable(N_("the position is not on Earth")) from None


def _number(row: dict[str, str], column: str) -> float | None:
    text = row.get(column, "")
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        raise _Unusable(_NO_NUMBER[column]) from None
    return number if math.isfinite(number) else None
