"""Whose language is spoken: each visitor's own.

It is the one asked for in the address (`?lang=fr`) or chosen on a page, else the browser's.
"""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from geoloc.language import LANGUAGES, _, ask_reader, language

_PARAMETER = "lang"
_CHOSEN = "language"
_SWITCH = "language switch"


def language_switch() -> None:
    """The choice of the language; screen readers are told which one the page has."""
    st.session_state[_SWITCH] = language()
    st.segmented_control(
        _("Language"),
        list(LANGUAGES),
        format_func=LANGUAGES.get,
        key=_SWITCH,
        required=True,
        on_change=_choose,
    )
    st.html(
        f"<script>document.documentElement.lang = {language()!r}</script>",
        unsafe_allow_javascript=True,
    )


def _choose() -> None:
    st.session_state[_CHOSEN] = st.session_state[_SWITCH]
    st.query_params[_PARAMETER] = st.session_state[_SWITCH]


def _of_visitor() -> str:
    if get_script_run_ctx(suppress_warning=True) is None:
        return ""
    asked = st.query_params.get(_PARAMETER)
    if asked in LANGUAGES:
        st.session_state[_CHOSEN] = asked
    return st.session_state.get(_CHOSEN) or (st.context.locale or "")[:2]


ask_reader(_of_visitor)
