"""Where in a city, by each city model: the pins as a table, and how far they are apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations

import pandas as pd
import streamlit as st

from geoloc.city.prediction import CityPrediction
from geoloc.draw.maps import distance_text
from geoloc.geo import haversine_m
from pages.compare import text
from pages.compare.titles import key, titles
from pages.language import _
from pages.shared.answers import place_answer_of
from pages.shared.columns import Column, table
from pages.shared.frame import plain
from pages.shared.registry import Shelved
from pages.shared.session import Chosen

_WRITTEN: dict[str, Callable[[float], str]] = {
    # With a point in every language: maps that are asked for a place take it so.
    "Latitude": lambda degrees: f"{degrees:.5f}",
    "Longitude": lambda degrees: f"{degrees:.5f}",
    "Half within": lambda metres: _("{m:.0f} m", m=metres),
    "Time": lambda seconds: _("{s:.2f} s", s=seconds),
}


def pins(models: Sequence[Shelved], photos: Sequence[Chosen]) -> None:
    """The pins of city models for photos of one place."""
    st.header(_(text.PINS), anchor=False)
    st.write(_(text.PINS_HOW))
    answers = [place_answer_of(model, [one.photo for one in photos]) for model in models]
    told = [answer.prediction for answer in answers]
    titled = titles(models)
    rows = [
        (
            titled[key(model)],
            answer.prediction.city.title,
            answer.prediction.position.lat,
            answer.prediction.position.lon,
            answer.prediction.known_errors.get("p50"),
            answer.seconds,
        )
        for model, answer in zip(models, answers, strict=True)
    ]
    table(
        pd.DataFrame(rows, columns=list(text.PIN_COLUMNS)),
        [
            Column(title, meaning, _WRITTEN.get(title), pinned=title == "Model")
            for title, meaning in text.PIN_COLUMNS.items()
        ],
        _(text.PINS_ALT),
    )
    for sentence in _apart(models, told):
        st.write(sentence)


def _apart(models: Sequence[Shelved], told: Sequence[CityPrediction]) -> list[str]:
    """A sentence for each city that several models put a pin into."""
    sentences, titled = [], titles(models)
    for city in dict.fromkeys(prediction.city.name for prediction in told):
        of_city = [(model, p) for model, p in zip(models, told, strict=True) if p.city.name == city]
        if len(of_city) < 2:
            continue
        places = [prediction.position for model, prediction in of_city]
        farthest = max(haversine_m(a, b) for a, b in combinations(places, 2))
        sentences.append(
            _(
                text.APART,
                city=plain(of_city[0][1].city.title),
                models=", ".join(plain(titled[key(model)]) for model, prediction in of_city),
                distance=distance_text(farthest),
            )
        )
    return sentences
