"""How every page puts a chart on the screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import plotly.graph_objects as go
import streamlit as st

# From here on, figures are made in the theme that the browser then fills in.
from pages.shared import streamlit_internals  # noqa: F401

OnPick = Callable[[str], None]
"""Callback: takes the code of a country that was clicked."""

_STILL = {"displayModeBar": False, "scrollZoom": False}


def plot(
    figure: go.Figure,
    key: str,
    alt: str,
    height: int | Literal["content"] = "content",
    on_pick: OnPick | None = None,
) -> None:
    """A chart that scrolls with the page.

    Args:
        figure: from `geoloc.draw`.
        key: unique on the page.
        alt: what it shows, in words, with its main numbers.
        height: in pixels, or the figure's own.
        on_pick: takes the country that is clicked on a map.
    """

    def picked() -> None:
        points = st.session_state[key]["selection"]["points"]
        codes = [point["location"] for point in points if point.get("location")]
        if codes and on_pick:
            on_pick(codes[0])

    st.plotly_chart(
        figure,
        height=height,
        config=_STILL,
        key=key,
        alt=alt,
        on_select=picked if on_pick else "ignore",
        selection_mode="points",
    )
