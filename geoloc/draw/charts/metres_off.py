"""How far city models' pins are off, a dot with its interval each, beside the middle of the map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import plotly.graph_objects as go

from geoloc.draw.charts.look import add_baselines, dressed, hover
from geoloc.draw.maps import distance_text
from geoloc.text import _

_ROW_PX = 26
_FRAME_PX = 76


@dataclass(frozen=True)
class MetresOff:
    """A city model's median error.

    Attributes:
        title: of the model.
        median: half of its pins are closer, in metres.
        interval: the ends of its 95 % interval, if that is known.
        middle: the median error of always marking the middle, if that is known.
    """

    title: str
    median: float
    interval: tuple[float, float] | None
    middle: float | None


def metres_off(models: Sequence[MetresOff], ink: str | None = None) -> go.Figure:
    """A dot a model, the farther left the better; a stroke marks the middle of the map.

    Args:
        models: from top to bottom.
        ink: colour of the text, the theme's when None.
    """
    rows = list(range(len(models)))
    ends = [model.interval or (model.median, model.median) for model in models]
    figure = go.Figure()
    figure.add_scatter(
        name=_("Model"),
        x=[model.median for model in models],
        y=rows,
        mode="markers",
        marker={"size": 10},
        error_x={
            "type": "data",
            "array": [high - m.median for (_low, high), m in zip(ends, models, strict=True)],
            "arrayminus": [m.median - low for (low, _high), m in zip(ends, models, strict=True)],
            "thickness": 3,
            "width": 0,
        },
        hovertext=[hover(escape(model.title), distance_text(model.median)) for model in models],
        hoverinfo="text",
    )
    middles = [model.middle for model in models]
    add_baselines(
        figure,
        _("Always the middle of the map"),
        middles,
        [distance_text(metres) for metres in middles if metres is not None],
    )
    dressed(
        figure,
        _ROW_PX * len(models) + _FRAME_PX,
        ink,
        showlegend=True,
        hovermode="closest",
        margin={"l": 0, "r": 24, "t": 8, "b": 8},
    )
    figure.update_layout(legend={"y": -0.02, "yanchor": "top"})
    figure.update_xaxes(rangemode="tozero", side="top", showgrid=True, ticksuffix=" m")
    figure.update_yaxes(
        range=[len(models) - 0.5, -0.5],
        tickvals=rows,
        ticktext=[escape(model.title) for model in models],
        showgrid=False,
        ticks="",
    )
    return figure
