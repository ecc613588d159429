"""Shares of photos with their 95 % intervals, a row each: what is little known is seen to be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from geoloc.countries import name
from geoloc.draw.charts.look import (
    SHARES,
    add_baselines,
    dressed,
    hover,
    interval,
    of_photos,
    share_texts,
    whole_percent,
)
from geoloc.text import _, formatted

if TYPE_CHECKING:
    from geoloc.models.card import Counted, OfContinent, Share

_ROW_PX = 26
_AXIS_PX = 34
_LEGEND_PX = 36
_SHIFT = 0.17  # of a row, between two marks that share it


@dataclass(frozen=True)
class Compared:
    """A model's score beside that of an answer that never changes, if that is known."""

    title: str
    share: Share
    always: float | None


def recall_rows(countries: Sequence[Counted], ink: str | None = None) -> go.Figure:
    """How many photos of each country were recognised, with Wilson's interval, in the order given.

    Args:
        countries: photos and how many of them were recognised.
        ink: colour of the text, the theme's when None.
    """
    labels = [_labelled(name(row.code), row.photos) for row in countries]
    texts = [_said(name(row.code), row.share, of_photos(row)) for row in countries]
    return _rows(labels, {_("Recognised"): [row.share for row in countries]}, [texts], ink)


def continent_rows(continents: Sequence[OfContinent], ink: str | None = None) -> go.Figure:
    """How often the country and at least the continent is right, by true continent.

    Args:
        continents: the one with the most photos comes first.
        ink: colour of the text, the theme's when None.
    """
    ordered = sorted(continents, key=lambda row: -row.photos)
    labels = [_labelled(_(row.continent), row.photos) for row in ordered]
    series = {
        _("Right country"): [row.share for row in ordered],
        _("Right continent"): [row.continent_share for row in ordered],
    }
    texts = [
        [
            _said(_("{where}: {what}", where=_(row.continent), what=what.lower()), share)
            for row, share in zip(ordered, shares, strict=True)
        ]
        for what, shares in series.items()
    ]
    return _rows(labels, series, texts, ink)


def comparison(models: Sequence[Compared], ink: str | None = None) -> go.Figure:
    """One score of several models; a stroke marks what always giving one answer would reach.

    Args:
        models: from top to bottom.
        ink: colour of the text, the theme's when None.
    """
    labels = [escape(model.title) for model in models]
    texts = [_said(label, model.share) for label, model in zip(labels, models, strict=True)]
    figure = _rows(labels, {_("Model"): [model.share for model in models]}, [texts], ink)
    always = [model.always for model in models]
    add_baselines(
        figure,
        _("Always the most frequent answer"),
        always,
        [
            _("Always the most frequent answer: {share}", share=whole_percent(share))
            for share in always
            if share is not None
        ],
    )
    return _with_legend(figure)


def _labelled(what: str, photos: int) -> str:
    return f"{what} · {formatted(photos, ',')}"


def _said(label: str, share: Share, counted: str = "") -> str:
    ends = interval(share)
    between = ends and _("95% interval: {interval}", interval=ends)
    return hover(label, whole_percent(share.value), counted, between)


def _rows(
    labels: Sequence[str],
    series: Mapping[str, Sequence[Share]],
    texts: Sequence[Sequence[str]],
    ink: str | None,
) -> go.Figure:
    """A dot with whiskers a row and series, on an axis from 0 to 100 %."""
    figure = go.Figure()
    for number, (title, shares) in enumerate(series.items()):
        offset = _SHIFT * (2 * number - len(series) + 1)
        figure.add_scatter(
            name=title,
            x=[share.value for share in shares],
            y=[row + offset for row in range(len(labels))],
            mode="markers",
            marker={"size": 10, "symbol": ("circle", "diamond")[number]},
            error_x={
                "type": "data",
                "array": [_to(share.high, share.value) for share in shares],
                "arrayminus": [-_to(share.low, share.value) for share in shares],
                "thickness": 3,
                "width": 0,
            },
            hovertext=texts[number],
            hoverinfo="text",
            cliponaxis=False,
        )
    several = len(series) > 1
    row_px = _ROW_PX + 12 * several
    dressed(
        figure,
        row_px * len(labels) + _AXIS_PX,
        ink,
        showlegend=False,
        hovermode="closest",
        margin={"l": 0, "r": 24, "t": 8, "b": 8},
    )
    figure.update_xaxes(
        range=[0, 1], tickvals=SHARES, ticktext=share_texts(), side="top", showgrid=True
    )
    figure.update_yaxes(
        range=[len(labels) - 0.5, -0.5],
        tickvals=list(range(len(labels))),
        ticktext=list(labels),
        showgrid=False,
        ticks="",
    )
    return _with_legend(figure) if several else figure


def _with_legend(figure: go.Figure) -> go.Figure:
    """The figure, higher by a legend below its rows: the axis is above them."""
    return figure.update_layout(
        showlegend=True,
        height=figure.layout.height + _LEGEND_PX,
        legend={"y": -0.02, "yanchor": "top"},
    )


def _to(end: float | None, value: float) -> float:
    return 0.0 if end is None else end - value
