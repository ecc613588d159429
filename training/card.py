"""What a finished run says of itself: its card, but the scores."""

from __future__ import annotations

import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import torch

from geoloc.models.card import Card, Input, Network, Provenance, RecipePart
from training.data import Data
from training.loop.fit import FitResult
from training.loop.recipe import Recipe
from training.tasks.base import Objective, training_of


def card_of(
    name: str,
    recipe: Recipe,
    task: Objective,
    run: FitResult,
    data: Data,
    device: str,
) -> Card:
    """Everything a model says of itself but its calibration and its scores."""
    common: dict[str, Any] = {
        "name": name,
        "network": Network(
            name=recipe.network["name"],
            shape={**recipe.shape, **task.shape},
            parameters=sum(p.numel() for p in run.network.parameters()),
        ),
        "input": Input.of(recipe.input),
        "recipe": RecipePart(**recipe.as_card()),
        "best_epoch": run.best,
        "curves": run.curves,
        "provenance": _provenance(device, run),
    }
    return training_of(task.kind).card(task, recipe, data, common)


def _provenance(device: str, run: FitResult) -> Provenance:
    return Provenance(
        trained=datetime.now(UTC).date(),
        commit=commit(),
        torch=torch.__version__,
        python=platform.python_version(),
        device=device,
        minutes=round(sum(row["seconds"] for row in run.curves) / 60, 1),
    )


def commit() -> str | None:
    """The commit that this code is of, None if it lies in no clone."""
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
