"""The photos that a page is about, one or several of one place, and the buttons to change them."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.language import _
from pages.shared import session
from pages.shared.chooser import chooser
from pages.shared.multi_view import spread
from pages.shared.picker import picker, sheet
from pages.shared.portrait import portrait, remove_all_button, remove_button
from pages.shared.session import Chosen


@dataclass(frozen=True)
class Subject:
    """Where what is asked about stands.

    Attributes:
        buttons: the row of buttons.
        picture: the place of the photo, to be drawn on; None if there are several.
    """

    buttons: DeltaGenerator
    picture: DeltaGenerator | None


def subject(photos: tuple[Chosen, ...]) -> Subject:
    """What is asked about, and how to ask about something else."""
    picker()
    picture = None
    if len(photos) > 1:
        sheet(photos)
        spread(photos)
    else:
        picture = portrait(photos[0])
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
    return Subject(buttons, picture)
