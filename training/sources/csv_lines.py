"""Finding a data set's CSV, and its known columns as text."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd

from training.sources.reading import SourceError, files_in
from training.table import Problems

_NAMES = {
    "path": ("path", "file", "filename", "file_name", "image", "image_path"),
    "country": ("country", "country_code", "iso2"),
    "lat": ("lat", "latitude"),
    "lon": ("lon", "lng", "long", "longitude"),
    "heading": ("heading", "angle", "compass"),
    "group": ("block", "group", "place_id"),
    "split": ("split",),
    "source": ("source",),
    "kind": ("kind",),
}


def find(root: Path) -> Path:
    """The one CSV that fits: `root` itself, or in the folder `root`.

    Raises:
        SourceError: if none fits, or several.
    """
    candidates = fitting(root)
    if len(candidates) == 1:
        return candidates[0]
    if candidates:
        names = ", ".join(path.name for path in candidates)
        raise SourceError(f"{root} holds several CSVs that fit: {names}. Give one of these files.")
    seen = ", ".join(path.name for path in _csvs(root)) or "none"
    raise SourceError(
        f"No CSV in {root} has the columns path and either country or lat and lon "
        f"(CSVs looked at: {seen}). Name the columns so in the first line."
    )


def fitting(root: Path) -> list[Path]:
    """The CSVs with a path column and either a country or coordinates."""
    found = []
    for path in _csvs(root):
        roles = _roles(_header(path)[0])
        if "path" in roles and ("country" in roles or {"lat", "lon"} <= roles.keys()):
            found.append(path)
    return found


def read(path: Path, problems: Problems) -> pd.DataFrame:
    """The known columns that are there, as stripped text, one row a line.

    Raises:
        SourceError: if the file is not UTF-8 text.
    """
    # pandas' own reader would take "NA", Namibia, for a gap, and shift lines with a field too many.
    header, delimiter = _header(path)
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows = [row for row in csv.reader(lines, delimiter=delimiter) if row][1:]
    except (UnicodeDecodeError, csv.Error) as error:
        raise SourceError(
            f"{path} is not a readable CSV ({error}). Save it as comma-separated UTF-8 text."
        ) from error
    whole = [row for row in rows if len(row) == len(header)]
    problems.add(
        f"line has not {len(header)} fields",
        *(delimiter.join(row) for row in rows if len(row) != len(header)),
    )
    texts = {role: [row[i].strip() for row in whole] for role, i in _roles(header).items()}
    return pd.DataFrame(texts, dtype="str")


def _csvs(root: Path) -> list[Path]:
    if root.is_file():
        return [root]
    return [root / name for name in files_in(root) if name.lower().endswith(".csv")]


def _header(path: Path) -> tuple[list[str], str]:
    """The first line's fields and what separates them."""
    with path.open("rb") as file:
        line = file.readline(1 << 16).decode("utf-8-sig", errors="replace")
    delimiter = max(",;\t", key=line.count)
    return next(csv.reader([line.strip("\r\n")], delimiter=delimiter), []), delimiter


def _roles(header: list[str]) -> dict[str, int]:
    """The position of each known column in the header."""
    names = [name.strip().lower() for name in header]
    found = {role: [n for n in aliases if n in names] for role, aliases in _NAMES.items()}
    return {role: names.index(present[0]) for role, present in found.items() if present}
