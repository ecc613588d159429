"""Answers as JSON (RFC 8259), every country of every model: the objects that the command writes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from geoloc.results.locate import PlaceAnswer
from geoloc.results.names import harmless


def record(answer: PlaceAnswer, together: bool) -> dict[str, Any]:
    """One answer as JSON values.

    Args:
        answer: of one photo, or of several of one place.
        together: whether it is one of several photos; then `photos` has the list of them.
    """
    files = [file.as_json() | {"photo": harmless(file.name)} for file in answer.files]
    return ({"photos": files} if together else files[0]) | answer.as_json()


def as_json(answers: Sequence[PlaceAnswer]) -> bytes:
    """A list of records."""
    records = [record(answer, together=len(answer.files) > 1) for answer in answers]
    text = json.dumps(records, ensure_ascii=False, allow_nan=False, indent=1)
    return f"{text}\n".encode()
