"""probes, calibrate, views, explain, ensemble: what is added to models after training."""

from __future__ import annotations

import argparse

from geoloc import checkpoint as checkpoints
from geoloc.checkpoint import Checkpoint, CheckpointError
from geoloc.models import available
from geoloc.predict import CountryClassifier
from training import city, evaluate, faithfulness, looks_for
from training import data as datasets
from training import ensemble as ensembles
from training import ood as outside
from training import probes as linear
from training.answers import Answers, truth_of
from training.data import Data, selection_of
from training.publish import record

_MEASURED = ("explanations", "looks_for")
"""What `explain` writes into a card."""


def probes(asked: argparse.Namespace) -> int:
    """Fit the linear models that a CNN's activation maps are drawn from."""
    released = checkpoints.load(asked.checkpoints / asked.name)
    if released.task != "country" or released.card["network"]["name"] != "cnn":
        raise CheckpointError(f"{released.name} is no CNN of countries: it has no maps to read.")
    data = datasets.load(asked.data, asked.source)
    truth = truth_of(released, data)
    fitted = linear.fit_layers(CountryClassifier(released, asked.device), data.frames, truth)
    checkpoints.save_probes(released.folder, linear.tensors(fitted))
    told = {layer: {"strength": probe.strength} for layer, probe in fitted.items()}
    released = checkpoints.save_card(released.folder, {**released.card, "probes": told})
    return _measure_anew(released, data, asked)


def calibrate(asked: argparse.Namespace) -> int:
    """Fit on val what makes probabilities, sets and regions hold."""
    released = checkpoints.load(asked.checkpoints / asked.name)
    data = datasets.load(asked.data, asked.source, selection=selection_of(released.card["data"]))
    if released.task == "country":
        return _measure_anew(evaluate.calibrate(released, data, asked.device), data, asked)
    return _calibrate_city(released, data, asked, _elsewhere(released, asked))


def ood(asked: argparse.Namespace) -> int:
    """Fit what tells street photos from other pictures, on a network's pooled features."""
    released = checkpoints.load(asked.checkpoints / asked.name)
    if released.task != "country" or released.card["network"]["name"] != "pretrained":
        raise CheckpointError(f"{released.name} has no pooled features of countries to judge by.")
    data = datasets.load(asked.data, asked.source, selection=selection_of(released.card["data"]))
    if not data.selection.unseen:
        raise CheckpointError(f"{released.name} has trained on every source: none sets a bar.")
    detector, told = outside.fit(CountryClassifier(released, asked.device), data, asked.others)
    checkpoints.save_ood(released.folder, detector)
    calibration = {**released.card["calibration"], "ood": told}
    checkpoints.save_card(released.folder, {**released.card, "calibration": calibration})
    for kind, scores in told["by_kind"].items():
        print(f"  {kind:12} {scores['found']:.3f} of {scores['pictures']} found")
    print(f"  all kinds    {told['found']:.3f} at {1 - told['passed']:.0%} false alarms")
    return 0


def views(asked: argparse.Namespace) -> int:
    """Describe a city's training photos anew, and calibrate."""
    data = datasets.load(asked.data, asked.source)
    released = checkpoints.load(asked.checkpoints / asked.name)
    if not released.has_views:
        raise CheckpointError(f"{released.name} compares no views: it has none to describe anew.")
    elsewhere = _elsewhere(released, asked)
    checkpoints.save_views(released.folder, city.views_of(released, data, asked.device))
    return _calibrate_city(released, data, asked, elsewhere)


def _elsewhere(released: Checkpoint, asked: argparse.Namespace) -> Data | None:
    """Photos of other places, on which likeness is measured.

    Raises:
        CheckpointError: if there are none, and the card says that there were.
    """
    if asked.elsewhere:
        return datasets.load(asked.elsewhere)
    if told := city.elsewhere_of(released):
        raise CheckpointError(
            f"{released.name} was measured on photos of other places, {told['name']}: give their "
            "folder as --elsewhere, or that of others."
        )
    return None


def _calibrate_city(
    released: Checkpoint, data: Data, asked: argparse.Namespace, elsewhere: Data | None
) -> int:
    released = city.calibrate(released, data, asked.device, elsewhere)
    return _measure_anew(released, data, asked, elsewhere)


def explain(asked: argparse.Namespace) -> int:
    """Measure on val how far a model follows its explanations."""
    data = datasets.load(asked.data, asked.source)
    released = checkpoints.load(asked.checkpoints / asked.name)
    told = faithfulness.explain(released, data, asked.device, asked.photos)
    if released.task == "country":
        told |= looks_for.favourites(released, data, asked.device)
    released = checkpoints.save_card(released.folder, {**released.card, **told})
    print(faithfulness.report(released))
    return 0


def ensemble(asked: argparse.Namespace) -> int:
    """Fit on val how country models answer as one."""
    data = datasets.load(asked.data, asked.source)
    if asked.members:
        found = [checkpoints.load(asked.checkpoints / name) for name in asked.members]
    else:
        found = available(asked.checkpoints)[0]
    answers = Answers(asked.device)
    members = ensembles.members_among(found, data)
    released = ensembles.publish(asked.checkpoints / asked.name, members, data, answers)
    scores = evaluate.measure(released, data, "val", answers)
    print(evaluate.report(record(released, "val", scores), "val", scores))
    print("  weights: " + ", ".join(f"{name} {w:.2f}" for name, w in released.members.items()))
    return 0


def _measure_anew(
    released: Checkpoint, data: Data, asked: argparse.Namespace, elsewhere: Data | None = None
) -> int:
    """Put val scores of a changed model into its card; what else was measured holds no more."""
    kept = {key: told for key, told in released.card.items() if key not in _MEASURED}
    released = checkpoints.save_card(released.folder, {**kept, "metrics": {}})
    scores = evaluate.measure(released, data, "val", Answers(asked.device), elsewhere)
    released = record(released, "val", scores)
    print(evaluate.report(released, "val", released.card["metrics"]["val"]))
    return 0
