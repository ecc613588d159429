"""What the other country models say of the same photos, in a few lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from geoloc.countries import name
from geoloc.draw.charts import percent
from geoloc.tasks.country import CountryPrediction
from pages.language import _, formatted
from pages.shared.answers import place_answer_of
from pages.shared.frame import note, plain
from pages.shared.registry import Shelved, ready
from pages.shared.session import Chosen


def agreement(model: Shelved, models: tuple[Shelved, ...], photos: tuple[Chosen, ...]) -> None:
    """The first answer of each model, and how many name the same country."""
    if len(models) < 2:
        return
    models = ready(models)
    told = {
        other.checkpoint.name: place_answer_of(other, [one.photo for one in photos])
        for other in models
    }
    rows = [
        f"| {_title(other, model)} | {_first(answer.prediction)} "
        f"| {formatted(answer.seconds, '.2f')}\u00a0s |"
        for other, answer in zip(models, told.values(), strict=True)
    ]
    # An ensemble is no further opinion: it is made of the others'.
    apart = [told[other.checkpoint.name].prediction for other in models if not other.parts]
    titles = _("| Model | First answer | Time |")
    st.markdown("\n".join([titles, "| --- | --- | --- |", *rows]))
    if len(apart) > 1:
        note(agree(apart))


def _title(other: Shelved, model: Shelved) -> str:
    title = plain(other.title)
    return f"**{title}**" if other is model else title


def _first(prediction: CountryPrediction) -> str:
    code, probability = prediction.top(1)[0]
    return _("{country}, {probability}", country=name(code), probability=percent(probability))


def agree(predictions: Sequence[CountryPrediction]) -> str:
    """How many networks, of two or more, name the same country first."""
    [(code, count)] = Counter(told.codes[0] for told in predictions).most_common(1)
    if count == 1:
        return _("Each network names another country first: a reason to doubt them all.")
    if count == len(predictions):
        return _("All networks name {country} first.", country=name(code))
    return _(
        "{count} of {networks} networks name {country} first.",
        count=count,
        networks=len(predictions),
        country=name(code),
    )
