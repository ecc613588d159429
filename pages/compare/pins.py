"""Where in a city, by each city model: all pins on one map, and how far they are apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations

import pandas as pd
import streamlit as st

from geoloc.draw.maps import base_map, distance_text
from geoloc.draw.pins import pins_group
from geoloc.geo import haversine_m
from pages.compare import text
from pages.compare.titles import key, titles
from pages.language import _
from pages.shared.answers import ModelAnswer, place_answer_of
from pages.shared.city_choice import of_one_city
from pages.shared.columns import Column, table
from pages.shared.frame import asking, plain
from pages.shared.leaflet import leaflet
from pages.shared.registry import Shelved, ready
from pages.shared.session import Chosen

_HEIGHT = 520
_WRITTEN: dict[str, Callable[[float], str]] = {
    # With a point in every language: maps that are asked for a place take it so.
    "Latitude": lambda degrees: f"{degrees:.5f}",
    "Longitude": lambda degrees: f"{degrees:.5f}",
    "Median error": lambda metres: _("{m:.0f} m", m=metres),
    "Time": lambda seconds: _("{s:.2f} s", s=seconds),
}


def pins(models: Sequence[Shelved], photos: Sequence[Chosen]) -> None:
    """The pins of one city's models for photos of one place.

    Args:
        models: of cities, at least one.
        photos: of one place.
    """
    able = ready(of_one_city(models, "compared city"))
    if not able:
        return
    with asking():
        told = [place_answer_of(model, [one.photo for one in photos]) for model in able]
    apart = _apart(told)
    if apart:
        st.write(apart)
    titled = titles(able)
    city = told[0].prediction.city
    drawn = base_map(city, streets=able[0].checkpoint.streets)
    named = [
        (titled[key(model)], answer.prediction) for model, answer in zip(able, told, strict=True)
    ]
    leaflet(drawn, f"pins {city.name}", _HEIGHT, pins_group(named))
    with st.expander(_("How good is it?"), icon=":material/monitoring:"):
        _table(able, told)


def _apart(told: Sequence[ModelAnswer]) -> str | None:
    places = [answer.prediction.position for answer in told]
    if len(places) < 2:
        return None
    farthest = max(haversine_m(a, b) for a, b in combinations(places, 2))
    return _(
        text.APART,
        city=plain(told[0].prediction.city.title),
        pins=len(places),
        distance=distance_text(farthest),
    )


def _table(models: Sequence[Shelved], told: Sequence[ModelAnswer]) -> None:
    titled = titles(models)
    rows = [
        (
            titled[key(model)],
            answer.prediction.position.lat,
            answer.prediction.position.lon,
            answer.prediction.known_errors.get("p50"),
            answer.seconds,
        )
        for model, answer in zip(models, told, strict=True)
    ]
    table(
        pd.DataFrame(rows, columns=list(text.PIN_COLUMNS)),
        [
            Column(title, meaning, _WRITTEN.get(title), pinned=title == "Model")
            for title, meaning in text.PIN_COLUMNS.items()
        ],
        _(text.PINS_ALT),
    )
