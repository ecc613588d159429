"""One answer at a time: visitors take turns, and see how many are before them.

A model uses all processors as it is. Several at once take as long as one after the other, each of
them as long as all together, and as much memory as there are visitors.
"""

from __future__ import annotations

import html
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geoloc.photo import MAX_MEMORY, decoding_bytes
from pages.language import _, ngettext
from pages.shared.line import Line

_answers = Line(1)
_decoding = Line(MAX_MEMORY)
_here = threading.local()

Draw = TypeVar("Draw", bound=Callable[..., None])


@contextmanager
def answering() -> Iterator[None]:
    """Inside is one answer: the turn that something in it takes lasts until its end."""
    if getattr(_here, "answer", None) is not None:
        yield
        return
    with _Answer() as _here.answer:
        try:
            yield
        finally:
            _here.answer = None


def take() -> None:
    """Wait for this visitor's turn, unless it has come already; outside of an answer, go on.

    Whoever computes calls it first, before any lock: who has the turn may wait for that lock.
    """
    answer: _Answer | None = getattr(_here, "answer", None)
    if answer is None or answer.has_turn:
        return
    sign = _Sign()
    try:
        answer.enter_context(_answers.share(waiting=sign.show))
    finally:
        sign.take_down()
    answer.has_turn = True


def fragment(draw: Draw) -> Draw:
    """A part of a page that runs alone when its own controls change, as an answer of its own."""
    return st.fragment(answering()(draw))


@contextmanager
def decoding(data: bytes) -> Iterator[None]:
    """Inside, a file is decoded: all that are at once fit into the memory of the largest one."""
    with _decoding.share(decoding_bytes(data)):
        yield


def say_that_it_takes_a_while() -> None:
    """Says that others' photos are being read, if so; Streamlit may end the run here."""
    if len(_decoding) > 1:
        st.toast(_("Your photos came. Those of others are read first…"), icon="spinner")


class _Answer(ExitStack):
    """One run of a page, or of a part of it, and the turn that ends with it."""

    has_turn = False


class _Sign:
    """Says how many are before a visitor, at the window's edge, where it moves nothing.

    It is a part of its page, and goes with it when its visitor does not wait for the end. A toast
    would stand there until it is closed.
    """

    def __init__(self) -> None:
        self._place: DeltaGenerator | None = None
        self._before = -1

    def show(self, before: int) -> None:
        # Streamlit ends a run that nobody waits for any more where its session's state is read.
        st.session_state.get("photos")
        if before == self._before:
            return
        self._before = before
        words = ngettext(
            "One answer at a time: {n} is before yours.",
            "One answer at a time: {n} are before yours.",
            before,
        )
        self._place = self._place or st.empty()
        self._place.html(f'<p class="waiting" role="status">{html.escape(words)}</p>')

    def take_down(self) -> None:
        if self._place is not None:
            self._place.empty()
