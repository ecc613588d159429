"""Cards with everything that training writes into them, made of random answers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from training.evaluation.analysis import country_analysis
from training.evaluation.metrics import city_metrics, country_metrics, set_metrics

PHOTOS = 120


def country_parts(classes: Sequence[str], seed: int = 0) -> dict[str, Any]:
    """What the card of a country model has beside its network and classes."""
    counts = {code: 40 * 2**place for place, code in enumerate(classes)}
    return {
        "calibration": {"on": "val", "temperature": 1.0},
        "data": {
            "name": "streets",
            "fingerprint": "0123456789abcdef" * 4,
            "photos": {"train": sum(counts.values()), "val": PHOTOS, "test": PHOTOS},
            "places": {"train": 500, "val": 60, "test": 60},
            "countries": {"train": counts},
            "plan": {code: max(float(count), 400.0) for code, count in counts.items()},
        },
        "metrics": {split: country_scores(classes, seed) for split in ("val", "test")},
        "curves": curves("val_top1", [0.2, 0.4, 0.3]),
        "best_epoch": 2,
        "recipe": {
            "name": "cnn",
            "title": "Small",
            "network": {"name": "cnn", "width": 8},
            "fit": {"epochs": 3, "rate": 0.003},
            "balance": {"method": "growth", "a": 1.0},
            "start": None,
        },
        "provenance": {
            "trained": "2026-11-23",
            "commit": "0123456789ab",
            "device": "cpu",
            "minutes": 52.7,
        },
    }


def city_parts() -> dict[str, Any]:
    """What the card of a city model has beside its network, city and data."""
    rng = np.random.default_rng(0)
    errors, middle = rng.uniform(0, 800, PHOTOS), rng.uniform(300, 1200, PHOTOS)
    return {
        "metrics": {"test": city_metrics(errors, middle, np.arange(PHOTOS) // 2)},
        "curves": curves("val_median_m", [900.0, 500.0, 550.0]),
        "best_epoch": 2,
    }


def country_scores(classes: Sequence[str], seed: int = 0) -> dict[str, Any]:
    """Scores of a model that is right for half of the photos and guesses at the others."""
    return json.loads(_measured(tuple(classes), seed))


@cache
def _measured(classes: tuple[str, ...], seed: int) -> str:
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, len(classes), PHOTOS)
    answers = np.where(rng.random(PHOTOS) < 0.5, truth, rng.integers(0, len(classes), PHOTOS))
    likely = rng.dirichlet(np.ones(len(classes)), PHOTOS)
    likely[np.arange(PHOTOS), answers] += 0.5
    likely /= likely.sum(axis=1, keepdims=True)
    groups = np.arange(PHOTOS) // 2
    prior = np.arange(1.0, 1 + len(classes)) / sum(range(1, 1 + len(classes)))
    return json.dumps(
        {
            **country_metrics(likely, truth, groups, prior),
            **set_metrics(likely, truth, groups, 0.9),
            "analysis": country_analysis(likely, truth, classes),
        }
    )


def curves(goal: str, values: Sequence[float]) -> list[dict[str, float]]:
    return [
        {"epoch": i + 1, "train_loss": 4.0 - i, "val_loss": 3.5 - i / 2, goal: value}
        for i, value in enumerate(values)
    ]
