"""Which photos: of folders, lists and tables, one path after the other, always in one order.

Nothing but the names of one folder is in memory at a time, so that any number of photos will do,
and the order is the same each time, so that a run that was stopped goes on where it stopped.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path, PurePosixPath

from geoloc.batch.address import fsspec, is_address
from geoloc.batch.errors import BatchError
from geoloc.photo import is_photo_name
from geoloc.photo_list import PhotoListError
from geoloc.photo_list.files import columns_in
from geoloc.results import arrow

LISTS = (".txt", ".lst", ".list")
"""Endings of files with a path a line."""

TABLES = (".csv", ".tsv")
PARQUET = ".parquet"
_ROWS = 10_000


def photos_in(places: Sequence[str], recursive: bool = False) -> Iterator[str]:
    """The paths of all photos that some places hold.

    Args:
        places: each a photo, a folder, a bucket (any address that fsspec opens), a text file with a
            path a line, or a CSV or Parquet table with a column `path`. Paths in a list are
            relative to it.
        recursive: whether folders within folders are looked into.

    Raises:
        BatchError: while it goes on, if a list or a table can't be read.

    Example:
        >>> list(photos_in(["a.jpg", "b.jpg"]))
        ['a.jpg', 'b.jpg']
    """
    for place in places:
        yield from _photos(place, recursive)


def count(places: Sequence[str], recursive: bool = False) -> int:
    """How many photos there are."""
    return sum(1 for _photo in photos_in(places, recursive))


def _photos(place: str, recursive: bool) -> Iterator[str]:
    path, ending = Path(place), PurePosixPath(place).suffix.lower()
    if is_address(place):
        return _of_bucket(place, recursive)
    if path.is_dir():
        return _of_parquet(path) if ending == PARQUET else _of_folder(path, recursive)
    if ending in LISTS:
        return _of_list(path)
    if ending in TABLES:
        return _of_table(path)
    if ending == PARQUET:
        return _of_parquet(path)
    return iter([place])


def _of_folder(folder: Path, recursive: bool) -> Iterator[str]:
    for inside, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if recursive and not name.startswith("."))
        for name in sorted(files):
            if is_photo_name(name):
                yield os.path.join(inside, name)


def _of_bucket(place: str, recursive: bool) -> Iterator[str]:
    files, root = fsspec().core.url_to_fs(place)
    if not files.isdir(root):
        yield place
        return
    for name in files.find(root, maxdepth=None if recursive else 1):
        if is_photo_name(name):
            yield files.unstrip_protocol(name)


def _of_list(path: Path) -> Iterator[str]:
    try:
        with path.open(encoding="utf-8-sig", errors="surrogateescape") as lines:
            for line in lines:
                if line.strip():
                    yield _beside(path, line.rstrip("\r\n"))
    except OSError as error:
        raise _unreadable(path, error) from error


def _of_table(path: Path) -> Iterator[str]:
    try:
        columns = columns_in(path)
        if "path" not in columns.roles:
            raise _pathless(path, columns.names)
        # By rows, unlike `photo_list.read`, whose tables are small enough to be judged as a whole.
        with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
            rows = csv.reader(file, delimiter=columns.delimiter)
            for row in islice(rows, columns.row + 1, None):
                if len(row) > columns.roles["path"]:
                    yield _beside(path, row[columns.roles["path"]])
    except (OSError, csv.Error, PhotoListError) as error:
        raise _unreadable(path, error) from error


def _of_parquet(path: Path) -> Iterator[str]:
    for file in sorted(path.glob(f"*{PARQUET}")) if path.is_dir() else [path]:
        yield from _of_one_parquet(file)


def _of_one_parquet(path: Path) -> Iterator[str]:
    parquet = arrow.library("pyarrow.parquet")
    try:
        with parquet.ParquetFile(path) as table:
            if "path" not in table.schema_arrow.names:
                raise _pathless(path, table.schema_arrow.names)
            for batch in table.iter_batches(_ROWS, columns=["path"]):
                for name in batch.column(0).to_pylist():
                    yield _beside(path, str(name))
    except (OSError, ValueError) as error:
        if isinstance(error, BatchError):
            raise
        raise _unreadable(path, error) from error


def _beside(table: Path, name: str) -> str:
    return name if is_address(name) else os.path.join(table.parent, name)


def _pathless(path: Path, names: Sequence[str]) -> BatchError:
    return BatchError(
        "no_path_column",
        "{file} has no column of photos: it has {columns}. Call the one that holds the photos' "
        "files: path.",
        file=path.name,
        columns=", ".join(names),
    )


def _unreadable(path: Path, error: Exception) -> BatchError:
    return BatchError(
        "list_unreadable",
        "{file} can't be read as a list of photos: {error}",
        file=path.name,
        error=str(error),
    )
