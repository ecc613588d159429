"""Sentences on how good a model is, made of what its card says and nothing else."""

from __future__ import annotations

from typing import Any

from geoloc.checkpoint import Checkpoint
from geoloc.countries import name
from geoloc.draw.charts import percent
from geoloc.draw.maps import distance_text

_SPLITS = {
    "test": "test photos that it had never seen",
    "val": "validation photos, which also decided when its training ended",
}


def country_claim(checkpoint: Checkpoint) -> str:
    """How often a country model is right, beside always giving the most frequent answer."""
    split, scores = _measured(checkpoint)
    if split is None:
        return f"How often {checkpoint.title} is right has not been measured."
    low, high = scores["top1_interval"]
    constant = scores["baseline"]["top1"]
    unproven = ", which the interval does not exclude" if low <= constant <= high else ""
    return (
        f"On {scores['photos']:,} {_SPLITS[split]}, {checkpoint.title} named the right country for "
        f"**{percent(scores['top1'])}** (95% interval: {percent(low)} to {percent(high)}). "
        f"{_constant(checkpoint)} would have been right for {percent(constant)}{unproven}."
    )


def city_claim(checkpoint: Checkpoint) -> str:
    """How far a city model's pins are off, beside always marking the middle."""
    split, scores = _measured(checkpoint)
    if split is None:
        return f"How far {checkpoint.title} is off has not been measured."
    low, _ = scores["gain_p50_interval"]
    unproven = " It has not been shown to do better: **don't rely on its pin**." if low <= 0 else ""
    return (
        f"On {scores['photos']:,} {_SPLITS[split]}, half of the pins were within "
        f"**{distance_text(scores['p50'])}** of the truth and nine in ten within "
        f"**{distance_text(scores['p90'])}**. Always marking the middle of the training photos "
        f"comes within {distance_text(scores['baseline']['p50'])} for half.{unproven}"
    )


def _measured(checkpoint: Checkpoint) -> tuple[str | None, dict[str, Any]]:
    metrics = checkpoint.card.get("metrics", {})
    return next(((split, metrics[split]) for split in _SPLITS if metrics.get(split)), (None, {}))


def _constant(checkpoint: Checkpoint) -> str:
    counts = checkpoint.card["data"].get("countries", {}).get("train")
    if not counts:
        return "Always giving the most frequent answer"
    return f"Always answering “{name(max(counts, key=counts.get))}”"
