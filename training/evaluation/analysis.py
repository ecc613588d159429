"""What a country model is good at: recall by country and continent, confusions, kilometres off."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from geoloc.countries import CONTINENTS, continent, distances_km

PAIRS = 20


def confusion(predicted: np.ndarray, truth: np.ndarray, classes: int) -> np.ndarray:
    """How often each true class (row) was taken for each class (column): int64 (N, N)."""
    counts = np.bincount(truth * classes + predicted, minlength=classes * classes)
    return counts.reshape(classes, classes)


def country_analysis(probabilities: np.ndarray, truth: np.ndarray, classes: Sequence[str]) -> dict:
    """Where a model's answers go, for its card.

    Args:
        probabilities: (B, N).
        truth: true classes, (B,).
        classes: ISO codes in the order of the columns.

    Returns:
        "confusion": (N, N) counts, true by predicted, in the order of the classes; "by_country":
        photos and recall of each country that occurs; "by_continent" and "continent_accuracy": see
        `by_continent`; "confused": the pairs most often mistaken, true country first;
        "distance_km": from the predicted country's middle to the true one's.
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
        **by_continent(predicted, truth, classes),
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


def by_continent(predicted: np.ndarray, truth: np.ndarray, classes: Sequence[str]) -> dict:
    """How often the country is right, and how often at least its continent, by true continent.

    Args:
        predicted: classes, (B,).
        truth: classes, (B,).
        classes: ISO codes by class.

    Returns:
        "continent_accuracy": the share of photos whose predicted country lies on the right
        continent; "by_continent": the same share beside top-1 and the photos of each continent
        that occurs.
    """
    place = np.array([CONTINENTS.index(continent(code)) for code in classes])
    right, same = predicted == truth, place[predicted] == place[truth]
    scores = {}
    for number in np.unique(place[truth]):
        here = place[truth] == number
        scores[CONTINENTS[number]] = {
            "photos": int(here.sum()),
            "top1": float(right[here].mean()),
            "continent_accuracy": float(same[here].mean()),
        }
    return {"continent_accuracy": float(same.mean()), "by_continent": scores}
