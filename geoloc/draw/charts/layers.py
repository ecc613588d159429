"""A network as a drawing: its stages from the photo down, each as wide and high as its maps."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from geoloc.draw.charts.look import GREY, TEXT_PX, dressed
from geoloc.photo.inputs import HEIGHT, WIDTH
from geoloc.text import _

if TYPE_CHECKING:
    from geoloc.networks.model_summary import Stage

_ROW_PX = 70
_HIGH = 0.8  # of a row: the photo, the highest of all
_WIDE = _HIGH * WIDTH / HEIGHT
_NARROWEST = 4.3  # rows that fit beside each other on a phone


def architecture(stages: Sequence[Stage], ink: str | None = None) -> go.Figure:
    """The stages below each other; sides grow with the square root of the maps' sides.

    Args:
        stages: from `geoloc.networks.model_summary`, the photo first.
        ink: colour of the text, the theme's when None.
    """
    rows = list(range(len(stages)))
    texts = [_sentence(stage) for stage in stages]
    figure = go.Figure(
        go.Scatter(
            x=[_WIDE + 0.2] * len(rows),
            y=rows,
            mode="text",
            text=texts,
            textposition="middle right",
            textfont={"size": TEXT_PX, "color": ink},
            hoverinfo="skip",
            cliponaxis=False,
        )
    )
    for part, colour in ((slice(1), GREY), (slice(1, None), None)):
        figure.add_bar(
            orientation="h",
            base=[(_WIDE - _width(stage)) / 2 for stage in stages[part]],
            x=[_width(stage) for stage in stages[part]],
            y=rows[part],
            width=[_height(stage) for stage in stages[part]],
            marker={"line_width": 0, "cornerradius": 2, "color": colour},
            hovertext=texts[part],
            hoverinfo="text",
        )
    dressed(
        figure,
        _ROW_PX * len(rows),
        ink,
        showlegend=False,
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        annotations=[_arrow(stages, row) for row in rows[1:]],
    )
    # As many pixels to the right as down, at any width of the page.
    figure.update_xaxes(
        range=[0, _NARROWEST],
        visible=False,
        scaleanchor="y",
        constrain="range",
        constraintoward="left",
    )
    figure.update_yaxes(range=[len(rows) - 0.5, -0.5], visible=False, constraintoward="top")
    return figure


def shape_text(shape: tuple[int, ...]) -> str:
    """What a stage hands on, for people: "40 maps of 5 × 10", "120 tokens of 192", "55 numbers"."""
    if len(shape) == 3 and shape[1:] != (1, 1):
        return _("{n:,} maps of {high} × {wide}", n=shape[0], high=shape[1], wide=shape[2])
    if len(shape) == 2:
        return _("{n:,} tokens of {size:,}", n=shape[0], size=shape[1])
    return _("{n:,} numbers", n=shape[0])


def _sentence(stage: Stage) -> str:
    if stage.name == "photo":
        return _("<b>photo</b><br>3 colours of {high} × {wide} pixels", high=HEIGHT, wide=WIDTH)
    weights = _("no parameters")
    if stage.parameters:
        weights = _("{n:,} parameters", n=stage.parameters)
    return f"<b>{stage.name}</b><br>{shape_text(stage.shape)}<br>{weights}"


def _sides(stage: Stage) -> tuple[int, int]:
    """Rows and columns: tokens and numbers stand in one line."""
    return (stage.shape[1], stage.shape[2]) if len(stage.shape) == 3 else (1, stage.shape[0])


def _width(stage: Stage) -> float:
    return _WIDE * min(1.0, math.sqrt(_sides(stage)[1] / WIDTH))


def _height(stage: Stage) -> float:
    return _HIGH * min(1.0, math.sqrt(_sides(stage)[0] / HEIGHT))


def _arrow(stages: Sequence[Stage], row: int) -> dict[str, Any]:
    """From the stage above to the stage of this row."""
    return {
        "x": _WIDE / 2,
        "ax": _WIDE / 2,
        "y": row - _height(stages[row]) / 2,
        "ay": row - 1 + _height(stages[row - 1]) / 2,
        "axref": "x",
        "ayref": "y",
        "showarrow": True,
        "arrowhead": 2,
        "arrowwidth": 1.5,
        "arrowcolor": GREY,
        "standoff": 2,
        "startstandoff": 2,
    }
