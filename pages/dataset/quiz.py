"""Can you tell? Four photos of two countries that a model confuses."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence

import streamlit as st

from geoloc.countries import name
from geoloc.models.card import Pair
from pages.dataset import text
from pages.dataset.pictured import Pictured, shown
from pages.language import _
from pages.shared.frame import guard
from pages.shared.registry import Shelved
from pages.shared.turn import fragment

_PHOTOS = 4
_DEALT = "quiz dealt"


# Its controls concern nothing else on the page.
@fragment
def can_you_tell(models: Sequence[Shelved], photos: Sequence[Pictured]) -> None:
    """The four photos, a choice below each, and what the model makes of such photos.

    Args:
        models: whose confusions are asked about.
        photos: that may be shown; without two of two confused countries there is no quiz.
    """
    with guard(_("The quiz")):
        by_country: dict[str, list[Pictured]] = defaultdict(list)
        for photo in photos:
            by_country[photo.country].append(photo)
        pairs = [pair for model in models for pair in _pairs(model) if _able(pair, by_country)]
        if not pairs:
            return
        st.header(_(text.QUIZ), anchor="quiz")
        dealt = st.session_state.get(_DEALT, 0)
        pair = pairs[dealt % len(pairs)]
        _ask(pair, _deal(pair, by_country, dealt), dealt)


def _pairs(model: Shelved) -> Sequence[Pair]:
    scores = model.checkpoint.country_card.scores
    return scores.pairs if scores else ()


def _able(pair: Pair, by_country: Mapping[str, Sequence[Pictured]]) -> bool:
    sizes = [len(by_country.get(code, ())) for code in (pair.true, pair.predicted)]
    return min(sizes) >= 1 and sum(sizes) >= _PHOTOS


def _deal(pair: Pair, by_country: Mapping[str, Sequence[Pictured]], dealt: int) -> list[Pictured]:
    chance = random.Random(dealt)
    both = [by_country[pair.true], by_country[pair.predicted]]
    # Two of each; where one country has a single photo, three of the other.
    few = min(len(side) for side in both)
    wanted = [min(len(side), _PHOTOS - min(2, few)) if few < 2 else 2 for side in both]
    four = [one for side, n in zip(both, wanted, strict=True) for one in chance.sample(side, n)]
    chance.shuffle(four)
    return four


def _ask(pair: Pair, four: Sequence[Pictured], dealt: int) -> None:
    choices = sorted((pair.true, pair.predicted), key=name)
    st.write(_(text.QUIZ_HOW, first=name(choices[0]), second=name(choices[1])))
    guesses = []
    with st.container(key="quiz"):
        grid = st.grid(4, min_column_width=150)
        for number, photo in enumerate(four, 1):
            with grid.cell(), st.container(gap="xsmall"):
                shown(photo, photo.credit or None)
                guess = st.segmented_control(
                    _(text.QUIZ_PHOTO, number=number),
                    choices,
                    format_func=name,
                    label_visibility="collapsed",
                    key=f"quiz {dealt} {number}",
                )
                guesses.append(guess)
                if guess:
                    truth = _(text.QUIZ_WRONG, country=name(photo.country))
                    st.markdown(_(text.QUIZ_RIGHT) if guess == photo.country else truth)
    if all(guesses):
        right = sum(guess == one.country for guess, one in zip(guesses, four, strict=True))
        st.write(
            _(
                text.QUIZ_SCORE,
                right=right,
                photos=len(four),
                true=name(pair.true),
                said=name(pair.predicted),
                count=pair.photos,
                of=pair.of,
            )
        )
    st.button(_(text.QUIZ_AGAIN), on_click=_deal_again, icon=":material/casino:")


def _deal_again() -> None:
    st.session_state[_DEALT] = st.session_state.get(_DEALT, 0) + 1
