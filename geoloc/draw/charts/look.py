"""What all charts have in common: no ground of their own, neutral greys, readable type, numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

import plotly.graph_objects as go

from geoloc.text import _, formatted, ngettext

if TYPE_CHECKING:
    from geoloc.models.card import Share

CLEAR = "rgba(0,0,0,0)"
TRACK = "rgba(128,128,128,0.14)"
GRID = "rgba(128,128,128,0.25)"
GREY = "#7d858a"
"""Neutral, so that they stand on light and on dark pages; GREY has 3:1 on either."""

TEXT_PX = 14
_CODES_PX = 12
SHARES = [0.0, 0.25, 0.5, 0.75, 1.0]
"""Ticks of an axis from nothing to everything."""


class OfPhotos(Protocol):
    """Some of some photos."""

    @property
    def right(self) -> int:
        """How many."""

    @property
    def photos(self) -> int:
        """Of how many."""


def percent(probability: float) -> str:
    """A probability for people, with one decimal: "23.4%", "23,4 %", "<0.1%", ">99.9%"."""
    # A model is never quite sure: neither 0.0 % nor 100.0 % is what it says.
    sign = "<" if probability < 0.001 else ">" if probability > 0.999 else ""
    return sign + formatted(min(max(probability, 0.001), 0.999), ".1%")


def whole_percent(share: float) -> str:
    """A share that was counted, in whole percent: "31%"; "<1%" and ">99%" are not quite an end."""
    sign = "<" if 0.0 < share < 0.005 else ">" if 0.995 <= share < 1.0 else ""
    return sign + formatted(min(max(share, 0.01), 0.99) if sign else share, ".0%")


def share_texts() -> list[str]:
    """What stands at SHARES."""
    return [formatted(share, ".0%") for share in SHARES]


def interval(share: Share) -> str:
    """The ends of a share's interval: "27% to 35%"; nothing where none is known."""
    if share.low is None or share.high is None:
        return ""
    return _("{low} to {high}", low=whole_percent(share.low), high=whole_percent(share.high))


def photos_text(photos: int) -> str:
    """How many photos: "1 photo", "1,062 photos"."""
    return ngettext("{n:,} photo", "{n:,} photos", photos)


def of_photos(counted: OfPhotos) -> str:
    """How many of how many: "9 of 101 photos"."""
    return ngettext(
        "{right:,} of {n:,} photo", "{right:,} of {n:,} photos", counted.photos, right=counted.right
    )


def hover(*lines: str) -> str:
    """What a mark says when pointed at, its name first."""
    first, *others = (line for line in lines if line)
    return "<br>".join([f"<b>{first}</b>", *others])


def dressed(figure: go.Figure, height: int, ink: str | None, **layout: Any) -> go.Figure:
    """The figure without ground, with type of one size in one colour, and still under a finger.

    Args:
        figure: changed and given back.
        height: in pixels.
        ink: colour of the text, the theme's when None.
        layout: what else its layout has.
    """
    font = {"size": TEXT_PX, "color": ink}
    plain = {
        "height": height,
        "margin": {"l": 0, "r": 16, "t": 8, "b": 8},
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "font": font},
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "hoverlabel_font_color": ink,
        "dragmode": False,
        "separators": _separators(),
    }
    figure.update_layout(**plain | layout)
    axes = {"tickfont": font, "title_font": font, "fixedrange": True, "automargin": True}
    figure.update_xaxes(gridcolor=GRID, zeroline=False, **axes)
    figure.update_yaxes(gridcolor=GRID, zeroline=False, **axes)
    return figure


def add_baselines(
    figure: go.Figure, called: str, values: Sequence[float | None], texts: Sequence[str]
) -> None:
    """A stroke in each row that has a value: what always giving one answer would reach.

    Args:
        figure: whose rows are 0, 1, ... from the top.
        called: in the legend.
        values: along the row.
        texts: shown over each, of those that have a value.
    """
    there = [(row, value) for row, value in enumerate(values) if value is not None]
    figure.add_scatter(
        name=called,
        x=[value for _row, value in there],
        y=[row for row, _value in there],
        mode="markers",
        marker={"symbol": "line-ns", "size": 18, "line": {"width": 3, "color": GREY}},
        hovertext=list(texts),
        hoverinfo="text",
    )


def _separators() -> str:
    """What stands before decimals and between thousands, as plotly takes it."""
    written = formatted(1000.5, ",.1f")
    return written[-2] + written[1]


def colour_bar(title: str, ink: str | None, **ticks: Any) -> dict[str, Any]:
    """A short colour bar below a chart, as plotly takes it."""
    font = {"size": TEXT_PX, "color": ink}
    return {
        "orientation": "h",
        "x": 0.5,
        "xanchor": "center",
        "y": 0,
        "yanchor": "top",
        "lenmode": "pixels",
        "len": 250,
        "thickness": 10,
        "outlinewidth": 0,
        "title": {"text": title, "side": "top", "font": font},
        "tickfont": font,
        **ticks,
    }


def by_country(figure: go.Figure, counted: str, ink: str | None) -> None:
    """Axes of bars that stand on countries' codes, `counted` being what they count."""
    figure.update_xaxes(
        type="category",
        tickangle=-90,
        tickfont={"size": _CODES_PX, "color": ink},
        showgrid=False,
    )
    figure.update_yaxes(
        title={"text": counted, "font": {"size": TEXT_PX, "color": ink}}, tickformat=","
    )
