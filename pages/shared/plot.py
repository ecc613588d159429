"""How every page puts a chart on the screen."""

from __future__ import annotations

from typing import Literal

import plotly.graph_objects as go
import streamlit as st

# From here on, figures are made in the theme that the browser then fills in.
from pages.shared import streamlit_internals  # noqa: F401

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
