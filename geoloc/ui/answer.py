"""The answer to one photo, or to several of one place, the most important first.

That is the country, then the place in a city, then the reasons.
"""

from __future__ import annotations

import streamlit as st

from geoloc.ui import activation, city, country, state
from geoloc.ui.agreement import agreement
from geoloc.ui.chooser import chooser
from geoloc.ui.frame import guard, halves, plain
from geoloc.ui.picker import picker, sheet
from geoloc.ui.portrait import portrait, remove_all_button, remove_button
from geoloc.ui.shelf import Shelf, Shelved, missing
from geoloc.ui.state import Chosen
from geoloc.ui.together import spread


def answer(photos: tuple[Chosen, ...], shelf: Shelf) -> None:
    """Everything that the models say of a photo, or of several photos of one place."""
    model = None
    left, right = halves()
    with left:
        _photos(photos)
    with right, guard("The country"):
        model = _pick(shelf.countries)
        if model is None:
            missing("country")
        else:
            country.country(model, photos)
            agreement(model, shelf.countries, photos)
    if model is not None:
        with guard("The world map"):
            country.world(model, photos)
    city.city(shelf.cities, photos)
    activation.activation(model, shelf.countries, photos)


def _photos(photos: tuple[Chosen, ...]) -> None:
    picker()
    if len(photos) > 1:
        sheet(photos)
        spread(photos)
    else:
        portrait(photos[0])
    with st.container(horizontal=True):
        with st.popover(
            "Other photos",
            icon=":material/add_photo_alternate:",
            key=state.ANOTHER,
            on_change="rerun",
        ):
            chooser()
        remove_all_button() if len(photos) > 1 else remove_button()


def _pick(models: tuple[Shelved, ...]) -> Shelved | None:
    if len(models) < 2:
        return models[0] if models else None
    titles = {model.checkpoint.name: plain(model.title) for model in models}
    name = st.selectbox(
        "Model",
        list(titles),
        format_func=titles.get,
        key="country model",
        persist_state="session",
    )
    return next(model for model in models if model.checkpoint.name == name)
