"""A network's answer and clues as one: probabilities times likelihoods (Bayes' rule)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np

from geoloc.clues.clue import Clue, Kind
from geoloc.countries import CODES, area_km2
from geoloc.tasks.country import CountryPrediction

WEIGHT = 1.0
"""Exponent of a clue's likelihoods: 1 is Bayes' rule. They were set by reasoning, low enough for a
reader that errs; `python -m benchmarks.clues --weight` measures other values."""

OUTSIDE = 0.15
"""What a network that knows some countries leaves for all others, once clues speak: that share of
travellers' photos is from countries other than the 55 that the released networks know."""

DOUBT = 0.02
"""The share of the network's own answer that no clue takes away: a foreign lorry, a souvenir."""


def join(
    prediction: CountryPrediction, clues: Sequence[Clue], weight: float = WEIGHT
) -> CountryPrediction:
    """One answer from what a model sees and what clues say.

    p(c) = (1 - d) * q(c) + d * m(c), q(c) ~ m(c) * product over clues i of l_i(c)^(w * f_i)

    with the model's m, and d = `DOUBT`. Of clues of one kind only the first counts fully, the k-th
    by f = 1/k, since signs of one street repeat each other. Countries that the model doesn't know
    share `OUTSIDE` of its answer by the square root of their area.

    Args:
        prediction: a model's answer.
        clues: those of the same photo; none leave the answer as it is, to the last digit.
        weight: the exponent w, 0 to disregard them.

    Returns:
        An answer over all countries, without `likely`: its sets were calibrated without clues.

    Raises:
        ValueError: if the weight is negative.

    Example:
        >>> from geoloc.clues import join, typed_text
        >>> seen = CountryPrediction("net", ("GB", "IE"), (0.7, 0.3))
        >>> join(seen, typed_text("Killorglin")).codes[0]
        'IE'
    """
    if weight < 0:
        raise ValueError(f"a clue's weight is 0 or more, not {weight}")
    if not clues or weight == 0:
        return prediction
    prior = _everywhere(prediction)
    logs = np.log(np.maximum(prior, 1e-300)) + weight * evidence(clues)
    posterior = np.exp(logs - logs.max())
    posterior /= posterior.sum()
    joined = (1 - DOUBT) * posterior + DOUBT * prior
    return CountryPrediction.of(prediction.model, CODES, joined)


def evidence(clues: Sequence[Clue]) -> np.ndarray:
    """The logarithm of what clues say together of each of `CODES`, float64 (249,)."""
    total = np.zeros(len(CODES))
    rank: dict[Kind, int] = {}
    for clue in sorted(clues, key=lambda clue: -clue.strength):
        rank[clue.kind] = rank.get(clue.kind, 0) + 1
        total += np.log([clue.likelihood(code) for code in CODES]) / rank[clue.kind]
    return total


def _everywhere(prediction: CountryPrediction) -> np.ndarray:
    """The model's probabilities over `CODES`, with a little for countries that it doesn't know."""
    own: Mapping[str, float] = dict(prediction.top(len(prediction.codes)))
    classes = np.array([code in own for code in CODES])
    seen = np.array([own.get(code, 0.0) for code in CODES])
    others = np.where(classes, 0, _size())
    if not others.any():
        return seen
    return (1 - OUTSIDE) * seen + OUTSIDE * others / others.sum()


@cache
def _size() -> np.ndarray:
    return np.sqrt([area_km2(code) for code in CODES])
