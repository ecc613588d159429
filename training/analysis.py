"""What a country model is good at: recall by country, what it confuses, how far off it is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from geoloc.countries import centroid
from geoloc.geo import haversine_m

PAIRS = 20


def confusion(predicted: np.ndarray, truth: np.ndarray, classes: int) -> np.ndarray:
    """How often each true class (row) was taken for each class (column): int64 (N, N)."""
    counts = np.bincount(truth * classes + predicted, minlength=classes * classes)
    return counts.reshape(classes, classes)


def distances_km(classes: Sequence[str]) -> np.ndarray:
    """Kilometres between the middles of each two countries, float64 (N, N)."""
    middles = [centroid(code) for code in classes]
    return np.array([[haversine_m(a, b) / 1000 for b in middles] for a in middles])


def country_analysis(probabilities: np.ndarray, truth: np.ndarray, classes: Sequence[str]) -> dict:
    """Where a model's answers go, for its card.

    Args:
        probabilities: (B, N).
        truth: true classes, (B,).
        classes: ISO codes in the order of the columns.

    Returns:
        "confusion": (N, N) counts, true by predicted, in the order of the classes; "by_country":
        photos and recall of each country that occurs; "confused": the pairs most often mistaken,
        true country first; "distance_km": from the predicted country's middle to the true one's.
    """
    predicted = probabilities.argmax(axis=1)
    counts = confusion(predicted, truth, len(classes))
    size = counts.sum(axis=1)
    off = counts - np.diag(np.diag(counts))
    mistaken = [int(i) for i in np.argsort(-off, axis=None, kind="stable")[:PAIRS]]
    apart = distances_km(classes)[truth, predicted]
    return {
        "confusion": counts.tolist(),
        "by_country": {
            code: {"photos": int(size[i]), "recall": float(counts[i, i] / size[i])}
            for i, code in enumerate(classes)
            if size[i]
        },
        "confused": [
            {
                "true": classes[i // len(classes)],
                "predicted": classes[i % len(classes)],
                "photos": int(off.flat[i]),
            }
            for i in mistaken
            if off.flat[i]
        ],
        "distance_km": {
            "mean": float(apart.mean()),
            **{f"p{q}": float(np.percentile(apart, q)) for q in (50, 75, 90)},
        },
    }
