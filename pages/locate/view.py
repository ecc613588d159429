"""The answer to one photo, or to several of one place, the most important first.

That is the country, then the reasons, then the place in a city.
"""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geoloc.draw.clue_boxes import clue_boxes
from pages.language import _
from pages.locate import activation, city, country, world_pin
from pages.locate.agreement import agreement, table
from pages.locate.clues import Signs, is_on, read, signs
from pages.locate.narrowing import narrowing
from pages.shared.download import results
from pages.shared.frame import asking, guard, halves
from pages.shared.portrait import picture as draw_picture
from pages.shared.registry import Shelf, Shelved, first_ready, missing
from pages.shared.session import Chosen
from pages.shared.subject import subject


def answer(photos: tuple[Chosen, ...], shelf: Shelf) -> None:
    """Everything that the models say of a photo, or of several photos of one place."""
    model, told = None, None
    left, right = halves()
    with left:
        shown = subject(photos)
    with right, guard(_("The country")):
        verdict, below = st.container(key="verdict"), st.container()
        with st.container():
            model = _pick(shelf.countries)
        if model is None:
            missing("country")
        else:
            told = _country(model, shelf, photos, verdict, below, shown.picture)
    with shown.buttons:
        results(model, shelf, photos)
    if told is not None:
        with guard(_("The world map")):
            if not world_pin.pin_map(shelf.worlds, photos):
                country.world(told)
        if model is not None:
            country.lacking(model)
    activation.activation(model, shelf.countries, photos, told.codes[0] if told else None)
    city.city(shelf.cities, photos, model)


def _country(
    model: Shelved,
    shelf: Shelf,
    photos: tuple[Chosen, ...],
    verdict: DeltaGenerator,
    below: DeltaGenerator,
    picture: DeltaGenerator | None,
):
    """The verdict, what can change it, and how good it is; gives the answer that is shown."""
    with verdict:
        first = st.empty()
        with asking():
            network = country.network_answer(model, photos).prediction
        # The picture's answer is there at once; text takes a while to be read the first time.
        with first.container():
            country.headline(network, "headline early")
        _read_ahead(photos)
        first.empty()
    with below:
        known = narrowing(network.codes)
        seen = signs(photos)
    told = country.joined(network, seen.clues, known)
    with verdict:
        country.verdict(network, told, photos)
        with asking():
            answers = agreement(shelf.countries, photos, told.codes[0])
    with below, st.expander(_("How good is it?"), icon=":material/monitoring:"):
        country.how_good(model, photos)
        table(model, shelf.countries, answers)
    if picture is not None:
        _boxes(photos[0], seen, picture)
    return told


def _read_ahead(photos: tuple[Chosen, ...]) -> None:
    if is_on():
        with guard(_("The text in the photo")), st.spinner(_("Reading the signs…")):
            read(photos)


def _boxes(one: Chosen, seen: Signs, picture: DeltaGenerator) -> None:
    lines = seen.lines.get(one.photo.sha256, ())
    clues = [clue for clue in seen.clues if clue.line in lines]
    if clues:
        alt = _("Your photo with boxes around the text that was read")
        draw_picture(picture, clue_boxes(one.photo.pixels, lines, clues), alt)


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
