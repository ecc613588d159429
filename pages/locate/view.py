"""The answer to one photo, or to several of one place, the most important first.

That is the photo and the verdict; below them what can change it, the reasons, and the places.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geoloc.countries import name
from geoloc.draw.charts import whole_percent
from geoloc.draw.clue_boxes import clue_boxes
from geoloc.tasks.country import CountryPrediction
from pages.language import _
from pages.locate import activation, city, country, world_pin
from pages.locate.agreement import agreement, table
from pages.locate.clues import Signs, signs
from pages.locate.narrowing import narrowing, said_it_was_in, say_it_was_in, was_in
from pages.shared import session
from pages.shared.announce import announce
from pages.shared.answers import ModelAnswer, answer_of
from pages.shared.chooser import chooser
from pages.shared.copier import copy_link
from pages.shared.download import results
from pages.shared.frame import asking, guard, halves, note, room
from pages.shared.links import remembered_selectbox
from pages.shared.multi_view import spread
from pages.shared.picker import Strip, picker, sheet
from pages.shared.portrait import place_truth, portrait, remove_all_button, remove_button
from pages.shared.registry import Shelf, Shelved, first_ready, missing
from pages.shared.session import Chosen


def answer(photos: tuple[Chosen, ...], shelf: Shelf) -> None:
    """Everything that the models say of a photo, or of several photos of one place."""
    # A strip that comes with the second photo puts nothing below it in another place.
    with st.container():
        strip = picker()
    left, right = halves()
    with left:
        place = _subject(photos)
    with right:
        verdict = room("verdict")
    with room("actions"):
        actions = st.container(horizontal=True)
    controls = room("controls")
    explaining = activation.able(shelf.countries)
    one = explaining is not None and len(photos) == 1
    reasons = room("reasons") if one else st.container()
    where, world, measured = (st.container() for _ in range(3))
    model, told, answers = None, None, {}
    with right, guard(_("The country")):
        with controls:
            columns = st.columns(3, gap="medium")
            model = _pick(shelf.countries, columns[2])
        # What a visitor can do stands there before the answer, which moves none of it.
        with actions:
            _actions(model, shelf, photos)
        if model is None:
            missing("country")
        else:
            told, answers = _country(model, shelf, photos, verdict, columns, place)
    if model is not None and told is not None:
        if explaining is not None:
            with reasons, guard(_("The activation maps")):
                activation.activation(explaining, photos, told)
        with world, guard(_("The world map")):
            _world(shelf.worlds, photos, told)
            country.lacking(model)
        with measured, st.expander(_("How good is it?"), icon=":material/monitoring:"):
            country.how_good(model, photos)
            table(model, shelf.countries, answers)
        with guard(_("The film strip")):
            _write_strip(strip, model)
    with where:
        city.city(shelf.cities, photos, model)


def _subject(photos: tuple[Chosen, ...]) -> DeltaGenerator | None:
    """The photo, under its map if one is known, or all of a place; gives the photo's place."""
    if len(photos) > 1:
        sheet(photos)
        spread(photos)
        return None
    one = photos[0]
    return portrait(one, lambda place: activation.draw_photo(place, one, one.photo.pixels))


def _actions(model: Shelved | None, shelf: Shelf, photos: tuple[Chosen, ...]) -> None:
    with st.popover(
        _("New photo"),
        icon=":material/add_photo_alternate:",
        key=session.ANOTHER,
        on_change="rerun",
    ):
        chooser()
    results(model, shelf, photos)
    # Another's photo has no address: it is on no server but in this session.
    if len(photos) == 1 and photos[0].example:
        copy_link(_("Copy link"), _("Copied"))
    remove_all_button() if len(photos) > 1 else remove_button()


def _country(
    model: Shelved,
    shelf: Shelf,
    photos: tuple[Chosen, ...],
    verdict: DeltaGenerator,
    columns: Sequence[DeltaGenerator],
    place: DeltaGenerator | None,
) -> tuple[CountryPrediction, dict[str, ModelAnswer]]:
    """The verdict and what can change it; gives the answer that is shown, and every model's."""
    with columns[0]:
        known = narrowing(model.checkpoint.classes, photos)
    with columns[1]:
        true = place_truth(photos) or was_in(photos)
    with verdict:
        first = st.empty()
        with asking():
            network = country.network_answer(model, photos).prediction
        # The picture's answer is there at once; text takes a while to be read the first time.
        with first.container():
            country.headline(network, "headline early")
    with columns[1]:
        seen = signs(photos)
    told = country.joined(network, seen.clues, known)
    with first.container():
        country.headline(told)
    with verdict:
        country.verdict(network, told, true)
        with asking():
            answers = agreement(shelf.countries, photos, told.codes[0])
    _announce(told)
    if place is not None:
        _explain_photo(photos[0], seen, place, shelf, told.codes[0])
    return told, answers


def _world(
    worlds: tuple[Shelved, ...], photos: tuple[Chosen, ...], told: CountryPrediction
) -> None:
    """The map of the world; where nothing else tells, a click on it says which country it was."""
    on_pick = None if place_truth(photos) else say_it_was_in(photos)
    if not world_pin.pin_map(worlds, photos, on_pick):
        country.world(told, photos, on_pick)
    clicked = said_it_was_in(photos) if on_pick else None
    if clicked:
        note(country.where_taken(told, clicked))


def _announce(told: CountryPrediction) -> None:
    code, share = told.top(1)[0]
    announce(_("{country}, {probability}", country=name(code), probability=whole_percent(share)))


def _explain_photo(
    one: Chosen, seen: Signs, place: DeltaGenerator, shelf: Shelf, code: str
) -> None:
    """Boxes around what was read in the photo, and the map of the headline's country over it."""
    pixels = _boxed(one, seen)
    changed = pixels is not one.photo.pixels
    with guard(_("The activation maps")):
        model = activation.able(shelf.countries)
        if model is not None and activation.knows(model, code):
            changed = activation.know_map(model, one, code) or changed
        if changed:
            activation.draw_photo(place, one, pixels)


def _boxed(one: Chosen, seen: Signs) -> np.ndarray:
    lines = seen.lines.get(one.photo.sha256, ())
    clues = [clue for clue in seen.clues if clue.line in lines]
    return clue_boxes(one.photo.pixels, lines, clues) if clues else one.photo.pixels


def _write_strip(strip: Strip, model: Shelved) -> None:
    def says(one: Chosen) -> tuple[str, str]:
        code, share = answer_of(model, one.photo).prediction.top(1)[0]
        return code, whole_percent(share)

    strip.write(says)


def _pick(models: tuple[Shelved, ...], box: DeltaGenerator) -> Shelved | None:
    if len(models) < 2:
        return first_ready(models)
    titles = {model.checkpoint.name: model.title for model in models}
    name = remembered_selectbox(
        "locate", "model", list(titles), next(iter(titles)), _("Model"), titles.__getitem__, box
    )
    # What can't be loaded says so, and the next one answers in its place.
    return first_ready(sorted(models, key=lambda model: model.checkpoint.name != name))
