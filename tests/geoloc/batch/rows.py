"""What a file of answers says of each photo and model, in any format."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet

ENDINGS = (".jsonl", ".csv", ".geojson", ".parquet")

Row = dict[str, Any]


def rows(path: Path) -> list[Row]:
    """The rows of a finished file, but for the time that they took."""
    if path.suffix == ".parquet":
        return _timeless(pyarrow.parquet.read_table(path).to_pylist())
    if path.suffix == ".geojson":
        return _timeless(json.loads(path.read_text(encoding="utf-8"))["features"])
    return written_rows(path)


def written_rows(path: Path) -> list[Row]:
    """The rows that a killed process has written to a file of lines; half a last one counts not."""
    text = path.read_bytes().decode("utf-8-sig", "ignore")
    whole = text[: text.rfind("\n") + 1]
    if path.suffix == ".csv":
        return _timeless(list(csv.DictReader(io.StringIO(whole, newline=""))))
    lines = [line.removesuffix(",") for line in whole.splitlines()]
    if path.suffix == ".geojson":
        lines = [line for line in lines[1:] if line != "]}"]
    return _timeless([json.loads(line) for line in lines])


def _timeless(table: list[Row]) -> list[Row]:
    return [{key: value for key, value in row.items() if key != "ms"} for row in table]
