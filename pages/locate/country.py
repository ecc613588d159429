"""Which country: the verdict, the likeliest ones, the world map, and how good the model is."""

from __future__ import annotations

import html
from collections.abc import Collection

import streamlit as st

from geoloc import countries
from geoloc.clues import Clue, join
from geoloc.draw.charts import probability_map, whole_percent
from geoloc.draw.maps import distance_text
from geoloc.geo import haversine_m
from geoloc.models.calibration import COVERAGE
from geoloc.tasks.country import CountryPrediction
from geoloc.verdict import NO_STREET
from pages.language import _, ngettext, said
from pages.locate.bars import bars
from pages.locate.verdict import in_words
from pages.shared.answers import ModelAnswer, place_answer_of
from pages.shared.claims import country_claim
from pages.shared.frame import ink, note, plain
from pages.shared.multi_view import gain_claim
from pages.shared.plot import OnPick, plot
from pages.shared.registry import Shelved
from pages.shared.session import Chosen, key_of

_TIMES_IN_TEN = round(10 * COVERAGE)
_MAP_HEIGHT = 520
_MOST_FLAGS = 16


def network_answer(model: Shelved, photos: tuple[Chosen, ...]) -> ModelAnswer:
    """What the model alone says."""
    return place_answer_of(model, [one.photo for one in photos])


def joined(
    prediction: CountryPrediction, clues: Collection[Clue], known: Collection[str]
) -> CountryPrediction:
    """The model's answer with what clues say, among the countries that it is known to be in."""
    answer = join(prediction, tuple(clues))
    return answer.restricted(known) if known else answer


def verdict(network: CountryPrediction, answer: CountryPrediction, true: str | None) -> None:
    """How sure an answer is, and the likeliest countries.

    Args:
        network: what the model alone says.
        answer: the same with clues, and among the countries that are left.
        true: the country where the photo was taken, if that is known.
    """
    words = in_words(answer.verdict, answer.likely)
    if words:
        st.html(_line(words, answer))
    if answer is not network:
        code, share = network.top(1)[0]
        note(
            _(
                "From the picture alone: {country}, {share}",
                country=countries.name(code),
                share=whole_percent(share),
            )
        )
    st.html(bars(answer, true))
    if true:
        note(where_taken(answer, true))


def headline(prediction: CountryPrediction, key: str = "headline") -> None:
    """The flag, the country and its share."""
    code, probability = prediction.top(1)[0]
    with st.container(horizontal=True, vertical_alignment="center", key=key):
        st.image(countries.flag_image(code), width=52, alt="")
        title = _(
            "{country}, {probability}",
            country=countries.name(code),
            probability=whole_percent(probability),
        )
        st.header(title, anchor=False)


def world(answer: CountryPrediction, photos: tuple[Chosen, ...], on_pick: OnPick | None) -> None:
    """The world coloured by the probabilities; `on_pick` takes the country that is clicked."""
    plot(
        probability_map(answer, ink=ink()),
        map_key(photos),
        _("World map of the probabilities: {countries}", countries=_listed(answer, 5)),
        _MAP_HEIGHT,
        on_pick,
    )


def map_key(photos: tuple[Chosen, ...]) -> str:
    """Key of the map of the world: what was clicked on it is of these photos."""
    return f"world {key_of(photos)}"


def how_good(model: Shelved, photos: tuple[Chosen, ...]) -> None:
    """What the model's answers are worth, by its card."""
    answer = network_answer(model, photos)
    prediction = answer.prediction
    several = len(photos) > 1
    st.write((gain_claim if several else country_claim)(model.checkpoint))
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


def lacking(model: Shelved) -> None:
    """Warns of members that an ensemble misses."""
    if model.model.problem:
        st.warning(plain(said(model.model.problem)), icon=":material/warning:")


def _line(words: str, prediction: CountryPrediction) -> str:
    """How sure it is, and the flags of the countries that it could be."""
    # What is no street photo is from none of them.
    could = 0 if prediction.verdict == NO_STREET else prediction.likely or 0
    codes = prediction.codes[:could]
    flags = [
        f'<img src="{countries.flag_image(code)}" alt="{_escaped(code)}" title="{_escaped(code)}">'
        for code in codes[:_MOST_FLAGS]
    ]
    more = len(codes) - _MOST_FLAGS
    if more > 0:
        flags.append(f"<span>+{more}</span>")
    shown = "".join(flags) if len(codes) > 1 else ""
    return f'<p class="sure">{html.escape(words)} <span class="flags">{shown}</span></p>'


def _escaped(code: str) -> str:
    return html.escape(countries.name(code), quote=True)


def _listed(prediction: CountryPrediction, k: int) -> str:
    return ", ".join(f"{countries.name(code)} {whole_percent(p)}" for code, p in prediction.top(k))


def where_taken(prediction: CountryPrediction, true: str) -> str:
    """Where it was, and how far an answer is from that."""
    country = countries.name(true)
    if true not in prediction.codes:
        return _(
            "It was in **{country}**, which this model does not know.",
            country=country,
        )
    rank = prediction.codes.index(true) + 1
    if rank == 1:
        return _("It was in **{country}**: right.", country=country)
    away = haversine_m(*map(countries.centroid, (prediction.codes[0], true)))
    return _(
        "It was in **{country}**: rank {rank}, some {distance} away.",
        country=country,
        rank=rank,
        distance=distance_text(round(away, -5)),
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
