"""Measuring a released model: the numbers of its card, computed again from weights and data."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from scipy.special import softmax

from geoloc.calibration import COVERAGE, fit_set_mass, fit_temperature_and_prior
from geoloc.checkpoint import Checkpoint, save_card
from geoloc.geo import centroid, distances_m
from geoloc.predict import CityLocator, CountryClassifier
from training import balance as balances
from training import probes
from training.analysis import country_analysis
from training.data import Data, DataError, class_shares
from training.metrics import city_metrics, country_metrics, set_metrics
from training.probes import Probe
from training.tasks import Countries

# Where one photo at an edge moves a count; the scores beside them sum them up.
_DETAILS = ("analysis", "reliability")

CROPS = {"offsets": [-20, 0, 20], "mirror": True}
"""What a country model averages; a city model does not: a mirrored street is another street."""

SHOWN = {
    "country": ("top1", "top5", "macro_recall", "ece", "log_loss", "set_coverage", "set_size"),
    "city": ("p50", "mean", "p25", "p75", "p90", "skill", "gain_p50"),
}
"""The numbers of each task that tables show, in their order."""


def _crops(checkpoint: Checkpoint, data: Data, split: str) -> Iterator[np.ndarray]:
    for chunk in data.frames.chunks(data.frames.of_split(split)):
        yield np.stack([checkpoint.crops.of(data.frames.frame(row)) for row in chunk])


def truth_of(checkpoint: Checkpoint, data: Data) -> np.ndarray:
    """Each photo's place among the checkpoint's classes, int64 (B,).

    Raises:
        DataError: if a photo's country is not one of them.
    """
    truth = Countries(checkpoint.classes).truth(data.frames.table)
    unknown = sorted({str(code) for code in data.frames.table.country[truth < 0]})
    if unknown:
        raise DataError(
            f"{data.name} has countries that {checkpoint.name} does not know: "
            f"{', '.join(unknown)}. Leave their photos out, or train a model on this data."
        )
    return truth


def prior_of(checkpoint: Checkpoint) -> np.ndarray:
    """Logarithm of how often each country occurs over how often training showed it, (N,)."""
    counts = checkpoint.card["data"]["countries"]["train"]
    natural = np.array([counts[code] for code in checkpoint.classes], float)
    shown = balances.from_card(checkpoint.card["recipe"]["balance"]).shown(natural)
    return np.log(natural / natural.sum()) - np.log(shown / shown.sum())


def calibrate(checkpoint: Checkpoint, data: Data, device: torch.device) -> Checkpoint:
    """The checkpoint with crops, temperature, prior and set mass in its card, fitted on val."""
    card = {**checkpoint.card, "input": {**checkpoint.card["input"], "crops": CROPS}}
    checkpoint = save_card(checkpoint.folder, card)
    truth = truth_of(checkpoint, data)[data.frames.of_split("val")]
    classifier = CountryClassifier(checkpoint, device)
    logits = np.concatenate([classifier.logits(c) for c in _crops(checkpoint, data, "val")])
    prior = prior_of(checkpoint)
    temperature, weight = fit_temperature_and_prior(logits, prior, truth)
    bias = weight * prior
    told = {
        "on": "val",
        "temperature": temperature,
        "prior_weight": weight,
        "bias": bias.tolist(),
        "set_mass": fit_set_mass(softmax(logits / temperature + bias, axis=1), truth),
        "set_coverage": COVERAGE,
    }
    return save_card(checkpoint.folder, {**checkpoint.card, "calibration": told})


def country(checkpoint: Checkpoint, data: Data, split: str, device: torch.device) -> dict[str, Any]:
    """Scores of a country model, and of the linear models behind its CAMs if it has them."""
    truth = truth_of(checkpoint, data)
    classifier = CountryClassifier(checkpoint, device)
    rows = data.frames.of_split(split)
    groups = data.frames.table.group.to_numpy(str)[rows]
    prior = class_shares(truth[data.frames.of_split("train")], len(checkpoint.classes))
    crops = _crops(checkpoint, data, split)
    probabilities = np.concatenate([classifier.probabilities(c) for c in crops])
    scores = country_metrics(probabilities, truth[rows], groups, prior)
    if checkpoint.set_mass is not None:
        scores |= set_metrics(probabilities, truth[rows], groups, checkpoint.set_mass)
    scores["analysis"] = country_analysis(probabilities, truth[rows], checkpoint.classes)
    if checkpoint.has_probes:
        stored = {key: value.double().numpy() for key, value in checkpoint.probes().items()}
        pooled = probes.pooled_maps(classifier, data.frames, rows)
        scores["probes"] = {
            layer: country_metrics(
                Probe(stored[f"{layer}.weight"], stored[f"{layer}.bias"], 0.0).probabilities(maps),
                truth[rows],
                groups,
                prior,
            )
            for layer, maps in pooled.items()
        }
    return scores


def city(checkpoint: Checkpoint, data: Data, split: str, device: torch.device) -> dict[str, Any]:
    """Errors of a city model in metres, beside those of the training photos' centroid."""
    locator = CityLocator(checkpoint, device)
    table = data.frames.table
    train, rows = table[table.split == "train"], table[table.split == split]
    middle = centroid(train.lat, train.lon)
    chunks = data.frames.chunks(data.frames.of_split(split))
    pins = [locator.positions(data.frames.bands(chunk)) for chunk in chunks]
    lats, lons = (np.concatenate(part) for part in zip(*pins, strict=True))
    return city_metrics(
        errors=distances_m(lats, lons, rows.lat, rows.lon),
        baseline=distances_m(middle.lat, middle.lon, rows.lat, rows.lon),
        groups=rows.group.to_numpy(str),
    )


def evaluate(
    checkpoint: Checkpoint, data: Data, split: str, device: torch.device
) -> dict[str, Any]:
    """The scores of any checkpoint on one split."""
    return {"country": country, "city": city}[checkpoint.task](checkpoint, data, split, device)


def differences(measured: dict[str, Any], claimed: dict[str, Any], tolerance: float) -> list[str]:
    """A sentence for each number on which a card and the measurement do not agree.

    Args:
        measured: scores as `evaluate` gives them.
        claimed: scores as the card tells them.
        tolerance: how far two numbers may lie apart, as a share of the larger of 1 and their size.
    """
    here, there = _numbers(measured), _numbers(claimed)
    wrong = []
    for key in here | there:
        value, told = here.get(key, math.nan), there.get(key, math.nan)
        # A comparison with NaN is false, so what only one of the two knows differs as well.
        if not abs(value - told) <= tolerance * max(1.0, abs(value)):
            wrong.append(f"{key}: measured {value:.4g}, the card says {told:.4g}")
    return wrong


def _numbers(scores: Any, place: str = "") -> dict[str, float]:
    """The numbers among nested scores, by their dotted place."""
    if isinstance(scores, int | float):
        return {place: scores}
    if isinstance(scores, list | tuple):
        scores = dict(enumerate(scores))
    if not isinstance(scores, dict):
        return {}
    found: dict[str, float] = {}
    for key, value in scores.items():
        if key not in _DETAILS:
            found |= _numbers(value, f"{place}.{key}".lstrip("."))
    return found


def line(title: str, task: str, scores: dict[str, Any]) -> str:
    """One row of a table: a model's scores, or its baseline's."""
    cells = []
    for key in SHOWN[task]:
        if key not in scores:
            continue
        low, high = scores.get(f"{key}_interval", (None, None))
        digits = 0 if task == "city" and key != "skill" else 3
        interval = f" [{low:.{digits}f}, {high:.{digits}f}]" if low is not None else ""
        cells.append(f"{key} {scores[key]:.{digits}f}{interval}")
    return f"  {title:<34}" + "  ".join(cells)


def report(checkpoint: Checkpoint, split: str, scores: dict[str, Any]) -> str:
    """The scores as text for a terminal, beside the baseline."""
    lines = [
        f"{checkpoint.name} on {split}: {scores['photos']:,} photos of {scores['places']:,} places",
        line(checkpoint.title, checkpoint.task, scores),
        line(scores["baseline"]["what"], checkpoint.task, scores["baseline"]),
    ]
    for layer, probe in scores.get("probes", {}).items():
        lines.append(line(f"linear models after {layer}", "country", probe))
    return "\n".join(lines)
