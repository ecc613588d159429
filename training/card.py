"""What a finished run says of itself: its card, but the scores."""

from __future__ import annotations

import dataclasses
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import torch

from geoloc.balance import described
from geoloc.photo.inputs import DESCRIPTION
from training.data import Data
from training.loop.fit import Run
from training.loop.recipe import Recipe
from training.tasks.places import Places
from training.tasks.tasks import Countries, Position


def card_of(
    name: str,
    recipe: Recipe,
    task: Countries | Position | Places,
    run: Run,
    data: Data,
    device: str,
) -> dict[str, Any]:
    """Everything a model says of itself but its scores."""
    card: dict[str, Any] = {
        "name": name,
        "title": recipe.title,
        "task": task.kind,
        "network": {
            "name": recipe.network["name"],
            "shape": {**recipe.shape, **task.shape},
            "parameters": sum(p.numel() for p in run.network.parameters()),
        },
        "input": DESCRIPTION,
        "calibration": {"temperature": 1.0},
        "data": data.described(),
        "recipe": recipe.as_card(),
        "best_epoch": run.best,
        "curves": run.curves,
        "metrics": {},
        "provenance": _provenance(device, run),
    }
    if isinstance(task, Countries):
        card["classes"] = list(task.classes)
        card["data"]["countries"] = data.countries()
        card["data"]["plan"] = described.items(data.countries()["train"], recipe.balance)
    else:
        card["title"] = f"{recipe.title}, {task.city.title}"
        card["city"] = dataclasses.asdict(task.city)
        card["data"]["coverage"] = data.coverage(task.city.box).to_card()
    if isinstance(task, Places):
        card["city"]["cells"] = task.cells.to_card()
    return card


def _provenance(device: str, run: Run) -> dict[str, Any]:
    return {
        "trained": datetime.now(UTC).date().isoformat(),
        "commit": _commit(),
        "torch": torch.__version__,
        "python": platform.python_version(),
        "device": device,
        "minutes": round(sum(row["seconds"] for row in run.curves) / 60, 1),
    }


def _commit() -> str | None:
    try:
        git = subprocess.run(
            ["git", "rev-parse", "--short=12", "HEAD"],
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return git.stdout.strip()
