"""Readers of data sets: each turns what lies in a folder into the one table (training.table)."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

from training.sources import country_folders, csv_file, streetlearn
from training.sources.reading import Reading, SourceError
from training.table import validate

__all__ = ["SOURCES", "Reading", "SourceError", "detect", "read"]

SOURCES: dict[str, ModuleType] = {
    "streetlearn": streetlearn,
    "csv": csv_file,
    "folders": country_folders,
}
"""Each has `fits(root) -> bool` and `read(root, ...) -> Reading`; `detect` asks in this order."""


def read(source: str, root: Path | str, **options: Any) -> Reading:
    """Read a data set.

    Args:
        source: a name in SOURCES, or "auto" to go by what lies there.
        root: the data set's folder; for "csv" also the file itself.
        options: the reader's own, such as `offsets` and `block_m` for "streetlearn".

    Returns:
        The table, validated, and what was skipped on the way.

    Raises:
        SourceError: if nothing there can be read; the message says what was looked for.
        TableError: if what was read breaks a rule of the table.
    """
    root = Path(root).expanduser().resolve()
    if not root.exists():
        raise SourceError(f"There is no {root}. Check the path of the data set.")
    if source == "auto":
        source = detect(root)
    if source not in SOURCES:
        raise SourceError(f"No source is called {source!r}. There are: auto, {', '.join(SOURCES)}.")
    reading = SOURCES[source].read(root, **options)
    if reading.table.empty:
        raise SourceError(f"No photo in {root} can be used. {reading.problems}")
    validate(reading.table)
    return reading


def detect(root: Path) -> str:
    """The name of the first source that what lies in `root` fits.

    Raises:
        SourceError: if none does.
    """
    for name, reader in SOURCES.items():
        if reader.fits(root):
            return name
    raise SourceError(
        f"No data set was recognised in {root}. It may hold StreetLearn's nodes.txt beside its "
        "panoramas; or a CSV with the columns path and either country or lat and lon; or folders "
        "named after countries (France, FR or FRA) with photos in them."
    )
