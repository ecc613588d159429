"""Whose language is spoken: each visitor's own.

It is the one asked for in the address (`?lang=fr`) or chosen on a page, else the browser's.
"""

from __future__ import annotations

import threading

import streamlit as st

from pages.language import LANGUAGES, _, ask_reader, language
from pages.shared.streamlit_internals import visit

_PARAMETER = "lang"
_CHOSEN = "language"
_SWITCH = "language switch"

_here = threading.local()
"""The context in which this thread runs a page, and its visitor's language."""


def language_switch() -> None:
    """The choice of the language; screen readers are told which one the page has."""
    st.session_state[_SWITCH] = language()
    st.segmented_control(
        _("Language"),
        list(LANGUAGES),
        format_func=LANGUAGES.get,
        key=_SWITCH,
        required=True,
        label_visibility="collapsed",
        on_change=_choose,
    )
    st.html(
        f"<script>document.documentElement.lang = {language()!r}</script>",
        unsafe_allow_javascript=True,
    )


def _choose() -> None:
    _here.code = st.session_state[_SWITCH]
    st.session_state[_CHOSEN] = _here.code
    st.query_params[_PARAMETER] = _here.code


def _of_visitor() -> str:
    context = visit()
    if context is None:
        return ""
    # A page asks hundreds of times, and its session's state is slow to tell.
    if getattr(_here, "context", None) is not context:
        _here.context, _here.code = context, _asked()
    return _here.code


def _asked() -> str:
    asked = st.query_params.get(_PARAMETER)
    if asked in LANGUAGES:
        st.session_state[_CHOSEN] = asked
    return st.session_state.get(_CHOSEN) or (st.context.locale or "")[:2]


ask_reader(_of_visitor)
