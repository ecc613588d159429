"""The models at hand: every checkpoint folder that lies in one place."""

from __future__ import annotations

import os
from pathlib import Path

from geoloc.checkpoint import CARD, Checkpoint, CheckpointError, load

CHECKPOINTS = Path(
    os.environ.get("GEOLOC_CHECKPOINTS") or Path(__file__).parents[1] / "checkpoints"
)
"""Where models are published; the environment variable GEOLOC_CHECKPOINTS names another folder."""


def available(folder: Path = CHECKPOINTS) -> tuple[list[Checkpoint], list[str]]:
    """Every usable checkpoint in a folder, by name, and a sentence for each unusable one."""
    found, problems = [], []
    for card in sorted(folder.glob(f"*/{CARD}")):
        try:
            found.append(load(card.parent))
        except CheckpointError as error:
            problems.append(str(error))
    return found, problems


def of_task(task: str, folder: Path = CHECKPOINTS) -> list[Checkpoint]:
    """The usable checkpoints of one task, "country" or "city", by name."""
    return [checkpoint for checkpoint in available(folder)[0] if checkpoint.task == task]
