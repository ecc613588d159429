"""How the page puts a chart on the screen, and says that a card has none to put there."""

from __future__ import annotations

import plotly.graph_objects as go
import streamlit as st

# Gives plotly the theme that the browser then fills in: a figure made before has plotly's colours.
import streamlit.elements.plotly_chart  # noqa: F401

from geoloc.language import _

_STILL = {"displayModeBar": False, "scrollZoom": False}


def plot(figure: go.Figure, key: str, alt: str) -> None:
    """A chart that scrolls with the page.

    Args:
        figure: from `geoloc.draw.charts`.
        key: unique on the page.
        alt: what it shows, in words, with its main numbers.
    """
    st.plotly_chart(figure, config=_STILL, key=key, alt=alt)


def untold(what: str) -> None:
    """Says that the model's card lacks a part.

    Args:
        what: the part, as the subject of a sentence.
    """
    st.info(
        _("{what} cannot be shown: this model's card does not tell.", what=what),
        icon=":material/help:",
    )
