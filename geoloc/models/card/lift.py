"""From a card of format 1, which no longer is written, to one of format 2."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_SHAPE = {"trunk": "backbone"}
"""What a network's settings were called, and are called now."""

_FIT = {
    "average": "ema",
    "grown": "progressive_resizing_until",
    "small": "progressive_resizing",
    "taught": "distill_weight",
    "trunk_rate": "backbone_rate",
}
"""What recipes called their settings, and call them now."""


def lift(card: Mapping[str, Any]) -> dict[str, Any]:
    """A card of format 1 as one of format 2 tells it: the field's words, and nothing else changed.

    Parts that are no such thing are left as they are, for the reader to refuse.

    Args:
        card: as JSON.
    """
    lifted = _renamed(card, {"looks_for": "top_activating"}) | {"format": 2}
    changes = {
        "network": _network,
        "input": lambda part: _renamed(part, {"crops": "tta"}),
        "calibration": _calibration,
        "metrics": lambda part: {split: _scores(scores) for split, scores in part.items()},
        "recipe": _recipe,
        "explanations": _explanations,
        "top_activating": lambda part: _renamed(part, {"album": "photo_folder"}),
    }
    for key, change in changes.items():
        if isinstance(lifted.get(key), Mapping):
            lifted[key] = change(lifted[key])
    return lifted


def _network(part: Mapping[str, Any]) -> dict[str, Any]:
    renamed = _renamed(part, {"trunk_sha256": "backbone_sha256"})
    return _within(renamed, "shape", _SHAPE)


def _calibration(part: Mapping[str, Any]) -> dict[str, Any]:
    words = {"set_mass": "conformal_threshold", "together": "multi_view", "likeness": "ood"}
    renamed = _renamed(part, words)
    renamed = _within(renamed, "multi_view", {"set_mass": "conformal_threshold"})
    return _within(renamed, "mixture", {"warmth": "retrieval_temperature"})


def _scores(scores: Any) -> Any:
    if not isinstance(scores, Mapping):
        return scores
    return _renamed(scores, {"together": "multi_view", "likeness": "ood"})


def _explanations(part: Mapping[str, Any]) -> dict[str, Any]:
    """Each method says on how many photos it was measured, which was told once for all."""
    records = part.get("methods", ())
    if not isinstance(records, list) or not all(isinstance(each, Mapping) for each in records):
        return dict(part)
    photos = part.get("photos")
    return {**part, "methods": [{**each, "photos": photos} for each in records]}


def _recipe(part: Mapping[str, Any]) -> dict[str, Any]:
    renamed = _within(_renamed(part, {"jitter": "augment"}), "fit", _FIT)
    return _within(renamed, "network", _SHAPE)


def _within(card: dict[str, Any], key: str, words: Mapping[str, str]) -> dict[str, Any]:
    part = card.get(key)
    return {**card, key: _renamed(part, words)} if isinstance(part, Mapping) else card


def _renamed(part: Mapping[str, Any], words: Mapping[str, str]) -> dict[str, Any]:
    return {words.get(key, key): value for key, value in part.items()}
