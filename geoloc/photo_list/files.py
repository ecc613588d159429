"""Which file of a folder is the table, and which of its files are photos."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from geoloc.errors import Notice, joined
from geoloc.photo_list.columns import Columns, columns_of, not_understood
from geoloc.photo_list.errors import PhotoListError
from geoloc.photo_list.text import text_of

ENDINGS = (".csv", ".tsv")

_HEAD = 1 << 16
_TOLD = 3


def find(place: Path) -> Path:
    """The one table that lists photos: `place` itself, or in the folder `place`.

    Raises:
        PhotoListError: if none does, or several do; the message names the tables, their columns,
            and what was looked for.
    """
    tables = fitting(place)
    if len(tables) == 1:
        return tables[0]
    if tables:
        raise PhotoListError(
            "several_tables",
            "{folder} holds several tables that list photos: {names}. Name the one that is meant.",
            folder=place,
            names=", ".join(path.name for path in tables),
        )
    seen = tables_in(place)
    if not seen:
        raise PhotoListError(
            "no_table",
            "There is no CSV in {folder}. Put one beside the photos, or name it.",
            folder=place,
        )
    raise PhotoListError(
        "no_photos", "{folder}: {objections}", folder=place, objections=objections(seen)
    )


def objections(tables: Sequence[Path]) -> Notice:
    """Why these tables list no photos: what each has, and what was looked for."""
    notices = [notice for notice in map(_objection, tables[:_TOLD]) if notice]
    if len(tables) > _TOLD:
        count = len(tables) - _TOLD
        notices.append(
            Notice("more_tables", "{count:,} more tables list no photos.", {"count": count})
        )
    return joined(notices)


def fitting(place: Path) -> list[Path]:
    """The tables that list photos: `place` itself, or those in the folder `place`; never raises."""
    return [path for path in tables_in(place) if _objection(path) is None]


def columns_in(path: Path) -> Columns:
    """The columns of a table, by its beginning.

    Raises:
        PhotoListError: if it is no text.
    """
    return columns_of(text_of(path, _HEAD))


def files_in(folder: Path) -> list[str]:
    """Names of the files in a folder, sorted; none if it cannot be listed."""
    # One listing a folder: asking for each of 60,000 files by name would take far longer.
    try:
        with os.scandir(folder) as entries:
            return sorted(entry.name for entry in entries if entry.is_file())
    except (OSError, ValueError):
        return []


def _objection(path: Path) -> Notice | None:
    """Why a table lists no photos; None if it does."""
    try:
        columns = columns_in(path)
    except PhotoListError as error:
        return error.notice
    return None if columns.lists_photos else not_understood(path.name, columns)


def tables_in(place: Path) -> list[Path]:
    """The file itself, or what is called a table in a folder."""
    if place.is_file():
        return [place]
    names = [name for name in files_in(place) if name.lower().endswith(ENDINGS)]
    return [place / name for name in names if not name.startswith(".")]
