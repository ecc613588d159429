"""Answers as a CSV for spreadsheets (RFC 4180): a row a photo and model."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

from geoloc.results.fields import columns, of_photos, of_prediction
from geoloc.results.locate import PlaceAnswer
from geoloc.results.names import cell
from geoloc.tasks.base import tasks

_SHARE = "{:.6f}"


def as_csv(answers: Sequence[PlaceAnswer]) -> bytes:
    """The `columns` of all tasks, then a probability for every class that a model knows.

    It begins with the mark by which Excel knows UTF-8; cells without a value are empty.
    """
    rows = [row for answer in answers for row in _rows(answer)]
    flat = columns()
    names = [*flat, *sorted({name for row in rows for name in row} - flat.keys())]
    text = io.StringIO(newline="")
    table = csv.DictWriter(text, names, restval="")
    table.writeheader()
    for row in rows:
        table.writerow({name: _cell(value) for name, value in row.items()})
    return text.getvalue().encode("utf-8-sig")


def _rows(answer: PlaceAnswer) -> Iterator[dict[str, Any]]:
    photos = of_photos(answer)
    for task in tasks():
        for prediction in answer.of(task.name):
            shares = {name: _SHARE.format(share) for name, share in task.shares(prediction).items()}
            ms = {"ms": _ms(answer, prediction.model)}
            yield photos | of_prediction(task, prediction) | ms | shares


def _ms(answer: PlaceAnswer, model: str) -> float | None:
    spent = answer.ms.get(model)
    return None if spent is None else round(spent, 1)


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        value = " ".join(value)
    return cell(value) if isinstance(value, str) else value
