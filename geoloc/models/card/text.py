"""Cards as text: card.json read and written, and its JSON Schema."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any, Union

from pydantic import TypeAdapter, ValidationError

from geoloc.errors import GeolocError
from geoloc.models.card.cards import FORMAT, Card
from geoloc.models.card.lift import lift
from geoloc.tasks.base import task_of, tasks

_NUMBERS = re.compile(r"\[\s+(?:-?[\d.]+(?:e[+-]?\d+)?,?\s+)+\]")
_NEEDED = {"format", "name", "title", "task", "network", "data"}


class CardError(GeolocError):
    """What is no card, or one that contradicts itself, in a sentence without its folder's name."""


@lru_cache(maxsize=128)
def parse(text: str) -> Card:
    """A card from card.json, one of format 1 lifted; the same text gives the same card.

    Raises:
        CardError: if it is no card, or damaged.
    """
    try:
        card = json.loads(text)
    except (RecursionError, ValueError) as error:
        raise CardError(
            "card_unreadable",
            "no readable card.json ({error})",
            error=error,
        ) from error
    whole = isinstance(card, dict) and card.keys() >= _NEEDED
    if not whole or card["format"] not in (1, FORMAT):
        raise CardError(
            "not_a_card",
            "card.json is not a model card of format {format}.",
            format=FORMAT,
        )
    return of_json(lift(card) if card["format"] == 1 else card)


def of_json(card: dict[str, Any]) -> Card:
    """A card of format 2 from what its JSON holds.

    Raises:
        CardError: if it contradicts itself.

    Example:
        >>> card = of_json({
        ...     "name": "small", "title": "Small", "task": "country", "classes": ["FR", "IT"],
        ...     "network": {"name": "cnn", "shape": {"outputs": 2}}, "data": {},
        ... })
        >>> card.calibration.temperature
        1.0
    """
    try:
        task = task_of(str(card.get("task")))
    except KeyError:
        task = None
    if task is None or not card.get(task.about):
        raise CardError(
            "card_without_task",
            "card.json has neither the classes, the city nor the cells of its task.",
        )
    try:
        return task.card_type(card).model_validate(card)
    except (OverflowError, RecursionError, ValidationError) as error:
        raise CardError(
            "card_damaged",
            "card.json is damaged ({error}). Take the folder from its release again.",
            error=_reason(error),
        ) from error


def _reason(error: Exception) -> str:
    """What is wrong first, and where."""
    if not isinstance(error, ValidationError):
        return f"{type(error).__name__}: {error}"
    problems = error.errors(include_url=False, include_input=False)
    first = problems[0]
    place = ".".join(str(key) for key in first["loc"])
    reason = first["msg"].removeprefix("Value error, ")
    more = f", and {len(problems) - 1} more" if len(problems) > 1 else ""
    return f"{place}: {reason}{more}" if place else f"{reason}{more}"


def as_json(card: Card) -> dict[str, Any]:
    """What card.json holds of it."""
    parts = card.model_dump(mode="json", exclude_unset=True, exclude_none=True)
    return {"format": FORMAT, **parts}


def as_text(card: Card) -> str:
    """The content of card.json."""
    text = json.dumps(as_json(card), indent=1, ensure_ascii=False) + "\n"
    # A grid of ten thousand numbers on as many lines would bury the rest.
    return _NUMBERS.sub(lambda match: " ".join(match[0].split()), text)


def schema() -> str:
    """The JSON Schema of cards, as docs/card.schema.json holds it."""
    types = tuple(kind for task in tasks() for kind in task.cards)
    any_kind: Any = Union[types]  # noqa: UP007 - made here
    any_card = TypeAdapter(any_kind).json_schema(mode="validation")
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The card of a model of “Where am I?”, format 2",
    }
    return json.dumps(head | any_card, indent=1, ensure_ascii=False) + "\n"
