"""Bars of the countries that are likeliest for a photo."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from geoloc.countries import flag_image, name
from geoloc.draw.charts.look import CLEAR, TRACK, whole_percent
from geoloc.text import _

if TYPE_CHECKING:  # a chart takes the answer, it doesn't load the model behind it
    from geoloc.tasks.country import CountryPrediction

_ROW_PX = 40
_LABEL_CHARS = 15
_FLAG_PX = 18
_REST = "rest"

FLAG_GAP = 42
"""Pixels between labels and bars, where the flags stand."""


def probability_bars(
    prediction: CountryPrediction,
    k: int = 10,
    highlight: str | None = None,
    ink: str | None = None,
    rest: bool = False,
) -> go.Figure:
    """Bars of the k likeliest countries, the likeliest on top, on a track from 0 to 100 %.

    Args:
        prediction: a model's answer.
        k: how many countries to show.
        highlight: a country to stand out, such as the true one; it is added below with its rank
            when it is not among the k, and ignored when the model does not know it.
        ink: colour of the text, the theme's when None.
        rest: whether all other countries stand below as one.
    """
    codes = list(prediction.codes[:k])
    if highlight in prediction.codes and highlight not in codes:
        codes.append(highlight)
    probabilities = [prediction.probability(code) for code in codes]
    texts = [whole_percent(p) for p in probabilities]
    if len(codes) > k:
        rank = prediction.codes.index(codes[-1]) + 1
        texts[-1] = _("{probability} · #{rank}", probability=texts[-1], rank=rank)
    rows, labels = list(codes), [country_label(code, bold=code == highlight) for code in codes]
    others = len(prediction.codes) - len(codes)
    if rest and others:
        rows.append(_REST)
        probabilities.append(max(0.0, 1.0 - sum(probabilities)))
        texts.append(whole_percent(probabilities[-1]))
        labels.append(_("{n} others", n=others))
    figure = go.Figure(
        go.Bar(
            orientation="h",
            x=probabilities,
            y=rows,
            text=texts,
            textposition="outside",
            textfont={"size": 14, "color": ink},
            cliponaxis=False,
            marker={"cornerradius": 3, "opacity": _opacities(rows, highlight), "line_width": 0},
            hovertext=[*hovers(codes, probabilities), *labels[len(codes) :]],
            hoverinfo="text",
        )
    )
    figure.update_layout(
        height=_ROW_PX * len(rows) + 16,
        margin={"l": 0, "r": 64, "t": 8, "b": 8},
        bargap=0.5,
        showlegend=False,
        hoverlabel_font_color=ink,
        paper_bgcolor=CLEAR,
        plot_bgcolor=CLEAR,
        images=[flag_at(code, _FLAG_PX / _ROW_PX) for code in codes],
        shapes=[_track_at(row) for row in range(len(rows))],
    )
    figure.update_xaxes(range=[0, 1], visible=False, fixedrange=True)
    figure.update_yaxes(
        type="category",
        autorange="reversed",
        fixedrange=True,
        automargin=True,
        showgrid=False,
        tickmode="array",
        tickvals=rows,
        ticktext=labels,
        tickfont={"size": 14, "color": ink},
        ticks="outside",
        ticklen=FLAG_GAP,
        tickcolor=CLEAR,
    )
    return figure


def _opacities(codes: Sequence[str], highlight: str | None) -> list[float]:
    return [1.0 if highlight not in codes or code == highlight else 0.5 for code in codes]


def country_label(code: str, bold: bool) -> str:
    """A country's name beside its bar, in two lines at most."""
    lines = textwrap.wrap(name(code), _LABEL_CHARS, max_lines=2, placeholder="…")
    return f"<b>{'<br>'.join(lines)}</b>" if bold else "<br>".join(lines)


def flag_at(code: str, share: float) -> dict[str, Any]:
    """A flag left of a bar, as high as a share of its row, between it and ticks of `FLAG_GAP`."""
    return {
        "source": flag_image(code),
        "xref": "paper",
        "yref": "y",
        "x": -0.015,
        "y": code,
        "xanchor": "right",
        "yanchor": "middle",
        "sizex": 1,  # width enough at any width of the page: the height decides
        "sizey": share,
        "sizing": "contain",
    }


def _track_at(row: int) -> dict[str, Any]:
    return {
        "type": "rect",
        "layer": "below",
        "x0": 0,
        "x1": 1,
        "y0": row - 0.25,
        "y1": row + 0.25,
        "fillcolor": TRACK,
        "line_width": 0,
    }


def hovers(codes: list[str], probabilities: list[float]) -> list[str]:
    """What is read at each country: its name and its probability."""
    return [
        f"{name(code)} · {whole_percent(p)}" for code, p in zip(codes, probabilities, strict=False)
    ]
