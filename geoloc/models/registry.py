"""The models at hand: every checkpoint folder that lies in one place, and what makes it answer."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import torch

from geoloc import settings
from geoloc.models.card import Scores
from geoloc.models.release import CARD, Release, ReleaseError, ReplacedError, load
from geoloc.settings import CHECKPOINTS
from geoloc.tasks.base import task_of
from geoloc.tasks.predictor import Predictor

_ATTEMPTS = 3
"""A release that another one replaces again and again is given up after so many."""

Model = Predictor[Any]
"""What answers; of which kind, its task says."""

_Scored = TypeVar("_Scored", bound=Scores)


def places(folder: Path = CHECKPOINTS) -> tuple[Path, ...]:
    """Where models are looked for: beside the released ones, those that somebody fetched."""
    return (folder, settings.FETCHED) if folder == CHECKPOINTS else (folder,)


def find(name: str | Path, folder: Path = CHECKPOINTS) -> Path:
    """The folder of a model of a name; where it would be, if there is none."""
    found = (place / name for place in places(folder) if (place / name / CARD).is_file())
    return next(found, folder / name)


def available(folder: Path = CHECKPOINTS) -> tuple[list[Release], list[ReleaseError]]:
    """Every usable checkpoint in a folder, by name, and what is wrong with each other one.

    Those that were fetched come last, and none that has the name of a released one.
    """
    usable, problems = [], []
    for card in (card for place in places(folder) for card in sorted(place.glob(f"[!.]*/{CARD}"))):
        if find(card.parent.name, folder) != card.parent:
            continue
        try:
            usable.append(load(card.parent))
        except ReleaseError as error:
            problems.append(error)
    return usable, problems


def of_task(task: str, folder: Path = CHECKPOINTS) -> list[Release]:
    """The usable checkpoints of one task, such as "country", by name."""
    return [checkpoint for checkpoint in available(folder)[0] if checkpoint.task == task]


def median_error_m(checkpoint: Release) -> float:
    """What half of a city model's pins keep within by its card, infinite if it claims nothing.

    Models of one city are offered by it, the most exact first.
    """
    scores = deciding(checkpoint.city_card.metrics)
    return math.inf if scores is None or scores.p50 is None else scores.p50


def deciding(metrics: Mapping[str, _Scored]) -> _Scored | None:
    """Of a card's scores those by which models are ranked, None if it has none: those of val.

    Those of test would flatter the model that they chose.
    """
    return metrics.get("val") or metrics.get("test")


def load_model(checkpoint: Release, device: torch.device | None = None) -> Model:
    """What answers by a checkpoint, on a device (default: the best one here).

    Raises:
        ReleaseError: if its weights can't be used, or none of an ensemble's members can.
    """
    return opener(device)(checkpoint)


def opener(device: torch.device | None = None) -> Callable[[Release], Model]:
    """As `load_model`, but a network that an ensemble asks for as well is loaded once."""
    opened: dict[tuple[Path, str], Model] = {}

    def open_once(checkpoint: Release) -> Model:
        key = (checkpoint.folder, checkpoint.card.version)
        if key not in opened:
            opened[key] = _opened(checkpoint)
        return opened[key]

    def _opened(checkpoint: Release) -> Model:
        for _attempt in range(_ATTEMPTS):
            try:
                return task_of(checkpoint.task).open(checkpoint, device, open_once)
            except ReplacedError as error:
                replaced, checkpoint = error, load(checkpoint.folder)
        raise replaced

    return open_once
