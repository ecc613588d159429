"""Where a card keeps its scores."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geoloc.models.card.share import Share
from geoloc.models.release import Checkpoint

SPLITS = ("test", "val")
"""Where scores come from: the first of these that a card has."""


def measured(checkpoint: Checkpoint) -> tuple[str | None, dict[str, Any]]:
    """The first of `SPLITS` that the card has scores of, and these; None and nothing otherwise."""
    metrics = checkpoint.card.get("metrics", {})
    return next(((split, metrics[split]) for split in SPLITS if metrics.get(split)), (None, {}))


def share_of(told: Mapping[str, Any], key: str) -> Share | None:
    """One score with its interval, None if it is not told."""
    if key not in told:
        return None
    if f"{key}_interval" not in told:
        return Share(float(told[key]))
    low, high = told[f"{key}_interval"]
    return Share(float(told[key]), float(low), float(high))


def number_of(told: Mapping[str, Any], key: str) -> float | None:
    """One number, None if it is not told."""
    return None if told.get(key) is None else float(told[key])
