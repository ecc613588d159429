"""From a table to the photos it lists, and what of it cannot be used and why.

A photo a line: its file, and its country or its position (degrees, WGS 84), and where present its
heading, group, split, source and kind. Columns are found by name, in any order and case. Files are
relative to the table and may not leave its folder: the table may come from a stranger.
"""

from __future__ import annotations

import math
import posixpath
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from geoloc.photo import is_photo, is_photo_name
from geoloc.photo_list import labels
from geoloc.photo_list.cells import is_unknown, number
from geoloc.photo_list.columns import Columns, columns_of, not_understood, rows_of
from geoloc.photo_list.errors import PhotoListError
from geoloc.photo_list.files import files_in, find
from geoloc.photo_list.text import text_of
from geoloc.text import N_

SPLITS: Mapping[str, str] = {
    "train": "train",
    "training": "train",
    "val": "val",
    "valid": "val",
    "validation": "val",
    "dev": "val",
    "test": "test",
    "testing": "test",
    "elsewhere": "elsewhere",
}
"""What tables and folders call the splits, in lower case, and what they are called here."""

_SWAPPED = N_("latitude and longitude seem to be swapped")
_FIELDS = N_("line has more or fewer fields than the first")
_BEYOND = N_("coordinates out of range")
_UNKNOWN = N_("unknown country")
_AGAIN = N_("photo listed before")
_AGAINST = N_("country and position contradict each other")
_TODO = {
    _SWAPPED: N_(
        "They lie at sea or in another country as they are written, and on land in the right one "
        "when exchanged. Exchange the names of the two columns."
    ),
    _FIELDS: N_(
        "Put cells that hold the separator in quotation marks; numbers with a decimal comma need "
        "another separator, such as a semicolon."
    ),
    _AGAINST: N_(
        "In brackets: the label, and the country that the position lies in. Correct one of the two."
    ),
}
_NO_NUMBER = {
    "lat": N_("latitude is no number"),
    "lon": N_("longitude is no number"),
    "heading": N_("heading is no number"),
}
_NEGATIVE = {"lat": "S", "lon": "W", "heading": ""}


@dataclass(frozen=True)
class ListedPhoto:
    """A photo as its table has it.

    Attributes:
        file: its path relative to the table's folder, in its plainest form.
        country: ISO 3166-1 alpha-2: the label's, or that of the position; None if neither says.
        lat, lon: degrees, NaN where unknown.
        heading: degrees clockwise from north, NaN where unknown.
        group: what tells places apart, "" where the table does not say.
        split: "train", "val", "test", "elsewhere" (whole sources that nothing is trained on or
            chosen by), or "" where the table does not say, or says something else.
        source: who took it or where it was published, "" where the table does not say.
        kind: what took it, such as "phone" or "webcam", "" where the table does not say.
    """

    file: str
    country: str | None
    lat: float
    lon: float
    heading: float
    group: str
    split: str
    source: str = ""
    kind: str = ""


@dataclass(frozen=True)
class PhotoList:
    """What a table lists.

    Attributes:
        table: the file.
        photos: in the order of its lines.
        columns: which there are of "path", "country", "lat", "lon", "heading", "group", "split",
            "source" and "kind".
        left_out: reason -> what could not be used for it; the reasons are messages in English.
        advice: reason -> what its owner can do about it, where that is not plain.
    """

    table: Path
    photos: tuple[ListedPhoto, ...]
    columns: frozenset[str]
    left_out: Mapping[str, list[str]]
    advice: Mapping[str, str]


def read(place: Path) -> PhotoList:
    """The photos that a table lists.

    Example:
        >>> for photo in read(Path("holiday")).photos:
        ...     print(photo.file, photo.country, photo.lat, photo.lon)

    Args:
        place: the table, or a folder with exactly one.

    Raises:
        PhotoListError: if there is no such table, or its columns are not understood.
    """
    table = find(place)
    text = text_of(table)
    columns = columns_of(text)
    if not columns.lists_photos:
        raise PhotoListError(
            "columns",
            "{folder}: {objections}",
            folder=table.parent,
            objections=not_understood(table.name, columns),
        )
    lines = _Lines(_cells(text, columns))
    if not lines.kept:
        raise PhotoListError(
            "no_lines",
            "{file} lists no photo: there is no line below the names of its columns. Add a "
            "line a photo.",
            file=table.name,
        )
    lines.drop(lambda line: not line.cells, _FIELDS, lambda line: line.written)
    _keep_files(lines, table.parent)
    _place(lines)
    _label(lines)
    photos = tuple(map(_photo, lines.kept))
    left_out = {reason: names for reason, names in lines.left_out.items() if names}
    advice = {reason: _TODO[reason] for reason in left_out if reason in _TODO}
    return PhotoList(table, photos, frozenset(columns.roles), left_out, advice)


@dataclass
class _Line:
    """A line on its way: its known cells by role, and what became of them."""

    cells: Mapping[str, str]
    written: str
    path: str = ""
    lat: float = math.nan
    lon: float = math.nan
    heading: float = math.nan
    country: str | None = None
    objection: str = ""

    @property
    def is_placed(self) -> bool:
        return not math.isnan(self.lat)


class _Lines:
    """The lines that can be used, and why the others cannot."""

    def __init__(self, lines: list[_Line]) -> None:
        self.kept = lines
        self.left_out: dict[str, list[str]] = {}

    def drop(
        self,
        is_bad: Callable[[_Line], bool],
        reason: str,
        name: Callable[[_Line], str] = lambda line: line.path,
    ) -> None:
        bad = [is_bad(line) for line in self.kept]
        self.left_out.setdefault(reason, []).extend(
            name(line) for line, out in zip(self.kept, bad, strict=True) if out
        )
        self.kept = [line for line, out in zip(self.kept, bad, strict=True) if not out]

    def column(self, name: str) -> np.ndarray:
        return np.array([getattr(line, name) for line in self.kept], dtype=float)


def _cells(text: str, columns: Columns) -> list[_Line]:
    rows = [row for row in rows_of(text, columns.delimiter)[columns.row + 1 :] if any(row)]
    wide = len(columns.names)
    rows = [row[:wide] if not any(row[wide:]) else row for row in rows]
    shift = _row_names(rows, columns)
    return [
        _Line(
            {role: row[at + shift].strip() for role, at in columns.roles.items()}
            if len(row) == wide + shift
            else {},
            columns.delimiter.join(row),
        )
        for row in rows
    ]


def _row_names(rows: Sequence[list[str]], columns: Columns) -> int:
    """1 where lines begin with a number or name that has no column, as R writes them; else 0."""
    path = columns.roles["path"]
    named = bool(rows) and all(
        len(row) == len(columns.names) + 1
        and is_photo_name(row[path + 1].strip())
        and not is_photo_name(row[path].strip())
        for row in rows
    )
    return int(named)


def _keep_files(lines: _Lines, folder: Path) -> None:
    for line in lines.kept:
        line.path = _inside(line.cells["path"])
    lines.drop(
        lambda line: not line.path,
        N_("path is empty, absolute or leaves the CSV's folder"),
        lambda line: line.cells["path"],
    )
    seen: set[str] = set()
    for line in lines.kept:
        line.objection = _AGAIN if line.path in seen else ""
        seen.add(line.path)
    lines.drop(lambda line: bool(line.objection), _AGAIN)
    there = {
        posixpath.join(parent, name)
        for parent in {posixpath.dirname(line.path) for line in lines.kept}
        for name in files_in(folder / parent)
    }
    lines.drop(lambda line: line.path not in there, N_("photo is missing"))
    lines.drop(
        lambda line: not is_photo(folder / line.path),
        N_("not a photo by its name"),
    )


def _inside(text: str) -> str:
    """The path in its plainest form; "" if it does not stay below the table's folder."""
    text = text.replace("\\", "/")
    if not text or text.startswith("/") or re.match("[A-Za-z]:", text) or "\0" in text:
        return ""
    path = posixpath.normpath(text)
    return "" if path.split("/")[0] == ".." else path


def _place(lines: _Lines) -> None:
    for name, reason in _NO_NUMBER.items():
        for line in lines.kept:
            text = line.cells.get(name, "")
            value = number(text, _NEGATIVE[name])
            setattr(line, name, math.nan if value is None else value)
            line.objection = reason if value is None and not is_unknown(text) else ""
        lines.drop(lambda line: bool(line.objection), reason)
    lines.drop(
        lambda line: math.isnan(line.lat) != math.isnan(line.lon),
        N_("latitude or longitude missing"),
    )


def _label(lines: _Lines) -> None:
    texts = [line.cells.get("country", "") for line in lines.kept]
    lats, lons = lines.column("lat"), lines.column("lon")
    beyond = (np.abs(lats) > 90) | (np.abs(lons) > 180)
    on_globe = np.where(beyond, np.nan, lats)
    codes, unknown = labels.codes_of(texts, on_globe, lons, _writes_na(lines))
    if labels.swapped(codes, lats, lons):
        lines.drop(lambda line: line.is_placed, _SWAPPED)
        return _label(lines)
    for line, code, is_beyond, is_unknown_label in zip(
        lines.kept, codes, beyond, unknown, strict=True
    ):
        line.country = code
        line.objection = _BEYOND if is_beyond else _UNKNOWN if is_unknown_label else ""
    lines.drop(lambda line: line.objection == _BEYOND, _BEYOND)
    # What broken GPS receivers and empty fields write, and open sea.
    lines.drop(lambda line: line.lat == 0 == line.lon, N_("coordinates 0, 0 stand for unknown"))
    lines.drop(
        lambda line: line.objection == _UNKNOWN,
        _UNKNOWN,
        lambda line: f"{line.path} ({line.cells['country']})",
    )
    lying, against = labels.contradictions(
        [line.country for line in lines.kept], lines.column("lat"), lines.column("lon")
    )
    for line, code, is_wrong in zip(lines.kept, lying, against, strict=True):
        line.objection = f"{line.path} ({line.country}, {code or '-'})" if is_wrong else ""
        line.country = line.country or code
    lines.drop(lambda line: bool(line.objection), _AGAINST, lambda line: line.objection)
    lines.drop(
        lambda line: line.country is None and not line.is_placed,
        N_("neither country nor position"),
    )


def _writes_na(lines: _Lines) -> bool:
    """Whether cells other than countries are the bare letters NA, as R writes what is not known."""
    return any(
        text.casefold() == "na"
        for line in lines.kept
        for role, text in line.cells.items()
        if role not in ("country", "path")
    )


def _photo(line: _Line) -> ListedPhoto:
    def text_of(role: str) -> str:
        text = line.cells.get(role, "")
        return "" if is_unknown(text) else text

    return ListedPhoto(
        file=line.path,
        country=line.country,
        lat=line.lat,
        lon=line.lon,
        heading=line.heading,
        group=text_of("group"),
        split=SPLITS.get(line.cells.get("split", "").lower(), ""),
        source=text_of("source"),
        kind=text_of("kind"),
    )
