"""The answer to one photo, from the most to the least important: country, place, reasons."""

from __future__ import annotations

import streamlit as st

from geoloc.ui import activation, city, country
from geoloc.ui.chooser import chooser
from geoloc.ui.frame import guard, halves, plain
from geoloc.ui.portrait import portrait, remove_button
from geoloc.ui.shelf import Shelf, Shelved, missing
from geoloc.ui.state import ANOTHER, Chosen


def answer(chosen: Chosen, shelf: Shelf) -> None:
    """Everything that the models say of the photo."""
    model = None
    left, right = halves()
    with left:
        portrait(chosen)
        with st.container(horizontal=True):
            with st.popover(
                "Another photo",
                icon=":material/add_photo_alternate:",
                key=ANOTHER,
                on_change="rerun",
            ):
                chooser()
            remove_button()
    with right, guard("The country"):
        model = _pick(shelf.countries)
        if model is None:
            missing("country")
        else:
            country.country(model, chosen)
    if model is not None:
        with guard("The world map"):
            country.world(model, chosen)
    city.city(shelf.cities, chosen)
    activation.activation(model, shelf.countries, chosen)


def _pick(models: tuple[Shelved, ...]) -> Shelved | None:
    if len(models) < 2:
        return models[0] if models else None
    titles = {model.checkpoint.name: plain(model.title) for model in models}
    name = st.selectbox("Model", list(titles), format_func=titles.get, key="country model")
    return next(model for model in models if model.checkpoint.name == name)
