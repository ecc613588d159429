"""The ablation: one short run repeated with a part of its recipe exchanged, over several seeds.

Every run sees about as many photos: a variant that shows more of them an epoch gets fewer epochs,
or growth would be praised for training longer. Everything is measured on val; test stays unread.
"""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import softmax

from geoloc.balance import Balance, prior_shift
from geoloc.countries import LEFT_DRIVING
from geoloc.models.calibration import fit_temperature_and_prior
from training.data import Data
from training.evaluation.metrics import log_loss, macro_recall, top_k
from training.loop import recipe
from training.loop.fit import Trainer, predict
from training.loop.recipe import Recipe, RecipeError
from training.tasks.tasks import Countries

_log = logging.getLogger(__name__)

FOLDER = Path(str(files("training"))) / "ablations"
BASE, VARIANTS = FOLDER / "cnn-small.toml", FOLDER / "balance.toml"

READINGS = {
    "raw": "as trained",
    "natural": "prior moved back",
    "even": "all countries alike",
}
"""How a network's logits are read: as they are; with temperature and prior fitted on val, as
calibration does; and from there on as if all countries were equally frequent, by which methods that
only move the prior are told from those that see more."""

SHOWN = (
    ("raw", "top1", "top-1"),
    ("raw", "macro_recall", "macro recall"),
    ("raw", "log_loss", "log loss"),
    ("natural", "top1", "top-1"),
    ("natural", "macro_recall", "macro recall"),
    ("natural", "log_loss", "log loss"),
    ("natural", "left_recall", "recall where traffic keeps left"),
    ("natural", "side", "right side of the road"),
    ("even", "macro_recall", "macro recall"),
)
"""The columns of the table: reading, score, title."""

Builder = Callable[[Recipe, Path], Trainer]
"""Makes the trainer of a recipe whose state lies in a folder."""


@dataclass(frozen=True)
class Variant:
    """One row of the table.

    Attributes:
        name: short, for commands and files.
        title: for people.
        sections: what it exchanges, as `training.loop.recipe.changed` takes it.
    """

    name: str
    title: str
    sections: dict[str, Any]

    def of(self, base: Recipe, seed: int, counts: np.ndarray) -> Recipe:
        """The base recipe with the variant's changes, for as many photos as the base would see.

        Args:
            base: what every variant shares.
            seed: of the run.
            counts: training photos of each class, (N,).
        """
        named = replace(base, name=f"{base.name}-{self.name}")
        chosen = recipe.changed(named, self.sections)
        growth = chosen.balance.sizes(counts).sum() / counts.sum()
        epochs = max(1, round(chosen.fit.epochs / growth))
        return recipe.changed(chosen, {"fit": {"epochs": epochs, "seed": seed}})


@dataclass(frozen=True)
class Study:
    """What is compared: variants of a base recipe, each trained with every seed."""

    base: Recipe
    variants: tuple[Variant, ...]
    seeds: tuple[int, ...]


def load(path: Path = VARIANTS, only: Sequence[str] = ()) -> tuple[Variant, ...]:
    """The variants of a TOML file, or some of them by name.

    Raises:
        RecipeError: if the file is none, or does not have one of these names.
    """
    try:
        text = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RecipeError(f"no readable variants in {path}: {error}") from error
    for name, section in text.items():
        if not (isinstance(section, dict) and isinstance(section.get("title"), str)):
            raise RecipeError(f"{path.name}: [{name}] is a section with a title")
    missing = [name for name in only if name not in text]
    if missing:
        raise RecipeError(f"{path.name} has no {', '.join(missing)}; it has {', '.join(text)}")
    return tuple(
        Variant(name, section["title"], {k: v for k, v in section.items() if k != "title"})
        for name, section in text.items()
        if not only or name in only
    )


def ablate(
    study: Study,
    data: Data,
    folder: Path,
    build: Builder,
) -> dict[str, Any]:
    """Train what is not trained yet, seed by seed, and compare.

    Args:
        study: what is compared.
        data: trained on its train split, measured on val.
        folder: holds a line for each finished run in runs.jsonl, and states of unfinished ones.
        build: makes the trainer of a run of countries.

    Returns:
        What `comparison` gives.
    """
    counts = np.array(list(data.countries()["train"].values()))
    planned = [(v, v.of(study.base, seed, counts)) for seed in study.seeds for v in study.variants]
    file = folder / "runs.jsonl"
    lines = []
    for number, (variant, chosen) in enumerate(planned, start=1):
        key = _key(chosen, data)
        line = _finished(file).get(key)
        if line is None:
            line = {"run": key, "variant": variant.name, "seed": chosen.fit.seed}
            line |= _trained(build(chosen, folder / key), counts)
            _append(file, line)
        shutil.rmtree(folder / key, ignore_errors=True)
        lines.append(line)
        title = f"{variant.title}, seed {chosen.fit.seed}"
        _log.info("%d/%d  %s: %s", number, len(planned), title, _summary(line))
    return comparison(study, data, lines)


def _key(chosen: Recipe, data: Data) -> str:
    text = json.dumps([chosen.as_card(), data.fingerprint], sort_keys=True)
    return f"{chosen.name}-{chosen.fit.seed}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def _finished(file: Path) -> dict[str, dict[str, Any]]:
    """Lines by run. A line that a killed run left unfinished is none: the run is measured again."""
    lines = {}
    for line in file.read_text(encoding="utf-8").splitlines() if file.is_file() else []:
        try:
            run = json.loads(line)
        except ValueError:
            continue
        lines[run["run"]] = run
    return lines


def _append(file: Path, line: dict[str, Any]) -> None:
    broken = file.is_file() and not file.read_bytes().endswith(b"\n")
    with file.open("a", encoding="utf-8") as lines:
        lines.write("\n" * broken + json.dumps(line) + "\n")


def _trained(trainer: Trainer, counts: np.ndarray) -> dict[str, Any]:
    run, task, frames, chosen = trainer.run(), trainer.task, trainer.frames, trainer.recipe
    assert isinstance(task, Countries), task.kind
    network = run.network.to(trainer.device)
    logits = predict(network, frames, trainer.val, trainer.device).numpy()
    truth = task.truth(frames.table)[trainer.val]
    return {
        "epochs": len(run.curves),
        "best_epoch": run.best,
        "photos": sum(row["photos"] for row in run.curves),
        "minutes": round(sum(row["seconds"] for row in run.curves) / 60, 2),
        "scores": scores(logits, truth, task.classes, chosen.balance, counts),
        "recipe": chosen.as_card(),
    }


def scores(
    logits: np.ndarray,
    truth: np.ndarray,
    classes: Sequence[str],
    balance: Balance,
    counts: np.ndarray,
) -> dict[str, dict[str, float]]:
    """Scores of each of the `READINGS`.

    Args:
        logits: of val, (B, N).
        truth: true classes, (B,).
        classes: ISO codes in the order of the columns.
        balance: the method trained with.
        counts: training photos of each class, (N,).

    Returns:
        "top1", "macro_recall", "log_loss"; "left_recall": the share recognised of photos from
        countries that drive on the left, left out where there is none; "side": the share answered
        with a country that drives on the true one's side.
    """
    prior = prior_shift(balance, counts)
    temperature, weight = fit_temperature_and_prior(logits, prior, truth)
    natural = logits / temperature + weight * prior
    even = natural - np.log(counts / counts.sum())
    left = np.array([code in LEFT_DRIVING for code in classes])
    read = {"raw": logits, "natural": natural, "even": even}
    return {name: _scores(softmax(read[name], axis=1), truth, left) for name in READINGS}


def _scores(probabilities: np.ndarray, truth: np.ndarray, left: np.ndarray) -> dict[str, float]:
    correct = top_k(probabilities, truth, 1)
    keeps_left = left[truth]
    side = left[probabilities.argmax(axis=1)] == keeps_left
    scores = {
        "top1": correct.mean(),
        "macro_recall": macro_recall(correct.astype(float), truth),
        "log_loss": log_loss(probabilities, truth),
        "side": side.mean(),
    }
    if keeps_left.any():
        scores["left_recall"] = correct[keeps_left].mean()
    return {key: float(value) for key, value in scores.items()}


def comparison(study: Study, data: Data, lines: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Means over the seeds and their standard deviations, as JSON.

    Args:
        study: what was compared.
        data: what it was compared on.
        lines: one for each of the study's runs.
    """
    rows = []
    for variant in study.variants:
        own = [line for line in lines if line["variant"] == variant.name]
        rows.append(
            {
                "name": variant.name,
                "title": variant.title,
                "changes": variant.sections,
                "epochs": own[0]["epochs"],
                "photos": float(np.mean([line["photos"] for line in own])),
                "minutes": float(np.mean([line["minutes"] for line in own])),
                "scores": {reading: _spread(own, reading) for reading in READINGS},
            }
        )
    return {
        "data": data.described().model_dump(mode="json", exclude_none=True),
        "split": "val",
        "recipe": study.base.as_card(),
        "seeds": list(study.seeds),
        "variants": rows,
    }


def _spread(lines: list[dict[str, Any]], reading: str) -> dict[str, dict[str, float]]:
    """Each score's mean, and its standard deviation where there are several seeds."""
    spread = {}
    for key in lines[0]["scores"][reading]:
        values = [line["scores"][reading][key] for line in lines]
        spread[key] = {"mean": float(np.mean(values))}
        if len(values) > 1:
            spread[key]["deviation"] = float(np.std(values, ddof=1))
    return spread


def markdown(compared: dict[str, Any]) -> str:
    """The comparison as a table, a row a variant."""
    titles = [f"{score}, {READINGS[reading]}" for reading, _, score in SHOWN]
    rows = [["", *titles], ["---"] * (1 + len(SHOWN))]
    for variant in compared["variants"]:
        cells = [_cell(variant["scores"][reading].get(key)) for reading, key, _ in SHOWN]
        rows.append([variant["title"], *cells])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _cell(spread: dict[str, float] | None) -> str:
    if spread is None:
        return "–"
    deviation = f" ± {spread['deviation']:.3f}" if "deviation" in spread else ""
    return f"{spread['mean']:.3f}{deviation}"


def _summary(line: dict[str, Any]) -> str:
    scores = line["scores"]["natural"]
    return (
        f"top-1 {scores['top1']:.3f}, macro recall {scores['macro_recall']:.3f}, "
        f"log loss {scores['log_loss']:.3f} after {line['epochs']} epochs, "
        f"{line['minutes']} minutes"
    )
