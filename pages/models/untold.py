"""How the page says that a card lacks a part."""

from __future__ import annotations

import streamlit as st

from pages.language import _


def untold(what: str) -> None:
    """Says that the model's card lacks a part.

    Args:
        what: the part, as the subject of a sentence.
    """
    st.info(
        _("{what} cannot be shown: this model's card does not tell.", what=what),
        icon=":material/help:",
    )
