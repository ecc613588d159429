"""figures, evaluate: the scores of released models, from their cards and anew."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geoloc.models.registry import available
from geoloc.models.release import Release, ReleaseError
from training import data as datasets
from training.arguments import Evaluate, Figures
from training.data import DataError
from training.evaluation import anywhere
from training.evaluation import evaluate as evaluation
from training.evaluation import figures as cards
from training.evaluation.answers import Answers
from training.release import record
from training.tasks.base import training_of

_log = logging.getLogger(__name__)


def figures(arguments: Figures) -> str:
    """The cards' test scores as Markdown.

    Example:
        >>> from training import Figures, figures
        >>> figures(Figures()).startswith("|")
        True
    """
    return cards.markdown(available(arguments.checkpoints)[0])


@dataclass(frozen=True)
class Evaluation:
    """What models were measured to do.

    Attributes:
        on: the split or the data set of the scores.
        scores: each model with its scores there.
        differences: a sentence for each number that a card has otherwise, and each unusable model.
    """

    on: str
    scores: tuple[tuple[Release, dict[str, Any]], ...]
    differences: tuple[str, ...] = ()

    def report(self) -> str:
        """The scores as text for a terminal; nothing without any."""
        return f"All on {self.on}:\n\n{cards.text(self.scores)}" if self.scores else ""


def evaluate(arguments: Evaluate) -> Evaluation:
    """Measure models, and compare with their cards, or write into them.

    Raises:
        ReleaseError: if there is no such model.
        DataError: if the data of a card isn't found, or `on` can't be measured on.

    Example:
        >>> from training import Evaluate, evaluate
        >>> arguments = Evaluate(names=("cnn",), data=(Path("photos"),), split=("test",))
        >>> evaluate(arguments).differences  # doctest: +SKIP
        ()
    """
    models, unusable = _chosen(arguments)
    if arguments.on:
        return _on_other_photos(models, arguments.on, arguments)
    again = datasets.Again(list(arguments.data))
    answers, measured, differences = Answers(arguments.device), [], [*map(str, unusable)]
    for model in models:
        data = again(model.card.data)
        origin = training_of(model.task).elsewhere(model)
        elsewhere = again(origin) if origin else None
        same = data.fingerprint == model.card.data.fingerprint
        if not same:
            differences.append(f"{model.name}: {data.name} is not the data that its card describes")
        for split in arguments.split:
            if not len(data.frames.of_split(split)):
                _log.info("%s: %s has no photos of %s", model.name, data.name, split)
                continue
            scores = evaluation.measure(model, data, split, answers, elsewhere)
            _log.info(evaluation.report(model, split, scores))
            # Scores on other data are no scores of the card's.
            if arguments.write and same:
                model = record(model, split, scores).publish()
            else:
                differences += _compared(model, split, scores)
            if split == arguments.split[-1]:
                measured.append((model, scores))
    return Evaluation(arguments.split[-1], tuple(measured), tuple(differences))


def _chosen(arguments: Evaluate) -> tuple[list[Release], list[ReleaseError]]:
    """The models of these names, and what is wrong with each that can't be used."""
    models, unusable = available(arguments.checkpoints)
    if not (models or unusable):
        raise ReleaseError(
            "no_model",
            "No model in {folder}. Train one, or give --checkpoints its folder.",
            folder=arguments.checkpoints,
        )
    if not arguments.names or arguments.all:
        # What somebody fetched is measured when it is named.
        here = [model for model in models if model.folder.parent == arguments.checkpoints]
        return here, unusable
    by_name = {model.name: model for model in models}
    missing = [name for name in arguments.names if name not in by_name]
    if missing:
        raise ReleaseError(
            "unknown_model",
            "no checkpoint {names}; there are {models}",
            names=", ".join(missing),
            models=", ".join(by_name),
        )
    return [by_name[name] for name in arguments.names], []


def _on_other_photos(models: list[Release], folder: Path, arguments: Evaluate) -> Evaluation:
    """Measure models on all photos of a data set that they haven't learnt from."""
    if arguments.write:
        raise DataError("--write takes the data that cards describe, by --data; --on has others.")
    able = [model for model in models if training_of(model.task).anywhere]
    if not able:
        raise ReleaseError(
            "not_of_countries",
            "Only models of countries or of the world can answer to photos from anywhere.",
        )
    data = datasets.look(folder)
    photos = data.as_one_split("test")
    answers, measured = Answers(arguments.device), []
    for model in able:
        if model.card.data.fingerprint == data.fingerprint:
            raise DataError(f"{model.name} has learnt from {data.name}: give that as --data.")
        scores = anywhere.measure(model, photos, answers)
        _log.info(anywhere.report(model, data.name, scores))
        measured.append((model, scores))
    return Evaluation(data.name, tuple(measured))


def _compared(model: Release, split: str, scores: dict[str, Any]) -> list[str]:
    claimed = model.card.metrics.get(split)
    if claimed is None:
        return [f"{model.name}: its card has no scores of {split}; --write adds them"]
    # Another processor rounds differently, which can tip a photo at the edge of a rank.
    differences = evaluation.differences(scores, claimed.as_json(), 0.01)
    return [f"{model.name} {line}" for line in differences]
