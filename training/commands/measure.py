"""figures, evaluate: the scores of released models, from their cards and anew."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from geoloc.models import release as checkpoints
from geoloc.models.registry import available
from geoloc.models.release import Checkpoint, CheckpointError
from training import data as datasets
from training.data import DataError
from training.evaluation import evaluate as evaluation
from training.evaluation import figures as cards
from training.evaluation.answers import Answers
from training.publish import record
from training.tasks import city


def figures(asked: argparse.Namespace) -> int:
    """Print the cards' test scores as Markdown."""
    print(cards.markdown(available(asked.checkpoints)[0]))
    return 0


def evaluate(asked: argparse.Namespace) -> int:
    """Measure models, and compare with their cards, or write into them; 1 if they differ."""
    wanted, wrong = _wanted(asked)
    if asked.on:
        return _elsewhere(wanted, asked)
    again = datasets.Again(asked.data)
    answers, measured = Answers(asked.device), []
    for released in wanted:
        data = again(released.card.data)
        told = city.elsewhere_of(released)
        elsewhere = again(told) if told else None
        same = data.fingerprint == released.card.data.fingerprint
        if not same:
            wrong.append(f"{released.name}: {data.name} is not the data that its card describes")
        for split in asked.split:
            scores = evaluation.measure(released, data, split, answers, elsewhere)
            # Scores on other data are no scores of the card's.
            wrong += _measured(released, split, scores, asked.write and same)
            released = checkpoints.load(released.folder)
        measured.append((released, scores))
    if measured:
        print(f"\nAll on {asked.split[-1]}:\n\n{cards.text(measured)}")
    for line in wrong:
        print(f"differs: {line}", file=sys.stderr)
    return 1 if wrong else 0


def _wanted(asked: argparse.Namespace) -> tuple[list[Checkpoint], list[str]]:
    """The models that were asked for, and a sentence for each that can't be used."""
    found, wrong = available(asked.checkpoints)
    if not (found or wrong):
        raise CheckpointError(
            f"No model in {asked.checkpoints}. Train one, or give --checkpoints its folder."
        )
    if not asked.names or asked.all:
        return found, wrong
    known = {c.name: c for c in found}
    missing = [name for name in asked.names if name not in known]
    if missing:
        raise CheckpointError(f"no checkpoint {', '.join(missing)}; there are {', '.join(known)}")
    return [known[name] for name in asked.names], []


def _elsewhere(wanted: list[Checkpoint], asked: argparse.Namespace) -> int:
    """Measure country models on all photos of a data set that they haven't learnt from."""
    if asked.write:
        raise DataError("--write takes the data that cards describe, by --data; --on has others.")
    able = [released for released in wanted if released.task == "country"]
    if not able:
        raise CheckpointError("Only models of countries can answer to photos from anywhere.")
    data = datasets.look(asked.on)
    photos = data.as_one_split("test")
    answers, measured = Answers(asked.device), []
    for released in able:
        if released.card.data.fingerprint == data.fingerprint:
            raise DataError(f"{released.name} has learnt from {data.name}: give that as --data.")
        scores = evaluation.measure(released, photos, "test", answers)
        # Its places may be blocks of streets, which no two photos need to show alike.
        scores.pop("multi_view", None)
        print(evaluation.report(released, data.name, scores), flush=True)
        measured.append((released, scores))
    print(f"\nAll on {data.name}:\n\n{cards.text(measured)}")
    return 0


def _measured(released: Checkpoint, split: str, scores: dict[str, Any], write: bool) -> list[str]:
    print(evaluation.report(released, split, scores), flush=True)
    if write:
        record(released, split, scores).publish()
        return []
    claimed = released.card.metrics.get(split)
    if claimed is None:
        return [f"{released.name}: its card has no scores of {split}; --write adds them"]
    # Another processor rounds differently, which can tip a photo at the edge of a rank.
    return [
        f"{released.name} {line}"
        for line in evaluation.differences(scores, claimed.as_json(), 0.01)
    ]
