"""What the page *Explain* shows, from top to bottom."""

from __future__ import annotations

import streamlit as st

from pages.explain import text
from pages.explain.city import pin
from pages.explain.controls import Controls, located_model, pick_model
from pages.explain.country import countries
from pages.language import _
from pages.shared import session
from pages.shared.answers import answer_of
from pages.shared.chooser import chooser
from pages.shared.frame import guard, note, plain
from pages.shared.picker import picker
from pages.shared.portrait import remove_button
from pages.shared.registry import Shelf, Shelved, missing, ready
from pages.shared.session import Chosen
from pages.shared.turn import fragment
from pages.shared.welcome import welcome


def explain(shelf: Shelf) -> None:
    """The photo of this session with the maps of any model, or the way to choose one."""
    chosen = session.chosen()
    if chosen is None:
        welcome(shelf)
        return
    _photo(chosen)
    if shelf.countries or shelf.cities:
        _explained(chosen, shelf)
    else:
        missing("country")


def _photo(chosen: Chosen) -> None:
    """Whose photo it is, and how to take another."""
    picker()
    if session.together():
        note(_(text.ONE_AT_A_TIME))
    example = chosen.example
    note(f"[{plain(example.credit)}]({example.source})" if example else plain(chosen.name))
    with st.container(horizontal=True):
        with st.popover(
            _(text.OTHERS),
            icon=":material/add_photo_alternate:",
            key=session.ANOTHER,
            on_change="rerun",
        ):
            chooser()
        remove_button()


# A fragment that runs again is not inside the caller's guard.
@fragment
def _explained(chosen: Chosen, shelf: Shelf) -> None:
    with guard(_("The explanation")):
        boxes = st.columns(4, gap="medium", vertical_alignment="bottom")
        model = pick_model(shelf, boxes[0])
        if not ready([model]):
            return
        controls = Controls(boxes[1], boxes[2].popover(_(text.MORE), icon=":material/tune:"))
        _EXPLAINED[model.checkpoint.task](model, chosen, shelf, controls)


def _headline(shelf: Shelf, chosen: Chosen) -> str:
    """The country that *Locate* names: the maps explain the answer that the visitor saw."""
    names = {model.checkpoint.name: model for model in shelf.countries}
    located = names.get(located_model(), shelf.countries[0])
    able = ready([located])
    return answer_of(able[0], chosen.photo).prediction.codes[0] if able else ""


def _countries(model: Shelved, chosen: Chosen, shelf: Shelf, controls: Controls) -> None:
    countries(model, chosen, _headline(shelf, chosen), controls)


def _city(model: Shelved, chosen: Chosen, _shelf: Shelf, controls: Controls) -> None:
    pin(model, chosen, controls)


_EXPLAINED = {"country": _countries, "city": _city}
"""By task, what explains an answer."""
