"""How good a model is: scores, their baselines, and bootstrap intervals that resample places."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from geoloc.models.calibration import set_sizes

RESAMPLES = 1000
FLOOR_DRAWS = 200
WITHIN_M = (25, 50, 100, 250, 500)


def top_k(probabilities: np.ndarray, truth: np.ndarray, k: int) -> np.ndarray:
    """Whether each true class (B,) is among the k most probable of (B, N): bool (B,)."""
    own = probabilities[np.arange(len(truth)), truth][:, None]
    # Ties count against the model, so that a constant answer earns nothing by luck of order.
    return (probabilities >= own).sum(axis=1) <= k


def macro_recall(
    correct: np.ndarray, truth: np.ndarray, weights: np.ndarray | None = None
) -> float:
    """Mean over the classes present of the share recognised."""
    weights = np.ones(len(truth)) if weights is None else weights
    size = np.bincount(truth, weights)
    hits = np.bincount(truth, weights * correct, minlength=len(size))
    present = size > 0
    return float((hits[present] / size[present]).mean())


def log_loss(probabilities: np.ndarray, truth: np.ndarray) -> float:
    """Mean negative log-probability of the truth, in nats."""
    own = probabilities[np.arange(len(truth)), truth]
    return float(-np.log(np.clip(own, 1e-12, 1.0)).mean())


def calibration_error(confidence: np.ndarray, correct: np.ndarray, bins: int = 15) -> float:
    """Expected calibration error of the top answer over equally wide bins.

    Naeini et al. 2015; Guo et al. 2017, arXiv:1706.04599.
    """
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    size = np.bincount(place, minlength=bins)
    gap = np.bincount(place, correct - confidence, minlength=bins)
    return float(np.abs(gap).sum() / size.sum())


def calibration_floor(confidence: np.ndarray, bins: int = 15, seed: int = 0) -> float:
    """The calibration error that true probabilities would show on so few photos, on average.

    A bin of n photos is off by chance even where nothing is wrong, by about 1 / sqrt(n): an error
    is to be read beside this one (Vaicenavicius et al. 2019, arXiv:1902.06977).

    Args:
        confidence: of the top answers, (B,), taken as the chance that each is right.
    """
    rng = np.random.default_rng(seed)
    drawn = rng.random((FLOOR_DRAWS, len(confidence))) < confidence
    return float(np.mean([calibration_error(confidence, right, bins) for right in drawn]))


def reliability(
    confidence: np.ndarray, correct: np.ndarray, bins: int = 15
) -> list[dict[str, float]]:
    """The reliability curve: mean confidence and accuracy of each bin that holds photos."""
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    return [
        {
            "confidence": float(confidence[place == b].mean()),
            "accuracy": float(correct[place == b].mean()),
            "photos": int((place == b).sum()),
        }
        for b in np.unique(place)
    ]


def bootstrap(
    score: Callable[[np.ndarray], float], groups: np.ndarray, seed: int = 0
) -> tuple[float, float]:
    """The 95 % interval of a score when whole groups are drawn again with replacement.

    Args:
        score: takes how often each photo was drawn, int64 (B,), and gives the score.
        groups: which group each photo belongs to, (B,).
        seed: of the draws.
    """
    rng = np.random.default_rng(seed)
    _, member = np.unique(groups, return_inverse=True)
    count = member.max() + 1
    draws = rng.multinomial(count, np.full(count, 1 / count), size=RESAMPLES)
    scores = [score(draw[member]) for draw in draws]
    return float(np.percentile(scores, 2.5)), float(np.percentile(scores, 97.5))


def mean_of(values: np.ndarray) -> Callable[[np.ndarray], float]:
    """The mean of values (B,), as `bootstrap` asks for it."""
    # Of thousands of draws, NumPy's own average takes most of an evaluation.
    return lambda drawn: float(values @ drawn / drawn.sum())


def median_of(values: np.ndarray) -> Callable[[np.ndarray], float]:
    """The median of values (B,), as `bootstrap` asks for it."""
    return lambda drawn: float(np.median(np.repeat(values, drawn)))


def country_metrics(
    probabilities: np.ndarray, truth: np.ndarray, groups: np.ndarray, prior: np.ndarray
) -> dict:
    """Everything said of a country model on one split.

    Args:
        probabilities: (B, N), calibrated.
        truth: true classes, (B,).
        groups: places, (B,).
        prior: class shares of the training split, (N,): the answer of a model that sees no photo.
    """
    first, five = top_k(probabilities, truth, 1), top_k(probabilities, truth, 5)
    correct = first.astype(float)
    confidence = probabilities.max(axis=1)
    # Classes of equal prior are told apart by their order, so that the baseline names k of them.
    ranked = np.argsort(-prior, kind="stable")
    constant = np.isin(truth, ranked[:1]).astype(float)
    return {
        "photos": len(truth),
        "places": len(np.unique(groups)),
        "top1": float(correct.mean()),
        "top1_interval": bootstrap(mean_of(correct), groups),
        "top5": float(five.mean()),
        "top5_interval": bootstrap(mean_of(five.astype(float)), groups),
        "macro_recall": macro_recall(correct, truth),
        "macro_recall_interval": bootstrap(lambda w: macro_recall(correct, truth, w), groups),
        "log_loss": log_loss(probabilities, truth),
        "ece": calibration_error(confidence, correct),
        "ece_floor": calibration_floor(confidence),
        "reliability": reliability(confidence, correct),
        "baseline": {
            "what": "always the most frequent classes of the training split",
            "top1": float(constant.mean()),
            "top5": float(np.isin(truth, ranked[:5]).mean()),
            "macro_recall": macro_recall(constant, truth),
        },
    }


def set_metrics(
    probabilities: np.ndarray, truth: np.ndarray, groups: np.ndarray, mass: float | np.ndarray
) -> dict:
    """How often the country sets of some mass hold the truth, and how many countries they name."""
    sizes = set_sizes(probabilities, mass)
    own = probabilities[np.arange(len(truth)), truth][:, None]
    held = ((probabilities > own).sum(axis=1) < sizes).astype(float)
    return {
        "set_coverage": float(held.mean()),
        "set_coverage_interval": bootstrap(mean_of(held), groups),
        "set_size": float(sizes.mean()),
    }


def _errors(errors: np.ndarray) -> dict[str, float]:
    percentiles = {f"p{q}": float(np.percentile(errors, q)) for q in (25, 50, 75, 90)}
    within = {f"within_{m}m": float((errors <= m).mean()) for m in WITHIN_M}
    return {"mean": float(errors.mean()), **percentiles, **within}


def city_metrics(errors: np.ndarray, baseline: np.ndarray, groups: np.ndarray) -> dict:
    """Everything said of a city model's pins on one split, in metres.

    Args:
        errors: distance between pin and truth, (B,).
        baseline: distance between the training photos' centroid and the truth, (B,).
        groups: blocks, (B,).
    """
    own, always = _errors(errors), _errors(baseline)
    median, middle = median_of(errors), median_of(baseline)
    return {
        "photos": len(errors),
        "places": len(np.unique(groups)),
        **own,
        "p50_interval": bootstrap(median, groups),
        "mean_interval": bootstrap(mean_of(errors), groups),
        "within_50m_interval": bootstrap(mean_of((errors <= 50).astype(float)), groups),
        "skill": 1 - own["p50"] / always["p50"],
        "gain_p50": always["p50"] - own["p50"],
        "gain_p50_interval": bootstrap(lambda drawn: middle(drawn) - median(drawn), groups),
        "gain_mean": float((baseline - errors).mean()),
        "gain_mean_interval": bootstrap(mean_of(baseline - errors), groups),
        "baseline": {"what": "always the centroid of the training photos", **always},
    }


def region_metrics(above: np.ndarray, masses: Mapping[int, float], groups: np.ndarray) -> dict:
    """How often regions hold the truth.

    Args:
        above: how much mass lies above each truth, (B,).
        masses: of the regions that are said to hold so many truths in a hundred.
        groups: blocks, (B,).
    """
    scores: dict[str, float | tuple[float, float]] = {}
    for share, mass in masses.items():
        inside = (above <= mass + 1e-12).astype(float)
        scores[f"region{share}_coverage"] = float(inside.mean())
        scores[f"region{share}_coverage_interval"] = bootstrap(mean_of(inside), groups)
    return scores
