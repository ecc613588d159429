"""The models at hand: every checkpoint folder that lies in one place, and what makes it answer."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import torch

from geoloc.models.card import CityScores, Scores
from geoloc.models.ensemble import Ensemble
from geoloc.models.release import CARD, Checkpoint, CheckpointError, ReplacedError, load
from geoloc.settings import CHECKPOINTS
from geoloc.tasks.city import CityLocator, open_city
from geoloc.tasks.country import CountryClassifier

_ATTEMPTS = 3
"""A release that another one replaces again and again is given up after so many."""

Model = CountryClassifier | Ensemble | CityLocator
"""What answers."""


def available(folder: Path = CHECKPOINTS) -> tuple[list[Checkpoint], list[CheckpointError]]:
    """Every usable checkpoint in a folder, by name, and what is wrong with each other one."""
    found, problems = [], []
    for card in sorted(folder.glob(f"[!.]*/{CARD}")):
        try:
            found.append(load(card.parent))
        except CheckpointError as error:
            problems.append(error)
    return found, problems


def of_task(task: str, folder: Path = CHECKPOINTS) -> list[Checkpoint]:
    """The usable checkpoints of one task, "country" or "city", by name."""
    return [checkpoint for checkpoint in available(folder)[0] if checkpoint.task == task]


def median_error_m(checkpoint: Checkpoint) -> float:
    """What half of a city model's pins keep within by its card, infinite if it claims nothing.

    Models of one city are offered by it, the most exact first.
    """
    scores = deciding(checkpoint)
    claimed = scores.p50 if isinstance(scores, CityScores) else None
    return math.inf if claimed is None else claimed


def deciding(checkpoint: Checkpoint) -> Scores | None:
    """The scores by which models are ranked, None if the card has none: those of val.

    Those of test would flatter the model that they chose.
    """
    metrics = checkpoint.card.metrics
    return metrics.get("val") or metrics.get("test")


def load_model(checkpoint: Checkpoint, device: torch.device | None = None) -> Model:
    """What answers by a checkpoint, on a device (default: the best one here).

    Raises:
        CheckpointError: if its weights can't be used, or none of an ensemble's members can.
    """
    return opener(device)(checkpoint)


def opener(device: torch.device | None = None) -> Callable[[Checkpoint], Model]:
    """As `load_model`, but a network that an ensemble asks for as well is loaded once."""
    opened: dict[tuple[Path, str], Model] = {}

    def open_once(checkpoint: Checkpoint) -> Model:
        key = (checkpoint.folder, checkpoint.card.version)
        if key not in opened:
            opened[key] = _opened(checkpoint)
        return opened[key]

    def _opened(checkpoint: Checkpoint) -> Model:
        for _attempt in range(_ATTEMPTS):
            try:
                if checkpoint.members:
                    return Ensemble(checkpoint, members(checkpoint))
                return _NETWORKS[checkpoint.task](checkpoint, device)
            except ReplacedError as error:
                replaced, checkpoint = error, load(checkpoint.folder)
        raise replaced

    def members(ensemble: Checkpoint) -> dict[str, CountryClassifier]:
        found = {}
        for name, weight in ensemble.members.items():
            try:
                member = load(ensemble.folder.parent / name)
                # An ensemble of ensembles could go round in circles.
                if weight > 0 and member.task == "country" and not member.members:
                    model = open_once(member)
                    if isinstance(model, CountryClassifier):
                        found[name] = model
            except CheckpointError:
                continue  # the ensemble says itself whom it misses
        return found

    return open_once


_NETWORKS: dict[str, Callable[[Checkpoint, torch.device | None], Model]] = {
    "country": CountryClassifier,
    "city": open_city,
}
