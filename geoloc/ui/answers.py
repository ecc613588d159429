"""Answers to a visitor's photos, computed once: they go with the session, and hold no photo.

An ensemble's answer is made of its members', so that no network sees a photo twice.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from geoloc.cam import LAYERS, Cam
from geoloc.city.locator import CityLocator
from geoloc.city.prediction import CityPrediction
from geoloc.photo import Photo
from geoloc.predict import CountryClassifier, CountryPrediction
from geoloc.ui.shelf import Shelved, explainer

_ANSWERS = 200
_CAMS = 200


@dataclass(frozen=True)
class Answer:
    """What one model says of one photo or place, and the seconds it took to say it."""

    prediction: CountryPrediction | CityPrediction
    seconds: float


def answer_of(shelved: Shelved, photo: Photo) -> Answer:
    """The model's answer to one photo."""
    model = shelved.model
    if shelved.checkpoint.task == "city":
        return _answer(photo.sha256, _id(shelved), model, photo)
    parts = {part.model: part for part in shelved.parts or (shelved,)}
    told: list[Answer] = []

    def ask(network: CountryClassifier) -> CountryPrediction:
        told.append(_answer(photo.sha256, _id(parts[network]), network, photo))
        return told[-1].prediction

    return Answer(model.through(ask), sum(answer.seconds for answer in told))


def place_answer_of(shelved: Shelved, photos: Sequence[Photo]) -> Answer:
    """The model's one answer to all photos of a place."""
    views = [answer_of(shelved, photo) for photo in photos]
    prediction = shelved.model.together([view.prediction for view in views])
    return Answer(prediction, sum(view.seconds for view in views))


def cams_of(shelved: Shelved, photo: Photo, country: str) -> tuple[Cam, ...]:
    """The activation maps of a country, one a layer."""
    return _cams(photo.sha256, _id(shelved), country, shelved, photo)


def _id(shelved: Shelved) -> str:
    return f"{shelved.checkpoint.folder} {shelved.version}"


# Streamlit hashes the arguments without an underscore: the file's SHA-256 stands for the photo.
@st.cache_resource(scope="session", max_entries=_ANSWERS, show_spinner=False)
def _answer(
    sha256: str, model: str, _model: CountryClassifier | CityLocator, _photo: Photo
) -> Answer:
    started = time.perf_counter()
    prediction = _model.predict([_photo])[0]
    return Answer(prediction, time.perf_counter() - started)


@st.cache_resource(scope="session", max_entries=_CAMS, show_spinner=False)
def _cams(
    sha256: str, model: str, country: str, _shelved: Shelved, _photo: Photo
) -> tuple[Cam, ...]:
    explain = explainer(_shelved).explain
    return tuple(explain(_photo, country, layer) for layer in LAYERS)
