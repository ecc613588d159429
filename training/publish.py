"""From a finished run to a checkpoint folder that the app sees."""

from __future__ import annotations

import dataclasses
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import torch

from geoloc import checkpoint as checkpoints
from geoloc.balance import described
from geoloc.checkpoint import Checkpoint
from training import city, evaluate
from training.crops import averaging
from training.data import Data
from training.fit import Run
from training.places import Places
from training.recipe import Recipe
from training.tasks import Countries, Position


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
        "input": recipe.input.as_card(),
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
        card["data"]["plan"] = _plan(recipe, data)
        if recipe.sampling:
            card["data"]["sources"] = data.sources()
    else:
        card["title"] = f"{recipe.title}, {task.city.title}"
        card["city"] = dataclasses.asdict(task.city)
        card["data"]["coverage"] = data.coverage(task.city.box).to_card()
    if isinstance(task, Places):
        card["city"]["cells"] = task.cells.to_card()
    return card


def _plan(recipe: Recipe, data: Data) -> dict[str, float]:
    """Items of each country in an epoch on average."""
    if recipe.sampling is None:
        return described.items(data.countries()["train"], recipe.balance)
    table = data.frames.table[data.frames.table.split == "train"]
    labels = pd.factorize(table.country, sort=True)[0]
    times = pd.Series(recipe.sampling.expected(labels, table.source.to_numpy()))
    return times.groupby(table.country.to_numpy()).sum().round(2).to_dict()


def publish(
    folder: Path, run: Run, card: dict[str, Any], data: Data, device: torch.device
) -> Checkpoint:
    """Write the checkpoint, calibrate it on val and measure it on val; test is for `evaluate`."""
    released = checkpoints.save(folder, run.network, card)
    if released.task == "city" and hasattr(run.network, "describe"):
        if getattr(run.network, "frozen", None):
            released = averaging(released)
        checkpoints.save_views(folder, city.views_of(released, data, device))
    calibrate = {"country": evaluate.calibrate, "city": city.calibrate}[released.task]
    released = calibrate(released, data, device)
    return record(released, "val", evaluate.evaluate(released, data, "val", device))


def record(checkpoint: Checkpoint, split: str, scores: dict[str, Any]) -> Checkpoint:
    """The checkpoint with these scores of one split in its card."""
    metrics = {**checkpoint.card["metrics"], split: scores}
    return checkpoints.save_card(checkpoint.folder, {**checkpoint.card, "metrics": metrics})


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
        told = subprocess.run(
            ["git", "rev-parse", "--short=12", "HEAD"],
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return told.stdout.strip()
