"""The models at hand: every checkpoint folder that lies in one place, and what makes it answer."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch

from geoloc.models.ensemble import Ensemble
from geoloc.models.release import CARD, Checkpoint, CheckpointError, load
from geoloc.settings import CHECKPOINTS
from geoloc.tasks.city import CityLocator, open_city
from geoloc.tasks.country import CountryClassifier

Model = CountryClassifier | Ensemble | CityLocator
"""What answers."""


def available(folder: Path = CHECKPOINTS) -> tuple[list[Checkpoint], list[CheckpointError]]:
    """Every usable checkpoint in a folder, by name, and what is wrong with each other one."""
    found, problems = [], []
    for card in sorted(folder.glob(f"*/{CARD}")):
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
    claimed = deciding(checkpoint).get("p50")
    # A card of unknown origin may claim anything, but what is no number cannot be compared.
    return float(claimed) if isinstance(claimed, int | float) else math.inf


def deciding(checkpoint: Checkpoint) -> Mapping[str, Any]:
    """The scores by which models are ranked, none if the card has none: those of val.

    Those of test would flatter the model that they chose.
    """
    metrics = checkpoint.card.get("metrics", {})
    return metrics.get("val") or metrics.get("test") or {}


def load_model(checkpoint: Checkpoint, device: torch.device | None = None) -> Model:
    """What answers by a checkpoint, on a device (default: the best one here).

    Raises:
        CheckpointError: if its weights can't be used, or none of an ensemble's members can.
    """
    return opener(device)(checkpoint)


def opener(device: torch.device | None = None) -> Callable[[Checkpoint], Model]:
    """As `load_model`, but a network that an ensemble asks for as well is loaded once."""
    opened: dict[Path, Model] = {}

    def open_once(checkpoint: Checkpoint) -> Model:
        if checkpoint.folder not in opened:
            opened[checkpoint.folder] = (
                Ensemble(checkpoint, members(checkpoint))
                if checkpoint.members
                else _NETWORKS[checkpoint.task](checkpoint, device)
            )
        return opened[checkpoint.folder]

    def members(ensemble: Checkpoint) -> dict[str, CountryClassifier]:
        found = {}
        for name, weight in ensemble.members.items():
            try:
                member = load(ensemble.folder.parent / name)
                # An ensemble of ensembles could go round in circles.
                if weight > 0 and member.task == "country" and not member.members:
                    found[name] = open_once(member)
            except CheckpointError:
                continue  # the ensemble says itself whom it misses
        return found

    return open_once


_NETWORKS = {"country": CountryClassifier, "city": open_city}
