"""Which country: the headline, the ten likeliest, the world map, and how good the model is."""

from __future__ import annotations

import streamlit as st

from geoloc import countries
from geoloc.draw.charts import percent, probability_bars, probability_map
from geoloc.models.calibration import COVERAGE
from geoloc.models.ensemble import Ensemble
from geoloc.tasks.country import CountryPrediction
from pages.language import _, ngettext, said
from pages.shared.answers import ModelAnswer, place_answer_of
from pages.shared.claims import country_claim
from pages.shared.frame import halves, ink, note, plain
from pages.shared.multi_view import gain_claim
from pages.shared.plot import plot
from pages.shared.portrait import place_truth
from pages.shared.registry import Shelved
from pages.shared.session import Chosen

_TOP = 10
_TIMES_IN_TEN = round(10 * COVERAGE)
_MAP_HEIGHT = 340


def country(model: Shelved, photos: tuple[Chosen, ...]) -> None:
    """The answer of one model: headline and bars."""
    prediction, true = _answer(model, photos).prediction, place_truth(photos)
    _headline(prediction)
    plot(
        probability_bars(prediction, _TOP, highlight=true, ink=ink()),
        "bars",
        _("Likeliest countries: {countries}", countries=_listed(prediction, _TOP)),
    )
    if true:
        note(_where_taken(prediction, true))


def world(model: Shelved, photos: tuple[Chosen, ...]) -> None:
    """The world coloured by the probabilities, and what they are worth."""
    answer = _answer(model, photos)
    prediction = answer.prediction
    drawn, told = halves()
    with drawn:
        plot(
            probability_map(prediction, ink=ink()),
            "world",
            _("World map of the probabilities: {countries}", countries=_listed(prediction, 5)),
            height=_MAP_HEIGHT,
        )
    with told:
        st.subheader(_("How far to trust it"), anchor=False)
        several = len(photos) > 1
        st.write((gain_claim if several else country_claim)(model.checkpoint))
        if isinstance(model.model, Ensemble) and model.model.problem:
            st.warning(plain(said(model.model.problem)), icon=":material/warning:")
        st.write(
            _(
                "It knows {countries} countries and has to name one of them: "
                "the grey ones on the map are not among them.",
                countries=len(prediction.codes),
            )
        )
        if prediction.likely:
            st.write(_likely(prediction))
        note(_time(photos, answer))


def _answer(model: Shelved, photos: tuple[Chosen, ...]) -> ModelAnswer:
    return place_answer_of(model, [one.photo for one in photos])


def _headline(prediction: CountryPrediction) -> None:
    code, probability = prediction.top(1)[0]
    with st.container(horizontal=True, vertical_alignment="center", key="headline"):
        st.image(countries.flag_image(code), width=52, alt="")
        title = _(
            "{country}, {probability}",
            country=countries.name(code),
            probability=percent(probability),
        )
        st.header(title, anchor=False)


def _listed(prediction: CountryPrediction, k: int) -> str:
    return ", ".join(f"{countries.name(code)} {percent(p)}" for code, p in prediction.top(k))


def _where_taken(prediction: CountryPrediction, true: str) -> str:
    told = {"country": countries.name(true), "countries": len(prediction.codes)}
    if true not in prediction.codes:
        return _(
            "Where it was taken: {country}, which is not one of the {countries} countries that "
            "this model knows.",
            **told,
        )
    return _(
        "Where it was taken: **{country}**, number {rank} of {countries} in this answer.",
        rank=prediction.codes.index(true) + 1,
        **told,
    )


def _likely(prediction: CountryPrediction) -> str:
    """The calibrated set in words."""
    return ngettext(
        "To hold the true country about {times} times in 10, over photos like its tests', the list "
        "has to take **only the first** of this answer: the fewer, the surer the model is of this "
        "photo.",
        "To hold the true country about {times} times in 10, over photos like its tests', the list "
        "has to take **the first {n}** of this answer: the fewer, the surer the model is of this "
        "photo.",
        prediction.likely,
        times=_TIMES_IN_TEN,
    )


def _time(photos: tuple[Chosen, ...], answer: ModelAnswer) -> str:
    return ngettext(
        "Reading the photo took {reading:.2f} s, the answer {seconds:.2f} s.",
        "Reading {n} photos took {reading:.2f} s, the answer {seconds:.2f} s.",
        len(photos),
        reading=sum(one.seconds for one in photos),
        seconds=answer.seconds,
    )
