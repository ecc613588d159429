"""What the page *Compare* shows, from top to bottom."""

from __future__ import annotations

import streamlit as st

from pages.compare import text
from pages.compare.countries import agreement, side_by_side
from pages.compare.photos import every_photo
from pages.compare.pins import pins
from pages.compare.titles import key, titles
from pages.language import _
from pages.shared import session
from pages.shared.frame import asking, guard, plain
from pages.shared.links import remembered_pills
from pages.shared.registry import Shelf, Shelved, missing, ready
from pages.shared.session import Chosen
from pages.shared.subject import subject
from pages.shared.welcome import welcome

PAGE = "comparison"
"""Under which the visitor's choices on this page are remembered."""

MOST = 4
"""Cards that stand side by side."""

_USUAL = ("resnet18", "vit", "cnn")
"""Kinds of networks beside the default model until the visitor chooses."""


def compare(shelf: Shelf) -> None:
    """The photos of this session with the answers of some models, or the way to choose some."""
    photos = session.asked()
    if not photos:
        welcome(shelf)
        return
    # What stood here goes at once: a file that is given to an uploader on its way out is lost.
    st.empty()
    # The cards are what one came for: the photo stands small beside what they have in common.
    left, right = st.columns([1, 2], gap="medium")
    with left:
        subject(photos)
    with right:
        if not shelf.countries:
            missing("country")
        agreed = st.container()
        models = _pick(shelf)
        if models:
            with agreed, guard(_("The answers")), asking():
                told = agreement(models, photos)
                if told:
                    st.header(told, anchor=False)
    _tabs(shelf, models, photos)


def _tabs(shelf: Shelf, models: tuple[Shelved, ...], photos: tuple[Chosen, ...]) -> None:
    named = {"countries": _(text.COUNTRIES)} if models else {}
    if shelf.cities:
        named["pins"] = _(text.PINS)
    if models and len(session.photos()) > 1:
        named["photos"] = _(text.PHOTOS)
    if not named:
        return
    # What isn't looked at asks no model.
    opened = st.tabs(list(named.values()), key="compare tabs", on_change="rerun")
    for name, tab in zip(named, opened, strict=True):
        if not tab.open:
            continue
        with tab:
            if name == "countries":
                with guard(_("The answers")):
                    side_by_side(models, photos)
            elif name == "pins":
                with guard(_("The pins")):
                    pins(shelf.cities, photos)
            else:
                with guard(_("The table of all photos")):
                    every_photo((*models, *ready(shelf.cities)))


def _pick(shelf: Shelf) -> tuple[Shelved, ...]:
    """Some of the country models, as the page's address says: ?models=NAME,NAME."""
    models = {key(model): model for model in shelf.countries}
    if not models:
        return ()
    titled = titles(shelf.countries)
    chosen = remembered_pills(
        PAGE,
        "models",
        list(models),
        _usual(shelf.countries),
        MOST,
        _(text.MODELS, most=MOST),
        lambda name: plain(titled[name]),
    )
    if not chosen:
        st.info(_(text.NONE), icon=":material/compare:")
    return ready(models[name] for name in chosen)


def _usual(models: tuple[Shelved, ...]) -> list[str]:
    """The default model and one of each usual kind; where there are too few, others."""
    kinds = [
        next((model for model in models if model.checkpoint.card.network.name == kind), None)
        for kind in _USUAL
    ]
    wanted = [models[0], *filter(None, kinds), *models]
    return list(dict.fromkeys(map(key, wanted)))[:MOST]
