"""Several photos of one place: how their answers are pooled, fitted on val, and what it gains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import minimize_scalar

from geoloc.models.calibration import fit_set_mass
from geoloc.models.card import MultiViewCalibration
from geoloc.models.multi_view import FLOOR, MultiView
from training.evaluation.metrics import (
    bootstrap,
    calibration_error,
    log_loss,
    macro_recall,
    mean_of,
    set_metrics,
    top_k,
)


@dataclass(frozen=True)
class Judged:
    """Answers to photos, and to places of several photos, as scores are taken of them.

    Attributes:
        probabilities: to photos, (B, N).
        mass: of their country sets, one for all or (B,); None if unknown.
        seen: the photos of each place with several.
        places: the answers to these, (P, N).
        place_mass: of their country sets, one for all or (P,); None if unknown.
    """

    probabilities: np.ndarray
    mass: float | np.ndarray | None
    seen: list[np.ndarray]
    places: np.ndarray
    place_mass: float | np.ndarray | None

    @classmethod
    def by(
        cls,
        how: MultiView,
        threshold: float | None,
        probabilities: np.ndarray,
        truth: np.ndarray,
        groups: np.ndarray,
    ) -> Judged:
        """By what a model's card says."""
        seen = places(truth, groups)
        answers = pooled(probabilities, seen, how)
        return cls(probabilities, threshold, seen, answers, how.conformal_threshold)


def places(truth: np.ndarray, groups: np.ndarray) -> list[np.ndarray]:
    """The photos of each group that has several, all of one country: positions, (V,) each.

    Args:
        truth: true classes, (B,).
        groups: places, (B,).
    """
    _, member = np.unique(groups, return_inverse=True)
    members = np.split(np.argsort(member, kind="stable"), np.cumsum(np.bincount(member))[:-1])
    return [rows for rows in members if len(rows) > 1 and len(np.unique(truth[rows])) == 1]


def fit(probabilities: np.ndarray, truth: np.ndarray, groups: np.ndarray) -> MultiView | None:
    """The prior, gamma and set mass that suit the places with several photos best.

    Args:
        probabilities: calibrated, (B, N), of photos the network was not trained on.
        truth: true classes, (B,).
        groups: places, (B,).

    Returns:
        None where no place has several photos.
    """
    seen = places(truth, groups)
    if not seen:
        return None
    # What the model answers on average is what it would answer to no photo at all.
    prior = np.clip(probabilities.mean(axis=0), FLOOR, None)
    prior /= prior.sum()
    true = truth_of(seen, truth)

    def loss(gamma: float) -> float:
        return log_loss(pooled(probabilities, seen, MultiView(prior, gamma)), true)

    # The search comes close to its bounds and never reaches them.
    inside = minimize_scalar(loss, bounds=(0.0, 1.0), method="bounded").x
    gamma = min((0.0, float(inside), 1.0), key=loss)
    answers = pooled(probabilities, seen, MultiView(prior, gamma))
    return MultiView(prior, gamma, fit_set_mass(answers, true, np.arange(len(true))))


def as_card(how: MultiView | None) -> MultiViewCalibration | None:
    """The part of a card's calibration, None where nothing was fitted."""
    if how is None:
        return None
    return MultiViewCalibration(
        prior=tuple(how.prior.tolist()),
        gamma=how.gamma,
        conformal_threshold=how.conformal_threshold,
    )


def truth_of(seen: Sequence[np.ndarray], truth: np.ndarray) -> np.ndarray:
    """The true class of each place, (P,)."""
    return np.array([truth[rows[0]] for rows in seen])


def pooled(probabilities: np.ndarray, seen: Sequence[np.ndarray], how: MultiView) -> np.ndarray:
    """One answer a place, (P, N), from the photos' calibrated probabilities (B, N)."""
    answers = [how.pooled(probabilities[rows]) for rows in seen]
    return np.reshape(answers, (len(seen), probabilities.shape[1]))


def metrics(judged: Judged, truth: np.ndarray) -> dict[str, Any]:
    """What one answer from all photos of a place gains on asking about each photo alone.

    Args:
        judged: with at least one place of several photos.
        truth: true classes of the photos, (B,).
    """
    seen, answers = judged.seen, judged.places
    photos, true = np.concatenate(seen), truth_of(seen, truth)
    single = top_k(judged.probabilities, truth, 1).astype(float)
    # Each place counts once, however many photos it has.
    alone = np.array([single[rows].mean() for rows in seen])
    right = top_k(answers, true, 1).astype(float)
    gain = right - alone
    scores = {
        "places": len(seen),
        "photos": len(photos),
        "views": len(photos) / len(seen),
        "top1_single": float(alone.mean()),
        "top1": float(right.mean()),
        "top1_interval": _by_place(right),
        "top5": float(top_k(answers, true, 5).mean()),
        "macro_recall_single": macro_recall(single[photos], truth[photos]),
        "macro_recall": macro_recall(right, true),
        "gain_top1": float(gain.mean()),
        "gain_top1_interval": _by_place(gain),
        "log_loss": log_loss(answers, true),
        "ece": calibration_error(answers.max(axis=1), right),
    }
    if judged.place_mass is not None:
        scores |= set_metrics(answers, true, np.arange(len(seen)), judged.place_mass)
    return scores


def _by_place(values: np.ndarray) -> tuple[float, float]:
    return bootstrap(mean_of(values), np.arange(len(values)))
