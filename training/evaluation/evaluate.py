"""Measuring a released model: the numbers of its card, computed again from weights and data."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from scipy.special import softmax

from geoloc import balance as balances
from geoloc.models.calibration import COVERAGE, fit_set_mass, fit_temperature_and_prior
from geoloc.models.card import CountryCalibration
from geoloc.models.ensemble import Ensemble
from geoloc.models.release import Checkpoint, CheckpointError
from geoloc.tasks.country import CountryClassifier
from training import unseen
from training.calibration import ensemble, multi_view, probes
from training.calibration.multi_view import Judged
from training.calibration.probes import Probe
from training.calibration.tta import averaging
from training.data import Data
from training.evaluation.analysis import country_analysis
from training.evaluation.answers import PHOTOS_AT_ONCE, Answers, of_split
from training.evaluation.metrics import country_metrics, set_metrics
from training.tasks import city

# Where one photo at an edge moves a count; the scores beside them sum them up.
_DETAILS = ("analysis", "reliability")

SHOWN = {
    "country": ("top1", "top5", "macro_recall", "ece", "log_loss", "set_coverage", "set_size"),
    "city": ("p50", "mean", "p25", "p75", "p90", "within_50m", "skill", "gain_p50", "gain_mean"),
    "regions": ("region50_coverage", "region90_coverage", "region90_km2", "kept", "refused"),
    "multi_view": ("top1_single", "top1", "top5", "macro_recall", "gain_top1"),
}
"""The numbers of each kind of scores that tables show, in their order."""


def prior_of(checkpoint: Checkpoint) -> np.ndarray:
    """Logarithm of how often each country occurs over how often training showed it, (N,).

    Raises:
        CheckpointError: if its card does not say.
    """
    recipe = checkpoint.card.recipe
    if recipe is None or not recipe.balance:
        raise CheckpointError(
            "balance_unknown",
            "{model}: its card does not say how it was balanced.",
            model=checkpoint.name,
        )
    balance = balances.from_card(recipe.balance)
    return balances.prior_shift(balance, _seen(checkpoint))


def _seen(checkpoint: Checkpoint) -> np.ndarray:
    """How many photos of each class a model was trained on, float64 (N,)."""
    counts = checkpoint.card.data.countries["train"]
    return np.array([counts[code] for code in checkpoint.classes], float)


def calibrate(checkpoint: Checkpoint, data: Data, device: torch.device) -> Checkpoint:
    """A country model with its calibration in its card, fitted on val; nothing is published.

    That is its crops, temperature, prior and threshold of sets, and how it pools photos of one
    place.

    Raises:
        CheckpointError: if it is an ensemble, whose members are calibrated.
    """
    if checkpoint.members:
        raise CheckpointError(
            "ensemble_is_fitted",
            "{model} is an ensemble: python -m training ensemble fits it again.",
            model=checkpoint.name,
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
    calibration = CountryCalibration(
        on="val",
        temperature=temperature,
        prior_weight=weight,
        bias=tuple(bias.tolist()),
        conformal_threshold=fit_set_mass(probabilities, truth, groups),
        set_coverage=COVERAGE,
        multi_view=multi_view.as_card(multi_view.fit(probabilities, truth, groups)),
    )
    return _recalibrated(checkpoint, calibration)


def _calibrate_unseen(checkpoint: Checkpoint, data: Data, device: torch.device) -> Checkpoint:
    """`calibrate` on the sources of val that nothing was trained on."""
    truth, groups = of_split(checkpoint, data, "val")
    sources = _sources(data, "val")
    logits = _logits(CountryClassifier(checkpoint, device), data, "val")
    aside = np.isin(sources, data.selection.unseen)
    calibration = unseen.fit(logits, _shown(checkpoint), truth, groups, sources, aside)
    bias = calibration.bias_of(len(checkpoint.classes))
    probabilities = softmax(logits / calibration.temperature + bias, axis=1)
    pooling = multi_view.as_card(multi_view.fit(probabilities, truth, groups))
    return _recalibrated(checkpoint, calibration.changed(multi_view=pooling))


def _recalibrated(checkpoint: Checkpoint, calibration: CountryCalibration) -> Checkpoint:
    # What no street photo is, the network's embeddings say: another temperature changes nothing.
    if ood := checkpoint.country_card.calibration.ood:
        calibration = calibration.changed(ood=ood)
    return checkpoint.changed(calibration=calibration)


def _sources(data: Data, split: str) -> np.ndarray:
    """The source of each photo of a split, str (B,)."""
    return data.frames.table.source.to_numpy(str)[data.frames.of_split(split)]


def _shown(checkpoint: Checkpoint) -> np.ndarray:
    """Each class's share of what training showed, (N,)."""
    plan = checkpoint.card.data.plan
    items = np.array([plan[code] for code in checkpoint.classes], float)
    return items / items.sum()


def _logits(classifier: CountryClassifier, data: Data, split: str) -> np.ndarray:
    crops = classifier.card.input.crops
    frames = data.for_input(crops.spec).frames
    return np.concatenate(
        [
            classifier.logits(crops.of_all(map(frames.frame, chunk)))
            for chunk in frames.chunks(frames.of_split(split), PHOTOS_AT_ONCE)
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
        scores["multi_view"] = multi_view.metrics(judged, truth)
    if checkpoint.country_card.calibration.sources:
        scores |= _unseen_scores(checkpoint, judged.probabilities, truth, _sources(data, split))
    scores["analysis"] = country_analysis(judged.probabilities, truth, checkpoint.classes)
    if checkpoint.members and split == "val":
        scores["how"] = ensemble.HOW
    if checkpoint.has_probes:
        scores["probes"] = _probes(model, data, split, prior)
    return scores


def _unseen_scores(
    checkpoint: Checkpoint, probabilities: np.ndarray, truth: np.ndarray, sources: np.ndarray
) -> dict[str, Any]:
    """Scores of a model whose calibration shall hold on sources that it has not seen."""
    calibration = checkpoint.country_card.calibration
    scores: dict[str, Any] = {}
    if calibration.conformal_threshold is not None:
        scores |= unseen.by_source(probabilities, truth, sources, calibration.conformal_threshold)
    if calibration.verdict:
        scores["verdicts"] = unseen.by_verdict(probabilities, truth, calibration.verdict)
    return scores


def _judged(
    model: CountryClassifier | Ensemble, data: Data, split: str, answers: Answers
) -> Judged:
    if isinstance(model, Ensemble):
        return ensemble.judged(model, data, split, answers)
    probabilities = answers.of(model, data, split)
    truth, groups = of_split(model.checkpoint, data, split)
    threshold = model.card.calibration.conformal_threshold
    return Judged.by(model.card.multi_view, threshold, probabilities, truth, groups)


def _probes(
    classifier: CountryClassifier, data: Data, split: str, prior: np.ndarray
) -> dict[str, Any]:
    truth, groups = of_split(classifier.checkpoint, data, split)
    stored = {k: v.double().numpy() for k, v in classifier.checkpoint.probes().items()}
    layers = [key.removesuffix(".weight") for key in stored if key.endswith(".weight")]
    frames = data.for_input(classifier.card.input.spec).frames
    pooled = probes.pooled_maps(classifier, frames, frames.of_split(split), layers)
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
        value, claim = here.get(key, math.nan), there.get(key, math.nan)
        # A comparison with NaN is false, so what only one of the two knows differs as well.
        if not abs(value - claim) <= tolerance * max(1.0, abs(value)):
            wrong.append(f"{key}: measured {value:.4g}, the card says {claim:.4g}")
    return wrong


def _numbers(scores: Any, place: str = "") -> dict[str, float]:
    """The numbers among nested scores, by their dotted place."""
    if isinstance(scores, int | float):
        return {place: scores}
    if isinstance(scores, list | tuple):
        scores = dict(enumerate(scores))
    if not isinstance(scores, dict):
        return {}
    numbers: dict[str, float] = {}
    for key, value in scores.items():
        if key not in _DETAILS:
            numbers |= _numbers(value, f"{place}.{key}".lstrip("."))
    return numbers


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
        regions = {**scores, **scores.get("ood", {})}
        lines.append(line("its regions, and photos from elsewhere", "regions", regions))
    if "multi_view" in scores:
        several = scores["multi_view"]
        title = f"{several['places']:,} places of {several['views']:.1f} photos"
        lines.append(line(title, "multi_view", several))
    if "how" in scores:
        lines.append(f"  {scores['how']}")
    return "\n".join(lines)
