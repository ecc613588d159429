"""Measuring a released model: the numbers of its card, computed again from weights and data."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from scipy.special import softmax

from geoloc import balance as balances
from geoloc.calibration import COVERAGE, fit_set_mass, fit_temperature_and_prior
from geoloc.checkpoint import Checkpoint, CheckpointError, save_card
from geoloc.ensemble import Ensemble
from geoloc.predict import CountryClassifier
from training import city, ensemble, probes, together, unseen
from training.analysis import country_analysis
from training.answers import PHOTOS_AT_ONCE, Answers, of_split
from training.crops import averaging
from training.data import Data
from training.metrics import country_metrics, set_metrics
from training.probes import Probe
from training.together import Judged

# Where one photo at an edge moves a count; the scores beside them sum them up.
_DETAILS = ("analysis", "reliability")

SHOWN = {
    "country": ("top1", "top5", "macro_recall", "ece", "log_loss", "set_coverage", "set_size"),
    "city": ("p50", "mean", "p25", "p75", "p90", "within_50m", "skill", "gain_p50", "gain_mean"),
    "regions": ("region50_coverage", "region90_coverage", "region90_km2", "kept", "refused"),
    "together": ("top1_single", "top1", "top5", "macro_recall", "gain_top1"),
}
"""The numbers of each kind of scores that tables show, in their order."""


def prior_of(checkpoint: Checkpoint) -> np.ndarray:
    """Logarithm of how often each country occurs over how often training showed it, (N,)."""
    balance = balances.from_card(checkpoint.card["recipe"]["balance"])
    return balances.prior_shift(balance, _seen(checkpoint))


def _seen(checkpoint: Checkpoint) -> np.ndarray:
    """How many photos of each class a model was trained on, float64 (N,)."""
    counts = checkpoint.card["data"]["countries"]["train"]
    return np.array([counts[code] for code in checkpoint.classes], float)


def calibrate(checkpoint: Checkpoint, data: Data, device: torch.device) -> Checkpoint:
    """A country checkpoint with its calibration in its card, fitted on val.

    That is its crops, temperature, prior and set mass, and how it pools photos of one place.

    Raises:
        CheckpointError: if it is an ensemble, whose members are calibrated.
    """
    if checkpoint.members:
        raise CheckpointError(
            f"{checkpoint.name} is an ensemble: python -m training ensemble fits it again."
        )
    checkpoint = averaging(checkpoint)
    if data.selection.unseen:
        return _calibrate_unseen(checkpoint, data, device)
    truth, groups = of_split(checkpoint, data, "val")
    logits = _logits(CountryClassifier(checkpoint, device), data, "val")
    prior = prior_of(checkpoint)
    temperature, weight = fit_temperature_and_prior(logits, prior, truth)
    bias = weight * prior
    probabilities = softmax(logits / temperature + bias, axis=1)
    told = {
        "on": "val",
        "temperature": temperature,
        "prior_weight": weight,
        "bias": bias.tolist(),
        "set_mass": fit_set_mass(probabilities, truth, groups),
        "set_coverage": COVERAGE,
        **together.as_card(together.fit(probabilities, truth, groups)),
    }
    return save_card(checkpoint.folder, {**checkpoint.card, "calibration": told})


def _calibrate_unseen(checkpoint: Checkpoint, data: Data, device: torch.device) -> Checkpoint:
    """`calibrate` on the sources of val that nothing was trained on."""
    truth, groups = of_split(checkpoint, data, "val")
    sources = data.frames.table.source.to_numpy(str)[data.frames.of_split("val")]
    logits = _logits(CountryClassifier(checkpoint, device), data, "val")
    aside = np.isin(sources, data.selection.unseen)
    told = unseen.fit(logits, _shown(checkpoint), truth, groups, sources, aside)
    probabilities = softmax(logits / told["temperature"] + np.array(told["bias"]), axis=1)
    told |= together.as_card(together.fit(probabilities, truth, groups))
    # The detector's threshold is in features, which no calibration changes.
    if checkpoint.ood_threshold is not None:
        told["ood"] = checkpoint.card["calibration"]["ood"]
    return save_card(checkpoint.folder, {**checkpoint.card, "calibration": told})


def _shown(checkpoint: Checkpoint) -> np.ndarray:
    """Each class's share of what training showed, (N,)."""
    plan = checkpoint.card["data"]["plan"]
    items = np.array([plan[code] for code in checkpoint.classes], float)
    return items / items.sum()


def _logits(classifier: CountryClassifier, data: Data, split: str) -> np.ndarray:
    crops = classifier.checkpoint.crops
    return np.concatenate(
        [
            classifier.logits(crops.of_all(map(data.frames.frame, chunk)))
            for chunk in data.frames.chunks(data.frames.of_split(split), PHOTOS_AT_ONCE)
        ]
    )


def country(checkpoint: Checkpoint, data: Data, split: str, answers: Answers) -> dict[str, Any]:
    """Scores of a country model, and of the linear models behind its CAMs if it has them."""
    truth, groups = of_split(checkpoint, data, split)
    model = answers.open(checkpoint)
    seen = _seen(checkpoint)
    prior = seen / seen.sum()
    judged = _judged(model, data, split, answers)
    scores = country_metrics(judged.probabilities, truth, groups, prior)
    if judged.mass is not None:
        scores |= set_metrics(judged.probabilities, truth, groups, judged.mass)
    if judged.seen:
        scores["together"] = together.metrics(judged, truth)
    if "sources" in checkpoint.card.get("calibration", {}):
        scores |= _unseen_scores(checkpoint, judged.probabilities, truth, data, split)
    scores["analysis"] = country_analysis(judged.probabilities, truth, checkpoint.classes)
    if checkpoint.members and split == "val":
        scores["how"] = ensemble.HOW
    if checkpoint.has_probes:
        scores["probes"] = _probes(model, data, split, prior)
    return scores


def _unseen_scores(
    checkpoint: Checkpoint, probabilities: np.ndarray, truth: np.ndarray, data: Data, split: str
) -> dict[str, Any]:
    sources = data.frames.table.source.to_numpy(str)[data.frames.of_split(split)]
    scores = unseen.by_source(probabilities, truth, sources, checkpoint.set_mass)
    if checkpoint.verdict_bounds:
        verdicts = unseen.by_verdict(probabilities, truth, checkpoint.verdict_bounds)
        scores["verdicts"] = verdicts
    return scores


def _judged(
    model: CountryClassifier | Ensemble, data: Data, split: str, answers: Answers
) -> Judged:
    if isinstance(model, Ensemble):
        return ensemble.judged(model, data, split, answers)
    card = model.checkpoint
    probabilities = answers.of(model, data, split)
    return Judged.by(card.together, card.set_mass, probabilities, *of_split(card, data, split))


def _probes(
    classifier: CountryClassifier, data: Data, split: str, prior: np.ndarray
) -> dict[str, Any]:
    truth, groups = of_split(classifier.checkpoint, data, split)
    stored = {k: v.double().numpy() for k, v in classifier.checkpoint.probes().items()}
    pooled = probes.pooled_maps(classifier, data.frames, data.frames.of_split(split))
    return {
        layer: country_metrics(
            Probe(stored[f"{layer}.weight"], stored[f"{layer}.bias"], 0.0).probabilities(maps),
            truth,
            groups,
            prior,
        )
        for layer, maps in pooled.items()
    }


def measure(
    checkpoint: Checkpoint,
    data: Data,
    split: str,
    answers: Answers,
    elsewhere: Data | None = None,
) -> dict[str, Any]:
    """The scores of any checkpoint on one split; answers that are known are not asked for again.

    Args:
        elsewhere: photos that are not from the city, for a city model that tells them apart.
    """
    if checkpoint.task == "city":
        return city.scores(answers.open(checkpoint), data, split, elsewhere)
    return country(checkpoint, data, split, answers)


def evaluate(
    checkpoint: Checkpoint, data: Data, split: str, device: torch.device
) -> dict[str, Any]:
    """The scores of any checkpoint on one split."""
    return measure(checkpoint, data, split, Answers(device))


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
        digits = 0 if task == "city" and key not in ("skill", "within_50m") else 3
        interval = f" [{low:.{digits}f}, {high:.{digits}f}]" if low is not None else ""
        cells.append(f"{key} {scores[key]:.{digits}f}{interval}")
    return f"  {title:<56}" + "  ".join(cells)


def report(checkpoint: Checkpoint, split: str, scores: dict[str, Any]) -> str:
    """The scores as text for a terminal, beside the baseline."""
    lines = [
        f"{checkpoint.name} on {split}: {scores['photos']:,} photos of {scores['places']:,} places",
        line(checkpoint.title, checkpoint.task, scores),
        line(scores["baseline"]["what"], checkpoint.task, scores["baseline"]),
    ]
    for layer, probe in scores.get("probes", {}).items():
        lines.append(line(f"linear models after {layer}", "country", probe))
    if "region50_coverage" in scores:
        told = {**scores, **scores.get("likeness", {})}
        lines.append(line("its regions, and photos from elsewhere", "regions", told))
    if "together" in scores:
        several = scores["together"]
        title = f"{several['places']:,} places of {several['views']:.1f} photos"
        lines.append(line(title, "together", several))
    if "how" in scores:
        lines.append(f"  {scores['how']}")
    return "\n".join(lines)
