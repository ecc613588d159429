"""What the other country models say of the same photos, in a few lines."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Mapping, Sequence

import streamlit as st

from geoloc.countries import name
from geoloc.draw.charts import whole_percent
from geoloc.tasks.country import CountryPrediction
from pages.language import _, formatted
from pages.shared.answers import ModelAnswer, place_answer_of
from pages.shared.frame import plain
from pages.shared.registry import Shelved, ready
from pages.shared.session import Chosen


def agreement(
    models: tuple[Shelved, ...], photos: tuple[Chosen, ...], country: str
) -> dict[str, ModelAnswer]:
    """A dot a network, filled where it names the headline's country, and how many do.

    Args:
        models: of countries.
        photos: of one place.
        country: of the headline.

    Returns:
        each model's answer, by its name.
    """
    answers = {
        model.checkpoint.name: place_answer_of(model, [one.photo for one in photos])
        for model in ready(models)
    }
    # An ensemble is no further opinion: it is made of the others'.
    apart = [
        (model.title, answers[model.checkpoint.name].prediction)
        for model in models
        if not model.parts and model.checkpoint.name in answers
    ]
    if len(apart) < 2:
        return answers
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.html(_dots(apart, country), width="content")
        st.page_link(
            "pages/compare/page.py",
            label=agree([prediction for _title, prediction in apart]),
            width="content",
        )
    return answers


def _dots(apart: Sequence[tuple[str, CountryPrediction]], country: str) -> str:
    dots = []
    for title, prediction in apart:
        says = html.escape(f"{title}: {_first(prediction)}", quote=True)
        kind = "same" if prediction.codes[0] == country else "other"
        dots.append(
            f'<li><span class="{kind}" role="img" aria-label="{says}" title="{says}"></span></li>'
        )
    return f'<ul class="dots">{"".join(dots)}</ul>'


def table(model: Shelved, models: tuple[Shelved, ...], answers: Mapping[str, ModelAnswer]) -> None:
    """The first answer of each model, and how long it took."""
    rows = [
        f"| {_title(other, model)} | {_first(answers[other.checkpoint.name].prediction)} "
        f"| {formatted(answers[other.checkpoint.name].seconds, '.2f')}\u00a0s |"
        for other in models
        if other.checkpoint.name in answers
    ]
    if len(rows) > 1:
        st.markdown("\n".join([_("| Model | First answer | Time |"), "| --- | --- | --- |", *rows]))


def _title(other: Shelved, model: Shelved) -> str:
    title = plain(other.title)
    return f"**{title}**" if other is model else title


def _first(prediction: CountryPrediction) -> str:
    code, probability = prediction.top(1)[0]
    return _("{country}, {probability}", country=name(code), probability=whole_percent(probability))


def agree(predictions: Sequence[CountryPrediction]) -> str:
    """How many networks, of two or more, name the same country first."""
    [(code, count)] = Counter(told.codes[0] for told in predictions).most_common(1)
    if count == 1:
        return _("Each model names another country: a reason to doubt them all.")
    if count == len(predictions):
        return _("All {models} models agree on {country}.", models=count, country=name(code))
    return _(
        "{count} of {models} models agree on {country}.",
        count=count,
        models=len(predictions),
        country=name(code),
    )
