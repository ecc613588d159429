"""Which country, by each model: a card each, one sentence, and a table of what it is worth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pandas as pd
import streamlit as st

from geoloc.countries import name
from geoloc.draw.charts import percent
from geoloc.tasks.country import CountryPrediction
from pages.compare import text
from pages.compare.cards import Card, cards
from pages.compare.maps import mapped, method, slider, small
from pages.compare.titles import key, titles
from pages.language import _, formatted
from pages.locate.agreement import agree
from pages.shared.answers import ModelAnswer, place_answer_of
from pages.shared.columns import Column, table
from pages.shared.frame import asking, drawing, note, plain
from pages.shared.portrait import place_truth
from pages.shared.registry import Shelved
from pages.shared.session import Chosen

_NAMED = 5
_WRITTEN: dict[str, Callable[[float], str]] = {
    "Probability": lambda hundredths: formatted(hundredths / 100, ".1%"),
    "Countries in the 90 % set": lambda countries: formatted(countries, ".0f"),
    "Test accuracy": lambda hundredths: formatted(hundredths / 100, ".1%"),
    "Time": lambda seconds: _("{s:.2f} s", s=seconds),
}


def side_by_side(models: Sequence[Shelved], photos: Sequence[Chosen]) -> None:
    """A card a model, any two of their maps on one another, and how good the models are.

    Args:
        models: of countries, at least one.
        photos: of one place.
    """
    row = st.empty()
    with asking():
        told = [_answer(model, photos) for model in models]
    _cards(row, models, told, photos)
    if len(photos) > 1:
        note(_(text.MAPS_ONE))
    slider(models, photos[0])
    with st.expander(_("How good is it?"), icon=":material/monitoring:"):
        for sentence in _in_words(models, [answer.prediction for answer in told]):
            st.write(sentence)
        _table(models, told)


def agreement(models: Sequence[Shelved], photos: Sequence[Chosen]) -> str | None:
    """One sentence on how many of the networks agree; None if there are fewer than two."""
    # An ensemble is no further opinion: it is made of the others'.
    networks = [_answer(model, photos).prediction for model in models if not model.parts]
    return agree(networks) if len(networks) > 1 else None


def _cards(row, models: Sequence[Shelved], told: Sequence[ModelAnswer], photos) -> None:
    """The cards at once, and again with their maps, which take longer."""
    titled, true = titles(models), place_truth(photos)
    shape = small(photos[0]).shape[:2]
    shown = [
        Card(titled[key(model)], answer, _accuracy(model), remark=_remark(model))
        for model, answer in zip(models, told, strict=True)
    ]
    with row.container():
        cards(shown, true, shape)
    with drawing():
        shown = [
            replace(card, picture=_picture(model, photos[0], card))
            for model, card in zip(models, shown, strict=True)
        ]
    with row.container():
        cards(shown, true, shape)


def _picture(model: Shelved, one: Chosen, card: Card):
    explainer = method(model)
    if explainer is None:
        return None
    return mapped(model, explainer, one, card.answer.prediction.codes[0])


def _remark(model: Shelved) -> str:
    if model.parts:
        return _(text.MAPS_ENSEMBLE)
    return "" if method(model) else _(text.MAPS_NONE)


def _accuracy(model: Shelved) -> float | None:
    scores = model.checkpoint.country_card.scores
    return scores.top1 if scores else None


def _answer(model: Shelved, photos: Sequence[Chosen]) -> ModelAnswer:
    return place_answer_of(model, [one.photo for one in photos])


def _in_words(models: Sequence[Shelved], told: Sequence[CountryPrediction]) -> list[str]:
    networks = [p for model, p in zip(models, told, strict=True) if not model.parts]
    sentences = _in_common(networks)
    for model, prediction in zip(models, told, strict=True):
        if model.parts:
            sentences.append(_ensemble(model, prediction, models, told))
    return sentences


def _in_common(told: Sequence[CountryPrediction]) -> list[str]:
    lists = [set(one.codes[: one.likely]) for one in told if one.likely]
    if len(lists) < 2:
        return []
    shared = [code for code in told[0].codes if all(code in likely for likely in lists)]
    if not shared:
        return [_(text.NOTHING_IN_COMMON)]
    named = ", ".join(name(code) for code in shared[:_NAMED])
    more = len(shared) - _NAMED
    if more > 0:
        return [_(text.IN_COMMON_AND_MORE, countries=named, count=more)]
    return [_(text.IN_COMMON, countries=named)]


def _ensemble(
    model: Shelved,
    prediction: CountryPrediction,
    models: Sequence[Shelved],
    told: Sequence[CountryPrediction],
) -> str:
    code, share = prediction.top(1)[0]
    members = [
        _(text.MEMBER, title=plain(other.title), share=percent(of.probability(code)))
        for other, of in zip(models, told, strict=True)
        if other in model.parts
    ]
    told_first = {
        "title": plain(model.title),
        "country": name(code),
        "share": percent(share),
    }
    if not members:
        return _(text.ENSEMBLE, **told_first)
    return _(text.ENSEMBLE_OF, **told_first, members=", ".join(members))


def _table(models: Sequence[Shelved], told: Sequence[ModelAnswer]) -> None:
    rows, titled = [], titles(models)
    for model, answer in zip(models, told, strict=True):
        code, share = answer.prediction.top(1)[0]
        top1 = _accuracy(model)
        row = (
            titled[key(model)],
            name(code),
            100 * share,
            answer.prediction.likely,
            None if top1 is None else 100 * top1,
            answer.seconds,
        )
        rows.append(row)
    table(
        pd.DataFrame(rows, columns=list(text.COLUMNS)),
        [
            Column(title, meaning, _WRITTEN.get(title), pinned=title == "Model")
            for title, meaning in text.COLUMNS.items()
        ],
        _(text.TABLE_ALT),
    )
