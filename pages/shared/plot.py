"""How every page puts a chart on the screen."""

from __future__ import annotations

from typing import Literal

import plotly.graph_objects as go
import streamlit as st

# Gives plotly the theme that the browser then fills in: a figure made before has plotly's colours.
import streamlit.elements.plotly_chart  # noqa: F401

_STILL = {"displayModeBar": False, "scrollZoom": False}


def plot(
    figure: go.Figure, key: str, alt: str, height: int | Literal["content"] = "content"
) -> None:
    """A chart that scrolls with the page.

    Args:
        figure: from `geoloc.draw`.
        key: unique on the page.
        alt: what it shows, in words, with its main numbers.
        height: in pixels, or the figure's own.
    """
    st.plotly_chart(figure, height=height, config=_STILL, key=key, alt=alt)
