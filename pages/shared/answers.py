"""The one cache of answers, by the photo's SHA-256 and the model's version.

Answers go with the visitor's photo, and hold none. An ensemble's answer is made of its members', so
that no network sees a photo twice.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from geoloc.city.prediction import CityPrediction
from geoloc.explain import Cam
from geoloc.models.registry import Model
from geoloc.photo import Photo
from geoloc.tasks.country import CountryPrediction
from pages.shared.once import once
from pages.shared.registry import Shelved, explainer

Keep = Callable[[str, tuple[object, ...], Callable[[], "ModelAnswer"]], "ModelAnswer"]
"""Gives what was made of a photo, by its SHA-256 and a key, or makes it now."""


@dataclass(frozen=True)
class ModelAnswer:
    """What one model says of one photo or place, and the seconds it took to say it."""

    prediction: CountryPrediction | CityPrediction
    seconds: float


def answer_of(shelved: Shelved, photo: Photo, keep: Keep = once) -> ModelAnswer:
    """The model's answer to one photo.

    Args:
        shelved: the model.
        photo: a visitor's, or one of the server's folder.
        keep: where what was made of a photo stays: with the visitor, or with the folder.

    Raises:
        ReleaseError: if the model can't be loaded.
    """
    if not shelved.parts:
        return _answer(shelved, photo, keep)
    networks = {part.checkpoint.folder: part for part in shelved.parts}
    answers: list[ModelAnswer] = []

    def ask(network: Model) -> CountryPrediction | CityPrediction:
        answers.append(_answer(networks[network.checkpoint.folder], photo, keep))
        return answers[-1].prediction

    prediction = shelved.model.through(ask)
    return ModelAnswer(prediction, sum(answer.seconds for answer in answers))


def place_answer_of(shelved: Shelved, photos: Sequence[Photo]) -> ModelAnswer:
    """The model's one answer to all photos of a place."""
    views = [answer_of(shelved, photo) for photo in photos]
    prediction = shelved.model.together([view.prediction for view in views])
    return ModelAnswer(prediction, sum(view.seconds for view in views))


def cams_of(shelved: Shelved, photo: Photo, country: str) -> tuple[Cam, ...]:
    """The activation maps of a country, one a layer."""
    return once(
        photo.sha256,
        ("cams", shelved.version, country),
        lambda: explainer(shelved).explain_layers(photo, country),
    )


def _answer(shelved: Shelved, photo: Photo, keep: Keep) -> ModelAnswer:
    # Loading is no part of the time that an answer takes.
    model = shelved.model

    def ask() -> ModelAnswer:
        started = time.perf_counter()
        prediction = model.predict(photo)
        return ModelAnswer(prediction, time.perf_counter() - started)

    return keep(photo.sha256, ("answer", shelved.version), ask)
