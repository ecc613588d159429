"""Answers as a CSV for spreadsheets (RFC 4180): a row a photo and model."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from geoloc.results.fields import columns, flat_rows
from geoloc.results.locate import PlaceAnswer
from geoloc.results.names import cell

BOM = "\ufeff"
"""The mark by which Excel knows UTF-8."""

LINE_END = "\r\n"

_SHARE = "{:.6f}"


def as_csv(answers: Sequence[PlaceAnswer]) -> bytes:
    """The `columns` of all tasks, then a probability for every class that a model knows.

    It begins with the mark by which Excel knows UTF-8; cells without a value are empty.
    """
    rows = [row for answer in answers for row in flat_rows(answer)]
    flat = columns()
    names = [*flat, *sorted({name for row in rows for name in row} - flat.keys())]
    lines = [csv_line(names), *(csv_row(names, row) for row in rows)]
    return (BOM + "".join(line + LINE_END for line in lines)).encode()


def csv_row(names: Sequence[str], row: dict[str, Any]) -> str:
    """A row as a line without its end: `columns` as they are, shares of classes with six digits."""
    flat = columns()
    return csv_line(
        row.get(name) if name in flat or row.get(name) is None else _SHARE.format(row[name])
        for name in names
    )


def csv_line(values: Iterable[Any]) -> str:
    """Values as a line without its end; none of them is a formula to a spreadsheet."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="").writerow(map(_cell, values))
    return text.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        value = " ".join(value)
    return cell(value) if isinstance(value, str) else value
