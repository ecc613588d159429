"""The answer to one photo, or to several of one place, the most important first.

That is the country, then the place in a city, then the reasons.
"""

from __future__ import annotations

import streamlit as st

from pages.language import _
from pages.locate import activation, city, country
from pages.locate.agreement import agreement
from pages.shared.download import results
from pages.shared.frame import asking, guard, halves
from pages.shared.registry import Shelf, Shelved, first_ready, missing
from pages.shared.session import Chosen
from pages.shared.subject import subject


def answer(photos: tuple[Chosen, ...], shelf: Shelf) -> None:
    """Everything that the models say of a photo, or of several photos of one place."""
    model = None
    left, right = halves()
    with left:
        buttons = subject(photos)
    with right, guard(_("The country")):
        model = _pick(shelf.countries)
        if model is None:
            missing("country")
        else:
            with asking():
                country.country(model, photos)
                agreement(model, shelf.countries, photos)
    with buttons:
        results(model, shelf, photos)
    if model is not None:
        with guard(_("The world map")):
            country.world(model, photos)
    city.city(shelf.cities, photos, model)
    activation.activation(model, shelf.countries, photos)


def _pick(models: tuple[Shelved, ...]) -> Shelved | None:
    if len(models) < 2:
        return first_ready(models)
    titles = {model.checkpoint.name: model.title for model in models}
    name = st.selectbox(
        _("Model"),
        list(titles),
        format_func=titles.get,
        key="country model",
        persist_state="session",
    )
    # What can't be loaded says so, and the next one answers in its place.
    return first_ready(sorted(models, key=lambda model: model.checkpoint.name != name))
