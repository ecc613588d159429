"""Measuring a released model: the numbers of its card, computed again from weights and data."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import torch

from geoloc.models.release import Release
from training.data import Data
from training.evaluation import figures
from training.evaluation.answers import Answers
from training.tasks.base import training_of

# Where one photo at an edge moves a count; the scores beside them sum them up.
_DETAILS = ("analysis", "reliability")

_WHOLE = (
    *("p50", "mean", "p25", "p75", "p90", "gain_p50", "gain_mean"),
    *("median_km", "geo_score", "expected_score", "gain_median_km", "gain_geo_score"),
)
"""Metres, kilometres and points, of which nobody needs a fraction."""

REGIONS = ("region50_coverage", "region90_coverage", "region90_km2", "kept", "refused")
MULTI_VIEW = ("top1_single", "top1", "top5", "macro_recall", "gain_top1")
"""The scores of regions, and of several photos of one place, that a line shows."""


def measure(
    checkpoint: Release,
    data: Data,
    split: str,
    answers: Answers,
    elsewhere: Data | None = None,
) -> dict[str, Any]:
    """The scores of any checkpoint on one split; what `answers` holds is not computed again.

    Args:
        elsewhere: photos that are not from the city, for a city model that tells them apart.
    """
    return training_of(checkpoint.task).evaluate(checkpoint, data, split, answers, elsewhere)


def evaluate(checkpoint: Release, data: Data, split: str, device: torch.device) -> dict[str, Any]:
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


def line(title: str, keys: Sequence[str], scores: dict[str, Any]) -> str:
    """One row of a table: those of a model's scores, or its baseline's, that have these keys."""
    cells = []
    for key in keys:
        if key not in scores:
            continue
        low, high = scores.get(f"{key}_interval", (None, None))
        digits = 0 if key in _WHOLE else 3
        interval = f" [{low:.{digits}f}, {high:.{digits}f}]" if low is not None else ""
        cells.append(f"{key} {scores[key]:.{digits}f}{interval}")
    return f"  {title:<56}" + "  ".join(cells)


def report(checkpoint: Release, split: str, scores: dict[str, Any]) -> str:
    """The scores as text for a terminal, beside the baseline."""
    keys = training_of(checkpoint.task).shown
    lines = [
        f"{checkpoint.name} on {split}: {scores['photos']:,} photos of {scores['places']:,} places",
        line(checkpoint.title, keys, scores),
    ]
    for baseline in figures.baselines(scores):
        lines.append(line(baseline["what"], keys, baseline))
    for layer, probe in scores.get("probes", {}).items():
        lines.append(line(f"linear models after {layer}", keys, probe))
    if "region50_coverage" in scores:
        regions = {**scores, **scores.get("ood", {})}
        lines.append(line("its regions, and photos from elsewhere", REGIONS, regions))
    if "multi_view" in scores:
        several = scores["multi_view"]
        title = f"{several['places']:,} places of {several['views']:.1f} photos"
        lines.append(line(title, MULTI_VIEW, several))
    if "how" in scores:
        lines.append(f"  {scores['how']}")
    return "\n".join(lines)
