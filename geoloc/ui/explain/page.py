"""What the page *Explain* shows, from top to bottom."""

from __future__ import annotations

import streamlit as st

from geoloc.language import _
from geoloc.ui import state
from geoloc.ui.chooser import chooser, welcome
from geoloc.ui.explain import text
from geoloc.ui.explain.city import pin
from geoloc.ui.explain.controls import pick_model
from geoloc.ui.explain.country import countries
from geoloc.ui.frame import guard, note, plain
from geoloc.ui.picker import picker
from geoloc.ui.portrait import remove_button
from geoloc.ui.shelf import Shelf, missing
from geoloc.ui.state import Chosen


def explain(shelf: Shelf) -> None:
    """The photo of this session with the maps of any model, or the way to choose one."""
    chosen = state.chosen()
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
    if state.together():
        note(_(text.ONE_AT_A_TIME))
    example = chosen.example
    note(f"[{plain(example.credit)}]({example.source})" if example else plain(chosen.name))
    with st.container(horizontal=True):
        with st.popover(
            _(text.OTHERS),
            icon=":material/add_photo_alternate:",
            key=state.ANOTHER,
            on_change="rerun",
        ):
            chooser()
        remove_button()


# A fragment that runs again is not inside the caller's guard.
@st.fragment
def _explained(chosen: Chosen, shelf: Shelf) -> None:
    with guard(_("The explanation")):
        boxes = st.columns(4, gap="medium", vertical_alignment="bottom")
        model = pick_model(shelf, boxes[0])
        if model.checkpoint.task == "city":
            pin(model, chosen)
        else:
            countries(model, chosen, boxes)
        note(_(text.CAUTION))
