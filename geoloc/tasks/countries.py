"""The task of countries: its cards, what opens them, and its answers in lists and tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

import torch

from geoloc.countries import name
from geoloc.errors import GeolocError
from geoloc.explain.cam import Cam
from geoloc.explain.explainer import Explainer
from geoloc.explain.methods import explainers
from geoloc.models.card import ENSEMBLE, Card, CountryCard, EnsembleCard
from geoloc.models.ensemble import Ensemble
from geoloc.models.release import Release, ReleaseError, load
from geoloc.photo import Photo
from geoloc.tasks.base import Opener, Task, View, answers_by_view, register_task
from geoloc.tasks.country import CountryClassifier, CountryModel, CountryPrediction
from geoloc.text import N_

if TYPE_CHECKING:
    from geoloc.results.locate import PlaceAnswer

PROBABILITY = "p_"
"""What the name of a country's own column begins with."""

_SHARE_DECIMALS = 6


@register_task("country")
class CountryTask(Task):
    """Which country a photo shows."""

    plural = "countries"
    about = "classes"
    cards = (CountryCard, EnsembleCard)
    columns = {
        "country_code": N_("the likeliest country, ISO 3166-1 alpha-2"),
        "country": N_("its English name"),
        "probability": N_("its calibrated probability, from 0 to 1"),
        "likely": N_("the countries, likeliest first, that hold the true one nine times in ten"),
    }
    beside = {
        "verdict": lambda prediction: prediction.verdict,
        "ood": lambda prediction: prediction.ood and prediction.ood.as_json(),
    }

    def card_type(self, card: Mapping[str, Any]) -> type[Card]:
        network = card.get("network")
        combined = isinstance(network, Mapping) and network.get("name") == ENSEMBLE
        return EnsembleCard if combined else CountryCard

    def open(
        self, checkpoint: Release, device: torch.device | None, opener: Opener
    ) -> CountryModel:
        if checkpoint.members:
            return Ensemble(checkpoint, _members(checkpoint, opener))
        return CountryClassifier(checkpoint, device)

    def rank(self, checkpoint: Release) -> float:
        """Ensembles first: theirs is the answer that those below it went into."""
        return 0.0 if checkpoint.members else 1.0

    def answers(
        self, models: Sequence[CountryModel], views: Sequence[View], ms: dict[str, float]
    ) -> list[CountryPrediction]:
        return answers_by_view(models, views, ms)

    def as_json(self, predictions: Sequence[CountryPrediction]) -> dict[str, Any]:
        """Every country of every model in descending order."""
        return {p.model: p.to_dict()["countries"] for p in predictions}

    def among(
        self, predictions: Sequence[CountryPrediction], codes: Sequence[str]
    ) -> list[CountryPrediction]:
        return [prediction.restricted(codes) for prediction in predictions]

    def row(self, prediction: CountryPrediction) -> dict[str, Any]:
        code, probability = prediction.top(1)[0]
        first = prediction.likely
        return {
            "country_code": code,
            "country": name(code, "en"),
            "probability": round(probability, _SHARE_DECIMALS),
            "likely": None if first is None else list(prediction.codes[:first]),
        }

    def shares(self, prediction: CountryPrediction) -> dict[str, float]:
        top = prediction.top(len(prediction.codes))
        return {PROBABILITY + code: round(share, _SHARE_DECIMALS) for code, share in top}

    def lines(self, answer: PlaceAnswer, rows: int) -> Iterator[str]:
        for prediction in answer.countries:
            verdict = f": {prediction.verdict}" if prediction.verdict else ""
            yield f"  country, by {prediction.model}{verdict}"
            yield from _bars(prediction, rows)
        if answer.clues is None:
            return
        if not answer.clues:
            yield "  clues: none; no text that says something of the country was read"
            return
        yield "  clues"
        yield from (f"    {clue.reason}" for clue in answer.clues)
        for prediction in answer.with_clues:
            yield f"  country, by {prediction.model} with these clues"
            yield from _bars(prediction, rows)

    def explainers(self, model: CountryModel) -> tuple[Explainer, ...]:
        """Those of a network; an ensemble's networks have their own."""
        return () if model.checkpoint.members else explainers(cast(CountryClassifier, model))

    def cam(
        self,
        model: CountryClassifier,
        explainer: Explainer,
        photo: Photo,
        country: str | None,
        layer: str | None,
    ) -> Cam:
        country = country or model.predict(photo).codes[0]
        if country not in model.classes:
            raise GeolocError(
                "unknown_country",
                "{model} does not know the country {country}; it knows {countries}.",
                model=model.checkpoint.name,
                country=country,
                countries=", ".join(model.classes),
            )
        layer = layer or explainer.layers[-1]
        if layer not in explainer.layers:
            raise GeolocError(
                "unknown_layer",
                "{model} has no maps at {layer}; it has some at {layers}.",
                model=model.checkpoint.name,
                layer=layer,
                layers=", ".join(explainer.layers),
            )
        return explainer.explain(photo, country, layer)


def _members(ensemble: Release, opener: Opener) -> dict[str, CountryClassifier]:
    """The networks of an ensemble that are at hand, by the name of their folder."""
    members = {}
    for folder, weight in ensemble.members.items():
        try:
            member = load(ensemble.folder.parent / folder)
            # An ensemble of ensembles could go round in circles.
            if weight > 0 and member.task == ensemble.task and not member.members:
                members[folder] = cast(CountryClassifier, opener(member))
        except ReleaseError:
            continue  # the ensemble says itself whom it misses
    return members


def _bars(prediction: CountryPrediction, rows: int) -> Iterator[str]:
    for code, p in prediction.top(rows):
        yield f"    {p:6.1%}  {code}  {name(code):<24}{'█' * round(20 * p)}"
