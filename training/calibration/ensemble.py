"""The ensemble: which weight each country model's answer gets, fitted and judged on val.

Weights, temperature and prior make one convex problem: with v = weight / temperature, the logits
are the sum of v times the members' log-probabilities, plus the prior's share. Where val has sources
that no member was trained on, all sources decide the weights alike, and those how sure to be.

Everything is fitted on the same photos that would judge it, so val scores are cross-fitted: each
fold of places is answered by an ensemble fitted on the other folds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.special import log_softmax

from geoloc.models.calibration import COVERAGE, fit_set_mass
from geoloc.models.card import ENSEMBLE, CountryCalibration, EnsembleCard, Network, Provenance
from geoloc.models.ensemble import Ensemble, pool
from geoloc.models.multi_view import MultiView, log_probabilities
from geoloc.models.release import WEIGHTS, Release, ReleaseError, released
from training import unseen
from training.calibration import multi_view
from training.calibration.multi_view import Judged
from training.data import Data, class_shares
from training.evaluation.answers import Answers, of_split, sources_of
from training.evaluation.folds import FOLDS, folds
from training.sampling import source_weights

LEAST_WEIGHT = 0.01
"""A member with less would cost its time and change no answer: it is left out."""

HOW = f"cross-fitted: each of {FOLDS} folds of places is answered by weights of the other folds"


@dataclass(frozen=True)
class Val:
    """What is known of the photos that an ensemble is fitted on.

    Attributes:
        prior: logarithms of the classes' shares, (N,).
        truth: true classes, (B,).
        groups: places, (B,).
        sources: (B,), where some were kept from training; or None.
        unseen: names of those.
    """

    prior: np.ndarray
    truth: np.ndarray
    groups: np.ndarray
    sources: np.ndarray | None = None
    unseen: tuple[str, ...] = ()

    def part(self, rows: np.ndarray) -> Val:
        """Some of the photos."""
        sources = None if self.sources is None else self.sources[rows]
        return replace(self, truth=self.truth[rows], groups=self.groups[rows], sources=sources)

    @property
    def weights(self) -> np.ndarray:
        """What each photo counts, (B,), adding up to 1."""
        if self.sources is None:
            return np.full(len(self.truth), 1 / len(self.truth))
        return source_weights(pd.Series(self.sources))


@dataclass(frozen=True)
class Fitted:
    """What val decides of an ensemble.

    Attributes:
        weights: of the members, (M,), adding up to 1.
        calibration: of their pool.
        multi_view: how several photos of a place are pooled, None where val has no such place.
    """

    weights: np.ndarray
    calibration: CountryCalibration
    multi_view: MultiView | None

    def probabilities(self, members: np.ndarray) -> np.ndarray:
        """(B, N) from the members' (M, B, N)."""
        return _pooled(members, self.weights, self.calibration)


def fit(members: np.ndarray, val: Val) -> Fitted:
    """Fit an ensemble.

    Args:
        members: calibrated probabilities (M, B, N) of photos no member was trained on.
        val: what is known of the photos.
    """
    shares, prior_weight = _least_loss(log_probabilities(members), val)
    weights = shares / shares.sum()
    calibration = CountryCalibration(
        on="val",
        temperature=float(1 / shares.sum()),
        prior_weight=prior_weight,
        bias=tuple((prior_weight * val.prior).tolist()),
        set_coverage=COVERAGE,
    )
    if val.sources is not None:
        logits = np.tensordot(weights, log_probabilities(members), axes=1)
        aside = np.isin(val.sources, val.unseen)
        known = val.truth, val.groups, val.sources
        calibration = unseen.fit(logits, np.exp(val.prior), *known, aside)
    answers = _pooled(members, weights, calibration)
    if calibration.conformal_threshold is None:
        mass = fit_set_mass(answers, val.truth, val.groups)
        calibration = calibration.changed(conformal_threshold=mass)
    several = multi_view.fit(answers, val.truth, val.groups)
    return Fitted(
        weights=weights,
        calibration=calibration.changed(multi_view=multi_view.as_card(several)),
        multi_view=several,
    )


def _pooled(
    members: np.ndarray, weights: np.ndarray, calibration: CountryCalibration
) -> np.ndarray:
    bias = calibration.bias_of(members.shape[2])
    return pool(members, weights, calibration.temperature, bias)


def _least_loss(log_members: np.ndarray, val: Val) -> tuple[np.ndarray, float]:
    """The members' shares (M,) in the logits and the prior's, by log loss, from (M, B, N)."""
    rows, prior, counts = np.arange(len(val.truth)), val.prior, val.weights

    def loss(tried: np.ndarray) -> tuple[float, np.ndarray]:
        logits = np.tensordot(tried[:-1], log_members, axes=1) + tried[-1] * prior
        log_p = log_softmax(logits, axis=1)
        error = np.exp(log_p)
        error[rows, val.truth] -= 1
        error *= counts[:, None]
        slope = np.append((log_members * error).sum(axis=(1, 2)), (error @ prior).sum())
        return -(counts @ log_p[rows, val.truth]), slope

    count = len(log_members)
    # Without the upper bound a few photos that all members know would be answered ever more surely.
    bounds = [(0.0, 20.0)] * count + [(-2.0, 2.0)]
    # From nothing on, so that a member whose answers never change keeps no weight.
    optimum = minimize(loss, np.zeros(count + 1), jac=True, bounds=bounds, method="L-BFGS-B").x
    # Members no better than the prior alone would leave a pool of nothing.
    shares = optimum[:-1] if optimum[:-1].sum() > 0.05 else np.full(count, 0.05 / count)
    return shares, float(optimum[-1])


def cross_fitted(members: np.ndarray, val: Val) -> Judged:
    """The answers to val that its own photos had no part in; arguments as those of `fit`."""
    truth, groups = val.truth, val.groups
    probabilities, mass = np.zeros(members.shape[1:]), np.zeros(len(truth))
    seen = multi_view.places(truth, groups)
    answers, place_mass = np.zeros((len(seen), members.shape[2])), np.ones(len(seen))
    for held in folds(groups):
        fitted = fit(members[:, ~held], val.part(~held))
        probabilities[held] = fitted.probabilities(members[:, held])
        mass[held] = threshold = fitted.calibration.conformal_threshold
        how = fitted.multi_view or MultiView.plain(len(val.prior), threshold)
        for place, rows in enumerate(seen):
            if held[rows[0]]:
                answers[place] = how.pooled(probabilities[rows])
                place_mass[place] = how.conformal_threshold
    return Judged(probabilities, mass, seen, answers, place_mass)


def members_among(checkpoints: Sequence[Release], data: Data) -> list[Release]:
    """The country models that were trained on this data, as an ensemble needs them.

    Raises:
        ReleaseError: if there are fewer than two.
    """
    models = [
        released
        for released in checkpoints
        if released.classes
        and not released.members
        and released.card.data.fingerprint == data.fingerprint
    ]
    if len(models) < 2:
        named = ", ".join(released.name for released in models) or "none"
        raise ReleaseError(
            "too_few_members",
            "an ensemble needs two country models trained on {data}; there is {named}. "
            "Train more, or give --checkpoints the folder where they lie.",
            data=data.name,
            named=named,
        )
    # What took another model's place in an order of countries would be pooled with other countries.
    strange = [released.name for released in models if released.classes != models[0].classes]
    if strange:
        raise ReleaseError(
            "members_differ",
            "{strange} and {model} know different countries: train them anew on the same "
            "data, or name the members that fit each other.",
            strange=", ".join(strange),
            model=models[0].name,
        )
    return models


def build(folder: Path, members: Sequence[Release], data: Data, answers: Answers) -> Release:
    """An ensemble fitted on val, without scores; nothing is published.

    Args:
        folder: of the ensemble, beside those of its members.
        members: as `members_among` gives them.
        data: what they were trained on.
        answers: of the members.

    Raises:
        ReleaseError: if the folder holds a network.
    """
    if (folder / WEIGHTS).exists():
        raise ReleaseError(
            "name_of_a_network",
            "{model} is a network: give the ensemble another name by --name.",
            model=folder.name,
        )
    val = _val(members[0], data)
    member_answers = answers.of_all(tuple(map(answers.open, members)), data, "val")
    fitted = fit(member_answers, val)
    kept = np.flatnonzero(fitted.weights >= LEAST_WEIGHT).tolist()
    if len(kept) < len(members):
        fitted = fit(member_answers[kept], val)
    return released(folder, None, card_of(folder.name, [members[i] for i in kept], fitted, data))


def judged(model: Ensemble, data: Data, split: str, answers: Answers) -> Judged:
    """An ensemble's answers to one split; those to val are cross-fitted."""
    member_answers = answers.of_all(model.networks, data, split)
    if split == "val":
        return cross_fitted(member_answers, _val(model.checkpoint, data))
    truth, groups = of_split(model.checkpoint, data, split)
    threshold = model.card.calibration.conformal_threshold
    return Judged.by(
        model.card.multi_view, threshold, model.pooled(list(member_answers)), truth, groups
    )


def _val(checkpoint: Release, data: Data) -> Val:
    truth, groups = of_split(checkpoint, data, "val")
    kept = data.selection.unseen
    sources = sources_of(data, "val") if kept else None
    return Val(prior_of(checkpoint, data), truth, groups, sources, kept)


def prior_of(checkpoint: Release, data: Data) -> np.ndarray:
    """Logarithms of the classes' shares of the training photos, (N,)."""
    truth, _ = of_split(checkpoint, data, "train")
    # A class without training photos counts as half of one.
    return np.log(np.maximum(class_shares(truth, len(checkpoint.classes)), 0.5 / len(truth)))


def card_of(name: str, members: Sequence[Release], fitted: Fitted, data: Data) -> EnsembleCard:
    """The card of an ensemble, without scores."""
    sizes = [member.card.network.parameters or 0 for member in members]
    weights = fitted.weights.tolist()
    return EnsembleCard(
        name=name,
        title="Ensemble",
        task="country",
        network=Network(name=ENSEMBLE, parameters=sum(sizes)),
        members={m.folder.name: w for m, w in zip(members, weights, strict=True)},
        classes=members[0].classes,
        calibration=fitted.calibration,
        data=data.described().changed(countries=data.countries()),
        provenance=Provenance(trained=datetime.now(UTC).date()),
    )
