"""Answers to a visitor's photos, computed once: they go with the photo, and hold none.

An ensemble's answer is made of its members', so that no network sees a photo twice.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from geoloc.city.prediction import CityPrediction
from geoloc.explain import Cam
from geoloc.models.registry import Model
from geoloc.photo import Photo
from geoloc.tasks.country import CountryPrediction
from pages.shared.once import once
from pages.shared.registry import Shelved, explainer


@dataclass(frozen=True)
class ModelAnswer:
    """What one model says of one photo or place, and the seconds it took to say it."""

    prediction: CountryPrediction | CityPrediction
    seconds: float


def answer_of(shelved: Shelved, photo: Photo) -> ModelAnswer:
    """The model's answer to one photo."""
    parts = {part.model: part for part in shelved.parts or (shelved,)}
    told: list[ModelAnswer] = []

    def ask(network: Model) -> CountryPrediction | CityPrediction:
        told.append(_answer(_id(parts[network]), network, photo))
        return told[-1].prediction

    return ModelAnswer(shelved.model.through(ask), sum(answer.seconds for answer in told))


def place_answer_of(shelved: Shelved, photos: Sequence[Photo]) -> ModelAnswer:
    """The model's one answer to all photos of a place."""
    views = [answer_of(shelved, photo) for photo in photos]
    prediction = shelved.model.together([view.prediction for view in views])
    return ModelAnswer(prediction, sum(view.seconds for view in views))


def cams_of(shelved: Shelved, photo: Photo, country: str) -> tuple[Cam, ...]:
    """The activation maps of a country, one a layer."""
    return once(
        photo.sha256,
        ("cams", _id(shelved), country),
        lambda: explainer(shelved).explain_layers(photo, country),
    )


def _id(shelved: Shelved) -> str:
    return f"{shelved.checkpoint.folder} {shelved.version}"


def _answer(key: str, model: Model, photo: Photo) -> ModelAnswer:
    def ask() -> ModelAnswer:
        started = time.perf_counter()
        prediction = model.predict([photo])[0]
        return ModelAnswer(prediction, time.perf_counter() - started)

    return once(photo.sha256, ("answer", key), ask)
