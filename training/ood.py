"""What tells street photos from other pictures: a logistic regression on a network's features.

Streets are training photos, alike of every source; the others are drawn by script
(`training.no_street`), and where a folder of them is given, photos of faces, food, rooms and pages.
The threshold is what nineteen in twenty photos of sources that nothing was trained on pass.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from geoloc.models.card import KindFound, PictureOod
from geoloc.ood import OodDetector
from geoloc.tasks.country import CountryClassifier
from training import no_street
from training.data import Data
from training.evaluation.answers import PHOTOS_AT_ONCE
from training.loop import linear
from training.sampling import Sampling

STREETS = 800
"""Training photos that stand for streets."""
DRAWN = 30
"""Pictures of each kind that are drawn to learn from, and as many to measure on."""
CROPS = 3
PENALTY = 0.01
PASSED = 0.95
"""Share of an unseen source's street photos that shall pass."""


def fit(
    classifier: CountryClassifier, data: Data, others: Path | None
) -> tuple[OodDetector, PictureOod]:
    """A detector, and what a card says of it.

    Every second picture of each kind is kept aside to measure on.

    Args:
        classifier: whose network's embeddings are judged by.
        data: with sources that nothing was trained on in val.
        others: a folder of pictures that are no street photos, in a folder for each kind.
    """
    table = data.frames.table
    train = data.frames.of_split("train")
    codes, labels = np.unique(table.country.to_numpy(str)[train], return_inverse=True)
    even = Sampling(photos=STREETS, country_power=0.5, source_power=0.5, most=1)
    plan = even.plan(labels, table.source.to_numpy()[train], np.random.default_rng(0))
    streets = features(classifier, data, train[plan.row])
    kinds, pictures = zip(*_pictures(others), strict=True)
    crops = classifier.card.input.crops
    strange = np.concatenate(
        [
            classifier.described(crops.of_all(map(crops.spec.frame, part)))[1]
            for part in _parts(pictures)
        ]
    )
    kinds = np.array(kinds)
    learnt = _every_second(kinds)
    detector = _fitted(streets, strange[learnt])
    unseen = unseen_rows(data)
    passed = detector.scores(features(classifier, data, unseen))
    threshold = float(np.quantile(passed, PASSED))
    detector = OodDetector(detector.weight, detector.bias, threshold)
    flagged = detector.scores(strange[~learnt]) > threshold
    held = kinds[~learnt]
    by_kind = {
        str(kind): KindFound(
            pictures=int((held == kind).sum()), found=float(flagged[held == kind].mean())
        )
        for kind in np.unique(held)
    }
    return detector, PictureOod(
        method="linear model on pooled features",
        threshold=threshold,
        passed=PASSED,
        found=float(np.mean([kind.found for kind in by_kind.values()])),
        by_kind=by_kind,
    )


def unseen_rows(data: Data) -> np.ndarray:
    """Rows of val whose source nothing was trained on."""
    table = data.frames.table
    return np.flatnonzero((table.split == "val") & table.source.isin(data.selection.unseen))


def features(classifier: CountryClassifier, data: Data, rows: np.ndarray) -> np.ndarray:
    """Pooled features (B, F) of some rows."""
    crops = classifier.card.input.crops
    frames = data.for_input(crops.spec).frames
    return np.concatenate(
        [
            classifier.described(crops.of_all(map(frames.frame, chunk)))[1]
            for chunk in frames.chunks(rows, PHOTOS_AT_ONCE)
        ]
    )


def _pictures(others: Path | None) -> list[tuple[str, np.ndarray]]:
    drawn = no_street.pictures(2 * DRAWN, seed=0)
    return drawn + (no_street.in_folder(others, CROPS, seed=0) if others else [])


def _parts(pictures: tuple[np.ndarray, ...]) -> list[tuple[np.ndarray, ...]]:
    return [
        pictures[start : start + PHOTOS_AT_ONCE]
        for start in range(0, len(pictures), PHOTOS_AT_ONCE)
    ]


def _every_second(kinds: np.ndarray) -> np.ndarray:
    """Whether each picture is learnt from: half of every kind, the crops of a file together."""
    number = np.zeros(len(kinds), int)
    for kind in np.unique(kinds):
        here = kinds == kind
        number[here] = np.arange(here.sum())
    drawn = np.isin(kinds, list(no_street.KINDS))
    return np.where(drawn, number % 2, number // CROPS % 2) == 0


def _fitted(streets: np.ndarray, strange: np.ndarray) -> OodDetector:
    both = np.concatenate([streets, strange])
    both = both / np.linalg.norm(both, axis=1, keepdims=True)
    is_strange = torch.arange(len(both)) >= len(streets)
    # The few strange ones count as much as the many streets.
    weight = torch.where(is_strange, 0.5 / len(strange), 0.5 / len(streets)) * len(both)

    def loss(scores: torch.Tensor) -> torch.Tensor:
        truth = is_strange.to(scores)
        return F.binary_cross_entropy_with_logits(scores[:, 0], truth, weight.to(scores))

    (layer,) = linear.path(torch.from_numpy(both), loss, 1, [PENALTY])
    return OodDetector(layer.weight[0].numpy(), float(layer.bias[0]), threshold=0.0)


def report(measured: PictureOod) -> str:
    """What was measured, as text for a terminal."""
    lines = [
        f"  {name:12} {kind.found:.3f} of {kind.pictures} found"
        for name, kind in measured.by_kind.items()
    ]
    false_alarms = 1 - (measured.passed or 0)
    return "\n".join(
        [*lines, f"  all kinds    {measured.found:.3f} at {false_alarms:.0%} false alarms"]
    )
