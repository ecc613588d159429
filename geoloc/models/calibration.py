"""Making a probability mean what it says, and a country set hold the truth as often as it says.

Temperature scaling: Guo et al. 2017, arXiv:1706.04599. Adaptive prediction sets: Romano et al.
2020, arXiv:2006.02544, without randomisation; how much they must hold: conformal prediction over
places, Dunn et al. 2022, arXiv:1809.07441. Balanced training moves a model's prior away from
how often countries occur; moving it back: Saerens et al. 2002, doi:10.1162/089976602753284446.
"""

from __future__ import annotations

import numpy as np

COVERAGE = 0.9
"""How often a country set shall hold the true country."""


def fit_temperature(logits: np.ndarray, truth: np.ndarray) -> float:
    """The temperature in [0.05, 20] that makes the true classes most likely.

    Args:
        logits: (B, N), of photos the network was not trained on.
        truth: class numbers, (B,).
    """
    # Imported where it fits: answers need what was fitted, and would wait for SciPy.
    from scipy.optimize import minimize_scalar
    from scipy.special import log_softmax

    def loss(log_temperature: float) -> float:
        log_p = log_softmax(logits / np.exp(log_temperature), axis=1)
        return float(-log_p[np.arange(len(truth)), truth].mean())

    best = minimize_scalar(loss, bounds=(np.log(0.05), np.log(20.0)), method="bounded")
    return float(np.exp(best.x))


def fit_temperature_and_prior(
    logits: np.ndarray, prior: np.ndarray, truth: np.ndarray
) -> tuple[float, float]:
    """The temperature in [0.05, 20] and the weight of `prior` in [0, 2] that suit the truth best.

    The calibrated probabilities are softmax(logits / temperature + weight * prior).

    Args:
        logits: (B, N), of photos the network was not trained on.
        prior: logarithm of how often each class occurs over how often it was trained on, (N,).
        truth: class numbers, (B,).
    """
    if not prior.any():
        return fit_temperature(logits, truth), 0.0
    from scipy.optimize import minimize
    from scipy.special import log_softmax

    def loss(tried: np.ndarray) -> float:
        log_p = log_softmax(logits / np.exp(tried[0]) + tried[1] * prior, axis=1)
        return float(-log_p[np.arange(len(truth)), truth].mean())

    bounds = [(np.log(0.05), np.log(20.0)), (0.0, 2.0)]
    best = minimize(loss, x0=[0.0, 0.5], bounds=bounds, method="L-BFGS-B")
    return float(np.exp(best.x[0])), float(best.x[1])


def conformal_quantile(scores: np.ndarray, groups: np.ndarray, coverage: float) -> float:
    """What the score of a photo of a new place does not exceed with about this probability.

    Photos of one place are all easy or all hard, and a place of which many were taken would speak
    for the others; so each place counts as one, which its photos share (the pooled distribution of
    Dunn et al. 2022, arXiv:1809.07441, whose coverage is right in the limit of many places). Where
    each place has one photo, this is split conformal prediction (Vovk et al. 2005), with its
    correction for the photo that has not been seen. Where places have many, a correction for the
    place that has not been seen would be safe and promise too little (Lee et al. 2023,
    arXiv:2306.06342): on city photos, regions of nine in ten then held more than that.

    Args:
        scores: of photos the network was not trained on, the greater the worse, (B,).
        groups: the place of each, (B,).
        coverage: the probability, in (0, 1).

    Returns:
        One of the scores; infinity where there are too few places to promise anything: 8 or fewer
        for nine times in ten.
    """
    count = len(scores)
    _, member, photos = np.unique(groups, return_inverse=True, return_counts=True)
    if coverage * (len(photos) + 1) > len(photos):
        return np.inf
    # Sums of weights that are equal but for rounding would name the next score.
    level = coverage * (count + 1) / count - 1e-12
    threshold = np.quantile(scores, level, weights=1 / photos[member], method="inverted_cdf")
    return float(threshold)


def fit_set_mass(
    probabilities: np.ndarray, truth: np.ndarray, groups: np.ndarray, coverage: float = COVERAGE
) -> float:
    """The mass, in [0, 1], at which country sets hold the true country with this probability.

    A country belongs to the set if the countries more probable than itself add up to at most this
    mass; so the set always has its most probable country, and grows where the model is unsure.

    Args:
        probabilities: calibrated, (B, N), of photos the network was not trained on.
        truth: class numbers, (B,).
        groups: the place of each photo, (B,).
        coverage: how often the set shall hold the truth, in (0, 1).

    Returns:
        The mass; 1, so that every set has all countries, where there are too few places to promise
        less.
    """
    own = probabilities[np.arange(len(truth)), truth][:, None]
    above = np.where(probabilities > own, probabilities, 0.0).sum(axis=1)
    return min(1.0, conformal_quantile(above, groups, coverage))


def set_sizes(probabilities: np.ndarray, mass: float | np.ndarray) -> np.ndarray:
    """How many countries the sets of calibrated probabilities (B, N) hold: int64 (B,).

    The mass is one for all, or one for each, (B,).
    """
    ranked = -np.sort(-probabilities, axis=1)
    above = np.cumsum(ranked, axis=1) - ranked
    return (above <= np.reshape(mass, (-1, 1)) + 1e-12).sum(axis=1)
