"""Which country, by each model: in words, as a table, and as bars that stand side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st

from geoloc.countries import name
from geoloc.draw.charts import Opinion, grouped_bars, percent, shared_order
from geoloc.tasks.country import CountryPrediction
from pages.compare import text
from pages.compare.titles import key, titles
from pages.language import _, formatted
from pages.locate.agreement import agree
from pages.shared.answers import ModelAnswer, place_answer_of
from pages.shared.columns import Column, table
from pages.shared.frame import ink, note, plain
from pages.shared.plot import plot
from pages.shared.portrait import place_truth
from pages.shared.registry import Shelved
from pages.shared.session import Chosen

_COUNTRIES = 6
_NAMED = 5
_WRITTEN: dict[str, Callable[[float], str]] = {
    "Probability": lambda hundredths: formatted(hundredths / 100, ".1%"),
    "90% list": lambda countries: formatted(countries, ".0f"),
    "Right in tests": lambda hundredths: formatted(hundredths / 100, ".1%"),
    "Time": lambda seconds: _("{s:.2f} s", s=seconds),
}


def verdicts(models: Sequence[Shelved], photos: Sequence[Chosen]) -> None:
    """The models' first answers, and how far they agree."""
    told = [_answer(model, photos) for model in models]
    for sentence in _in_words(models, [answer.prediction for answer in told]):
        st.write(sentence)
    _table(models, told)


def bars(
    models: Sequence[Shelved], all_models: Sequence[Shelved], photos: Sequence[Chosen]
) -> None:
    """The probabilities of all models in one chart, and as a table.

    Args:
        models: those compared.
        all_models: whose order gives each model its colour.
        photos: of one place.
    """
    st.header(_(text.COUNTRIES), anchor=False)
    titled = titles(all_models)
    opinions = [
        Opinion(
            titled[key(model)], _answer(model, photos).prediction, list(titled).index(key(model))
        )
        for model in models
    ]
    codes, true = shared_order(opinions, _COUNTRIES), place_truth(photos)
    if true and true not in codes:
        codes.append(true)
    plot(grouped_bars(opinions, codes, true, ink()), "grouped bars", _alt(opinions, codes[:2]))
    note(_(text.BARS_NOTE))
    if true:
        note(_(text.TRUE, country=name(true)))
    with st.expander(_(text.BARS_TABLE)):
        _bars_table(opinions, codes)


def _answer(model: Shelved, photos: Sequence[Chosen]) -> ModelAnswer:
    return place_answer_of(model, [one.photo for one in photos])


def _in_words(models: Sequence[Shelved], told: Sequence[CountryPrediction]) -> list[str]:
    sentences = []
    # An ensemble is no further opinion: it is made of the others'.
    networks = [p for model, p in zip(models, told, strict=True) if not model.parts]
    if len(networks) > 1:
        sentences.append(agree(networks))
        sentences += _in_common(networks)
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
        scores = model.checkpoint.country_card.scores
        top1 = scores and scores.top1
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


def _alt(opinions: Sequence[Opinion], codes: Sequence[str]) -> str:
    told = [
        _(
            text.BARS_OF_COUNTRY,
            country=name(code),
            told=", ".join(
                f"{opinion.title} {percent(opinion.prediction.probability(code))}"
                for opinion in opinions
                if code in opinion.prediction.codes
            ),
        )
        for code in codes
    ]
    titles = ", ".join(opinion.title for opinion in opinions)
    return _(text.BARS_ALT, models=titles, told=_("; ").join(told))


def _bars_table(opinions: Sequence[Opinion], codes: Sequence[str]) -> None:
    titles = [plain(opinion.title) for opinion in opinions]
    lines = [
        f"| {_(text.COUNTRY)} | {' | '.join(titles)} |",
        "| --- |" + " ---: |" * len(titles),
    ]
    for code in codes:
        shares = [
            percent(o.prediction.probability(code)) if code in o.prediction.codes else "–"
            for o in opinions
        ]
        lines.append(f"| {name(code)} | {' | '.join(shares)} |")
    st.markdown("\n".join(lines))
