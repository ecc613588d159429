"""Answers to a visitor's photo, computed once: they go with the session, and hold no photo."""

from __future__ import annotations

import time
from dataclasses import dataclass

import streamlit as st

from geoloc.cam import LAYERS, Cam
from geoloc.photo import Photo
from geoloc.predict import CityPrediction, CountryPrediction
from geoloc.ui.shelf import Shelved, explainer

_PHOTOS = 20


@dataclass(frozen=True)
class Answer:
    """What one model says of one photo, and the seconds it took to say it."""

    prediction: CountryPrediction | CityPrediction
    seconds: float


def answer_of(shelved: Shelved, photo: Photo) -> Answer:
    """The model's answer."""
    return _answer(photo.sha256, _id(shelved), shelved, photo)


def cams_of(shelved: Shelved, photo: Photo, country: str) -> tuple[Cam, ...]:
    """The activation maps of a country, one a layer."""
    return _cams(photo.sha256, _id(shelved), country, shelved, photo)


def _id(shelved: Shelved) -> str:
    return f"{shelved.checkpoint.folder} {shelved.version}"


# Streamlit hashes the arguments without an underscore: the file's SHA-256 stands for the photo.
@st.cache_resource(scope="session", max_entries=_PHOTOS, show_spinner=False)
def _answer(sha256: str, model: str, _shelved: Shelved, _photo: Photo) -> Answer:
    started = time.perf_counter()
    prediction = _shelved.model.predict([_photo])[0]
    return Answer(prediction, time.perf_counter() - started)


@st.cache_resource(scope="session", max_entries=10 * _PHOTOS, show_spinner=False)
def _cams(
    sha256: str, model: str, country: str, _shelved: Shelved, _photo: Photo
) -> tuple[Cam, ...]:
    explain = explainer(_shelved).explain
    return tuple(explain(_photo, country, layer) for layer in LAYERS)
