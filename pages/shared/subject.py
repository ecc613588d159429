"""The photos that a page is about, one or several of one place, and the buttons to change them."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.language import _
from pages.shared import session
from pages.shared.chooser import chooser
from pages.shared.multi_view import spread
from pages.shared.picker import picker, sheet
from pages.shared.portrait import portrait, remove_all_button, remove_button
from pages.shared.session import Chosen


def subject(photos: tuple[Chosen, ...]) -> DeltaGenerator:
    """What is asked about, and how to ask about something else; gives the row of buttons."""
    picker()
    if len(photos) > 1:
        sheet(photos)
        spread(photos)
    else:
        portrait(photos[0])
    buttons = st.container(horizontal=True)
    with buttons:
        with st.popover(
            _("Other photos"),
            icon=":material/add_photo_alternate:",
            key=session.ANOTHER,
            on_change="rerun",
        ):
            chooser()
        remove_all_button() if len(photos) > 1 else remove_button()
    return buttons
