"""A card a model, side by side: its answer, its map, and what it is worth; rows line up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import numpy as np
import streamlit as st

from geoloc.countries import flag_image, name
from geoloc.draw.charts import whole_percent
from geoloc.tasks.country import CountryPrediction
from pages.compare import text
from pages.language import _
from pages.shared.answers import ModelAnswer
from pages.shared.data_url import data_url

_STYLE = Path(__file__).with_name("cards.css")
_BARS = 3


@dataclass(frozen=True)
class Card:
    """What one model says of the photos.

    Attributes:
        title: of the model.
        answer: its prediction and the seconds it took.
        accuracy: how often its first answer was right on test photos; None if not measured.
        picture: the photo under the map of its own answer; None until it is drawn.
        remark: what stands in the place of a map that it has not.
    """

    title: str
    answer: ModelAnswer
    accuracy: float | None
    picture: np.ndarray | None = None
    remark: str = ""


def cards(shown: Sequence[Card], true: str | None, shape: tuple[int, int]) -> None:
    """All cards in a row; on a phone one is swiped away for the next.

    Args:
        shown: a card a model.
        true: the country where the photos were taken, if that is known.
        shape: height and width of the pictures, so that their place is kept.
    """
    st.html(_STYLE)
    predictions = [card.answer.prediction for card in shown]
    longest = max(prediction.probabilities[0] for prediction in predictions)
    slowest = max(card.answer.seconds for card in shown)
    rows = "".join(_card(card, true, shape, longest, slowest) for card in shown)
    st.html(
        f'<div class="cards" role="group" tabindex="0" aria-label="{escape(_(text.CARDS))}" '
        f'style="--models: {len(shown)}">{rows}</div>'
    )


def _card(
    card: Card, true: str | None, shape: tuple[int, int], longest: float, slowest: float
) -> str:
    prediction = card.answer.prediction
    code, share = prediction.top(1)[0]
    seconds = card.answer.seconds
    parts = [
        f"<h3>{escape(card.title)}</h3>",
        f'<p class="first"><img src="{flag_image(code)}" alt=""> {escape(name(code))} '
        f"<b>{escape(whole_percent(share))}</b></p>",
        _bars(prediction, true, longest),
        _picture(card, code, shape),
        _truth(prediction, true),
        _gauge(_(text.ACCURACY), card.accuracy, card.accuracy and whole_percent(card.accuracy)),
        _gauge(_(text.TIME), seconds / (slowest or 1.0), _("{s:.2f} s", s=seconds)),
    ]
    kind = "card hit" if true == code else "card"
    return f'<article class="{kind}">{"".join(parts)}</article>'


def _bars(prediction: CountryPrediction, true: str | None, longest: float) -> str:
    rows = "".join(
        f"<li{' class=true' if code == true else ''}><span>{escape(name(code))}</span>"
        f"<span>{escape(whole_percent(share))}</span>{_bar(share / longest)}</li>"
        for code, share in prediction.top(_BARS)
    )
    return f"<ol>{rows}</ol>"


def _picture(card: Card, code: str, shape: tuple[int, int]) -> str:
    place = f'style="aspect-ratio: {shape[1]} / {shape[0]}"'
    if card.picture is None:
        return f'<p class="map" {place}>{escape(card.remark)}</p>'
    alt = escape(_(text.MAP_ALT, country=name(code), title=card.title), quote=True)
    return f'<p class="map" {place}><img src="{data_url(card.picture)}" alt="{alt}"></p>'


def _truth(prediction: CountryPrediction, true: str | None) -> str:
    if true is None:
        return '<p class="truth"></p>'
    if true not in prediction.codes:
        said = _(text.TRUE_UNKNOWN, country=name(true))
    elif true == prediction.codes[0]:
        said = _(text.TRUE_HIT, country=name(true))
    else:
        said = _(
            text.TRUE_RANKED,
            country=name(true),
            rank=prediction.codes.index(true) + 1,
            share=whole_percent(prediction.probability(true)),
        )
    return f'<p class="truth">{escape(said)}</p>'


def _gauge(label: str, share: float | None, written: str | None) -> str:
    return (
        f'<p class="gauge"><span>{escape(label)}</span><span>{escape(written or "–")}</span>'
        f"{_bar(share or 0.0)}</p>"
    )


def _bar(share: float) -> str:
    return f'<i style="--share: {share:.3f}"></i>'
