"""Answers as a CSV for spreadsheets (RFC 4180): a row a photo and model."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

from geoloc.results.fields import FIELDS, PROBABILITY, of_country, of_photos, of_pin
from geoloc.results.locate import Answer
from geoloc.results.names import cell


def as_csv(answers: Sequence[Answer]) -> bytes:
    """The columns of `FIELDS`, then a probability for every country that a model knows.

    It begins with the mark by which Excel knows UTF-8; cells without a value are empty.
    """
    codes = sorted({code for answer in answers for p in answer.countries for code in p.codes})
    columns = [*FIELDS, *(PROBABILITY + code for code in codes)]
    text = io.StringIO(newline="")
    table = csv.DictWriter(text, columns, restval="")
    table.writeheader()
    for answer in answers:
        for row in _rows(answer):
            table.writerow({column: _cell(value) for column, value in row.items()})
    return text.getvalue().encode("utf-8-sig")


def _rows(answer: Answer) -> Iterator[dict[str, Any]]:
    photos = of_photos(answer)
    for prediction in answer.countries:
        told = of_country(prediction)
        shares = {
            PROBABILITY + code: f"{share:.6f}"
            for code, share in prediction.top(len(prediction.codes))
        }
        likely = " ".join(told["likely"] or ())
        ms = {"ms": _ms(answer, prediction.model)}
        yield photos | told | {"likely": likely} | ms | shares
    for pin in answer.cities:
        yield photos | of_pin(pin) | {"ms": _ms(answer, pin.model)}


def _ms(answer: Answer, model: str) -> float | None:
    spent = answer.ms.get(model)
    return None if spent is None else round(spent, 1)


def _cell(value: Any) -> Any:
    return cell(value) if isinstance(value, str) else value
