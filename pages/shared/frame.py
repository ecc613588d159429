"""The frame around a page's content: its width, and what happens when something breaks."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geoloc.errors import GeolocError
from pages.language import _, said
from pages.shared.turn import answering
from pages.shared.visitor_language import language_switch

_WIDTH = 1160
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#~$:|&])")
_log = logging.getLogger(__name__)


@contextmanager
def page() -> Iterator[None]:
    """Puts what follows in a column that stays readable on the widest screen."""
    with (
        answering(),
        st.container(horizontal_alignment="center"),
        st.container(width=_WIDTH, key="page"),
    ):
        yield
        # It goes into the header (page.css): from below the content, which it would move.
        with st.container(key="language"):
            language_switch()


def room(key: str) -> DeltaGenerator:
    """A place that is on the page before anything is in it, as high as page.css says of its key."""
    place = st.container(key=key)
    # Streamlit leaves out a container that nothing is in.
    place.empty()
    return place


@contextmanager
def guard(what: str, remedy: str | None = None) -> Iterator[None]:
    """Turns an error into one sentence, so that the rest of the page still appears.

    Args:
        what: the part of the page that would be missing, as the subject of the sentence.
        remedy: what may help; None for what helps with photos.
    """
    try:
        yield
    except GeolocError as error:
        st.error(plain(said(error)), icon=":material/error:")
    except Exception:
        _log.exception("%s could not be drawn", what)
        st.error(
            _(
                "{what} could not be shown: something unforeseen went wrong. {remedy}; the "
                "server's log says what happened.",
                what=what,
                remedy=remedy or _("Try again or choose another photo"),
            ),
            icon=":material/error:",
        )


def asking() -> AbstractContextManager[None]:
    """Says that models are at work, if what is done here takes longer than half a second."""
    return st.spinner(_("Asking the models…"))


def drawing() -> AbstractContextManager[None]:
    """The same of the maps that are drawn of their answers."""
    return st.spinner(_("Drawing the maps…"))


def halves() -> tuple[DeltaGenerator, DeltaGenerator]:
    """Two columns, as every part of an answer has; on a phone one above the other."""
    left, right = st.columns(2, gap="medium")
    return left, right


def note(text: str) -> None:
    """Small print in Markdown; unlike a caption it isn't faded, so that its links can be read."""
    st.markdown(f":small[{text}]")


def plain(text: str) -> str:
    """Text that Markdown shows as it stands, such as the name of an uploaded file."""
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))


def ink() -> str | None:
    """The text colour of the theme that this visitor sees; None until the browser has told."""
    theme = st.context.theme.type
    return st.get_option(f"theme.{theme}.textColor") if theme else None
