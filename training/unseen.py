"""Calibration that holds on photos of a source never seen: fitted on sources kept from training."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import minimize, minimize_scalar
from scipy.special import log_softmax, softmax

from geoloc.models.calibration import COVERAGE, fit_set_mass, set_sizes
from geoloc.models.card import CountryCalibration, SetScores
from geoloc.verdict import VERDICTS, VerdictBounds
from training.evaluation.metrics import calibration_error, top_k
from training.sampling import source_names, source_weights

RIGHT_SURE, RIGHT_LEANING = 0.8, 0.4
"""Shares of right answers that "fairly sure" and "leaning" shall have at least, on val."""
LEAST = 20
"""Answers that a share is taken of at least."""


def fit(
    logits: np.ndarray,
    shown: np.ndarray,
    truth: np.ndarray,
    groups: np.ndarray,
    sources: np.ndarray,
    aside: np.ndarray,
) -> CountryCalibration:
    """A card's calibration, without what is fitted on places of several photos.

    The power of the prior is a choice for all sources, and chosen by their mean; how sure to be,
    and how large a set, by those that nothing was trained on.

    Args:
        logits: (B, N), of val.
        shown: share of each class in what training showed, (N,).
        truth: class numbers, (B,).
        groups: places, (B,).
        sources: (B,).
        aside: whether nothing was trained on a photo's source, bool (B,).
    """
    prior = np.log(shown)
    prior = prior - prior.mean()
    weights = source_weights(pd.Series(sources))
    power = _power(logits, prior, truth, weights)
    bias = -power * prior
    temperature = _temperature(logits[aside], bias, truth[aside])
    limits = bounds(softmax(logits / temperature + bias, axis=1), truth, weights)
    logits, truth, groups, sources = (part[aside] for part in (logits, truth, groups, sources))
    probabilities = softmax(logits / temperature + bias, axis=1)
    return CountryCalibration(
        on="val",
        sources=tuple(sorted(set(sources.tolist()))),
        temperature=temperature,
        prior_weight=0.0,
        prior_power=power,
        prior=tuple(shown.tolist()),
        bias=tuple(bias.tolist()),
        conformal_threshold=fit_set_mass(probabilities, truth, groups),
        set_coverage=COVERAGE,
        left_out=left_out(logits, bias, truth, groups, sources),
        verdict=limits,
    )


def _power(logits: np.ndarray, prior: np.ndarray, truth: np.ndarray, weights: np.ndarray) -> float:
    """The power of the prior, in [0, 1], to divide by for the least weighted log-loss."""

    def loss(attempt: np.ndarray) -> float:
        log_p = log_softmax(logits / np.exp(attempt[0]) - attempt[1] * prior, axis=1)
        return float(-weights @ log_p[np.arange(len(truth)), truth])

    bounds = [(np.log(0.05), np.log(20.0)), (0.0, 1.0)]
    return float(minimize(loss, x0=[0.0, 0.3], bounds=bounds, method="L-BFGS-B").x[1])


def _temperature(logits: np.ndarray, bias: np.ndarray, truth: np.ndarray) -> float:
    """The temperature in [0.05, 20] that makes the truth likeliest beside a bias."""

    def loss(log_temperature: float) -> float:
        log_p = log_softmax(logits / np.exp(log_temperature) + bias, axis=1)
        return float(-log_p[np.arange(len(truth)), truth].mean())

    bounds = (np.log(0.05), np.log(20.0))
    return float(np.exp(minimize_scalar(loss, bounds=bounds, method="bounded").x))


def left_out(
    logits: np.ndarray,
    bias: np.ndarray,
    truth: np.ndarray,
    groups: np.ndarray,
    sources: np.ndarray,
) -> dict[str, SetScores]:
    """Each source's share of sets that hold the truth, by what the other sources are fitted to.

    Nothing where there is only one.
    """
    scores: dict[str, SetScores] = {}
    names = source_names_of(sources)
    if len(set(names)) == 1:
        return scores
    for name in np.unique(names):
        out = names == name
        temperature = _temperature(logits[~out], bias, truth[~out])
        probabilities = softmax(logits / temperature + bias, axis=1)
        mass = fit_set_mass(probabilities[~out], truth[~out], groups[~out])
        held = _set_scores(probabilities[out], truth[out], mass)
        scores[str(name)] = SetScores.model_validate(held)
    return scores


def source_names_of(sources: np.ndarray) -> np.ndarray:
    """The sources (B,), the small ones taken together."""
    return source_names(pd.Series(sources))


def bounds(probabilities: np.ndarray, truth: np.ndarray, weights: np.ndarray) -> VerdictBounds:
    """The lowest top probabilities from which the shares of right answers are as they shall be.

    Args:
        probabilities: calibrated, (B, N).
        truth: class numbers, (B,).
        weights: of the photos in these shares, (B,): in a mean over sources, a large one that
            training knew well does not speak for the others.
    """
    top, right = probabilities.max(axis=1), top_k(probabilities, truth, 1)
    sure = _bound(top, right, weights, RIGHT_SURE)
    below = top < sure
    leaning = _bound(top[below], right[below], weights[below], RIGHT_LEANING)
    return VerdictBounds(min(sure, leaning), sure)


def _bound(top: np.ndarray, right: np.ndarray, weights: np.ndarray, share: float) -> float:
    order = np.argsort(-top, kind="stable")
    weights = weights[order]
    precision = np.cumsum(weights * right[order]) / np.cumsum(weights)
    good = (precision >= share) & (np.arange(1, len(top) + 1) >= LEAST)
    return float(top[order][np.flatnonzero(good)[-1]]) if good.any() else 1.0


def _set_scores(probabilities: np.ndarray, truth: np.ndarray, threshold: float) -> dict[str, float]:
    sizes = set_sizes(probabilities, threshold)
    own = probabilities[np.arange(len(truth)), truth][:, None]
    held = (probabilities > own).sum(axis=1) < sizes
    return {
        "photos": len(truth),
        "set_coverage": float(held.mean()),
        "set_size": float(sizes.mean()),
    }


def by_source(
    probabilities: np.ndarray, truth: np.ndarray, sources: np.ndarray, threshold: float
) -> dict[str, Any]:
    """Scores of each source, their means, and the source that comes off worst by top-5."""
    names = source_names_of(sources)
    scores = {}
    for name in np.unique(names):
        here = names == name
        chosen, true = probabilities[here], truth[here]
        scores[str(name)] = {
            "top1": float(top_k(chosen, true, 1).mean()),
            "top5": float(top_k(chosen, true, 5).mean()),
            **_set_scores(chosen, true, threshold),
        }
    means = {
        score: float(np.mean([of_one[score] for of_one in scores.values()]))
        for score in ("top1", "top5", "set_coverage", "set_size")
    }
    worst = min(scores, key=lambda name: scores[name]["top5"])
    return {"sources": scores, "source_mean": means, "worst_source": worst}


def by_verdict(
    probabilities: np.ndarray, truth: np.ndarray, limits: VerdictBounds
) -> dict[str, dict[str, float]]:
    """Of each verdict, how many answers have it, and what share of these is right.

    All are of street photos, so that none is "no street photo".
    """
    top, right = probabilities.max(axis=1), top_k(probabilities, truth, 1)
    verdicts = np.array([limits.of(float(value)) for value in top])
    scores = {}
    for verdict in VERDICTS[1:]:
        here = verdicts == verdict
        if here.any():
            scores[verdict] = {
                "photos": int(here.sum()),
                "share": float(here.mean()),
                "right": float(right[here].mean()),
                "ece": calibration_error(top[here], right[here].astype(float)),
            }
    return scores
