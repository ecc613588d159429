"""Country models on a data set: their calibration, their scores, the task that joins them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import numpy as np
import pandas as pd
import torch
from scipy.special import softmax

from geoloc import balance as balances
from geoloc.balance import described
from geoloc.countries import centroid
from geoloc.models.calibration import COVERAGE, fit_set_mass, fit_temperature_and_prior
from geoloc.models.card import CountryCalibration, CountryCard, TopActivating
from geoloc.models.ensemble import Ensemble
from geoloc.models.release import Release, ReleaseError
from geoloc.tasks.country import CountryClassifier
from training import unseen
from training.calibration import ensemble, multi_view, probes
from training.calibration.multi_view import Judged
from training.calibration.probes import Probe
from training.calibration.tta import averaging
from training.data import Data
from training.evaluation import faithfulness, figures, top_activating
from training.evaluation.analysis import country_analysis
from training.evaluation.answers import Answers, logits_of, of_split, sources_of
from training.evaluation.faithfulness import Explained
from training.evaluation.metrics import country_metrics, set_metrics
from training.loop.recipe import Recipe
from training.tasks.base import TaskTraining, Worldwide, register_training
from training.tasks.tasks import Countries


@register_training("country")
class CountryTraining(TaskTraining):
    """How models of countries are trained."""

    shown = ("top1", "top5", "macro_recall", "ece", "log_loss", "set_coverage", "set_size")
    figures = figures.COUNTRY
    anywhere = True

    def card(
        self, objective: Countries, recipe: Recipe, data: Data, common: dict[str, Any]
    ) -> CountryCard:
        learnt: dict[str, Any] = {"countries": data.countries(), "plan": _plan(recipe, data)}
        if recipe.sampling:
            learnt["sources"] = data.sources()
        return CountryCard(
            task="country",
            title=recipe.title,
            classes=objective.classes,
            data=data.described().changed(**learnt),
            **common,
        )

    def calibrate(
        self, model: Release, data: Data, device: torch.device, elsewhere: Data | None = None
    ) -> Release:
        return calibrate(model, data, device)

    def evaluate(
        self,
        model: Release,
        data: Data,
        split: str,
        answers: Answers,
        elsewhere: Data | None = None,
    ) -> dict[str, Any]:
        return scores(model, data, split, answers)

    def worldwide(self, model: Release, data: Data, answers: Answers) -> Worldwide:
        opened = cast(CountryClassifier | Ensemble, answers.open(model))
        members = list(answers.of_all(opened.networks, data, "test"))
        probabilities = opened.pooled(members) if isinstance(opened, Ensemble) else members[0]
        middles = np.array([[(m := centroid(code)).lat, m.lon] for code in model.classes])
        return Worldwide(
            model.classes,
            probabilities,
            middles[probabilities.argmax(axis=1)],
            _prior(model) if model.card.data.countries else None,
            model.country_card.calibration.conformal_threshold,
        )

    def explained(
        self, model: Release, data: Data, rows: np.ndarray, device: torch.device
    ) -> Iterator[Explained]:
        return faithfulness.of_countries(model, data, rows, device)

    def top_activating(
        self, model: Release, data: Data, device: torch.device
    ) -> TopActivating | None:
        return top_activating.favourites(model, data, device)


def _plan(recipe: Recipe, data: Data) -> dict[str, float]:
    """Items of each country in an epoch on average."""
    if recipe.sampling is None:
        return described.items(data.countries()["train"], recipe.balance)
    table = data.frames.table[data.frames.table.split == "train"]
    labels = pd.factorize(table.country, sort=True)[0]
    times = pd.Series(recipe.sampling.expected(labels, table.source.to_numpy()))
    return times.groupby(table.country.to_numpy()).sum().round(2).to_dict()


def prior_of(checkpoint: Release) -> np.ndarray:
    """Logarithm of how often each country occurs over how often training showed it, (N,).

    Raises:
        ReleaseError: if its card does not say.
    """
    recipe = checkpoint.card.recipe
    if recipe is None or not recipe.balance:
        raise ReleaseError(
            "balance_unknown",
            "{model}: its card does not say how it was balanced.",
            model=checkpoint.name,
        )
    balance = balances.from_card(recipe.balance)
    return balances.prior_shift(balance, _seen(checkpoint))


def _seen(checkpoint: Release) -> np.ndarray:
    """How many photos of each class a model was trained on, float64 (N,).

    Of a published one: how many it was calibrated on, and one more, which no country is without.
    """
    counts = checkpoint.card.data.countries.get("train", {})
    if checkpoint.card.published is None:
        return np.array([counts[code] for code in checkpoint.classes], float)
    # One that was trained elsewhere knows countries that a data set here may lack.
    return np.array([counts.get(code, 0) + 1 for code in checkpoint.classes], float)


def _frequency(checkpoint: Release) -> np.ndarray:
    """Logarithm of how often each country occurs, of a model that was balanced by nobody: (N,)."""
    logarithms = np.log(_prior(checkpoint))
    return logarithms - logarithms.mean()


def _prior(checkpoint: Release) -> np.ndarray:
    """Each class's share of the training photos, (N,)."""
    seen = _seen(checkpoint)
    return seen / seen.sum()


def calibrate(checkpoint: Release, data: Data, device: torch.device) -> Release:
    """A country model with its calibration in its card, fitted on val; nothing is published.

    That is its crops, temperature, prior and threshold of sets, and how it pools photos of one
    place.

    Raises:
        ReleaseError: if it is an ensemble, whose members are calibrated.
    """
    if checkpoint.members:
        raise ReleaseError(
            "ensemble_is_fitted",
            "{model} is an ensemble: python -m training ensemble fits it again.",
            model=checkpoint.name,
        )
    checkpoint = averaging(checkpoint)
    if checkpoint.card.published:
        known = data.described().changed(countries=data.countries())
        checkpoint = checkpoint.changed(data=known)
    if data.selection.unseen:
        return _calibrate_unseen(checkpoint, data, device)
    truth, groups = of_split(checkpoint, data, "val")
    logits = logits_of(CountryClassifier(checkpoint, device), data, "val")
    prior = _frequency(checkpoint) if checkpoint.card.published else prior_of(checkpoint)
    temperature, weight = fit_temperature_and_prior(logits, prior, truth)
    bias = weight * prior
    probabilities = softmax(logits / temperature + bias, axis=1)
    calibration = CountryCalibration(
        on="val",
        temperature=temperature,
        prior_weight=weight,
        bias=tuple(bias.tolist()),
        conformal_threshold=fit_set_mass(probabilities, truth, groups),
        set_coverage=COVERAGE,
        multi_view=multi_view.as_card(multi_view.fit(probabilities, truth, groups)),
    )
    return _recalibrated(checkpoint, calibration)


def _calibrate_unseen(checkpoint: Release, data: Data, device: torch.device) -> Release:
    """`calibrate` on the sources of val that nothing was trained on."""
    truth, groups = of_split(checkpoint, data, "val")
    sources = sources_of(data, "val")
    logits = logits_of(CountryClassifier(checkpoint, device), data, "val")
    aside = np.isin(sources, data.selection.unseen)
    calibration = unseen.fit(logits, _shown(checkpoint), truth, groups, sources, aside)
    bias = calibration.bias_of(len(checkpoint.classes))
    probabilities = softmax(logits / calibration.temperature + bias, axis=1)
    pooling = multi_view.as_card(multi_view.fit(probabilities, truth, groups))
    return _recalibrated(checkpoint, calibration.changed(multi_view=pooling))


def _recalibrated(checkpoint: Release, calibration: CountryCalibration) -> Release:
    # What no street photo is, the network's embeddings say: another temperature changes nothing.
    if ood := checkpoint.country_card.calibration.ood:
        calibration = calibration.changed(ood=ood)
    return checkpoint.changed(calibration=calibration)


def _shown(checkpoint: Release) -> np.ndarray:
    """Each class's share of what training showed, (N,)."""
    plan = checkpoint.card.data.plan
    items = np.array([plan[code] for code in checkpoint.classes], float)
    return items / items.sum()


def scores(checkpoint: Release, data: Data, split: str, answers: Answers) -> dict[str, Any]:
    """Scores of a country model, and of the linear models behind its CAMs if it has them."""
    truth, groups = of_split(checkpoint, data, split)
    model = cast(CountryClassifier | Ensemble, answers.open(checkpoint))
    prior = _prior(checkpoint)
    judged = _judged(model, data, split, answers)
    measured = country_metrics(judged.probabilities, truth, groups, prior)
    if judged.mass is not None:
        measured |= set_metrics(judged.probabilities, truth, groups, judged.mass)
    if judged.seen:
        measured["multi_view"] = multi_view.metrics(judged, truth)
    if checkpoint.country_card.calibration.sources:
        measured |= _unseen_scores(checkpoint, judged.probabilities, truth, sources_of(data, split))
    measured["analysis"] = country_analysis(judged.probabilities, truth, checkpoint.classes)
    if checkpoint.members and split == "val":
        measured["how"] = ensemble.HOW
    if checkpoint.has_probes:
        measured["probes"] = _probes(cast(CountryClassifier, model), data, split, prior)
    return measured


def _unseen_scores(
    checkpoint: Release, probabilities: np.ndarray, truth: np.ndarray, sources: np.ndarray
) -> dict[str, Any]:
    """Scores of a model whose calibration shall hold on sources that it has not seen."""
    calibration = checkpoint.country_card.calibration
    measured: dict[str, Any] = {}
    if calibration.conformal_threshold is not None:
        measured |= unseen.by_source(probabilities, truth, sources, calibration.conformal_threshold)
    if calibration.verdict:
        measured["verdicts"] = unseen.by_verdict(probabilities, truth, calibration.verdict)
    return measured


def _judged(
    model: CountryClassifier | Ensemble, data: Data, split: str, answers: Answers
) -> Judged:
    if isinstance(model, Ensemble):
        return ensemble.judged(model, data, split, answers)
    probabilities = answers.of(model, data, split)
    truth, groups = of_split(model.checkpoint, data, split)
    threshold = model.card.calibration.conformal_threshold
    return Judged.by(model.card.multi_view, threshold, probabilities, truth, groups)


def _probes(
    classifier: CountryClassifier, data: Data, split: str, prior: np.ndarray
) -> dict[str, Any]:
    truth, groups = of_split(classifier.checkpoint, data, split)
    stored = {k: v.double().numpy() for k, v in classifier.checkpoint.probes().items()}
    layers = [key.removesuffix(".weight") for key in stored if key.endswith(".weight")]
    frames = data.for_input(classifier.card.input.spec).frames
    pooled = probes.pooled_maps(classifier, frames, frames.of_split(split), layers)
    return {
        layer: country_metrics(
            Probe(stored[f"{layer}.weight"], stored[f"{layer}.bias"], 0.0).probabilities(maps),
            truth,
            groups,
            prior,
        )
        for layer, maps in pooled.items()
    }
