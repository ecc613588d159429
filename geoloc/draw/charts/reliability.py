"""Whether a probability means what it says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from geoloc.draw.charts.look import (
    GREY,
    SHARES,
    dressed,
    hover,
    interval,
    of_photos,
    percent,
    share_texts,
    whole_percent,
)
from geoloc.text import _

if TYPE_CHECKING:
    from geoloc.models.card import Bin

_LARGEST_PX = 26


def reliability_curve(bins: Sequence[Bin], ink: str | None = None) -> go.Figure:
    """How often answers of each confidence are right, with Wilson's interval, and their number.

    Args:
        bins: photos by confidence.
        ink: colour of the text, the theme's when None.
    """
    figure = make_subplots(
        rows=2, cols=1, shared_xaxes=True, row_heights=[0.76, 0.24], vertical_spacing=0.07
    )
    confidence = [b.confidence for b in bins]
    shares = [b.share for b in bins]
    texts = [
        hover(
            _("{confidence} sure", confidence=percent(b.confidence)),
            _(
                "right for {of_photos}, {share}",
                of_photos=of_photos(b),
                share=whole_percent(share.value),
            ),
            _("95% interval: {interval}", interval=interval(share)),
        )
        for b, share in zip(bins, shares, strict=True)
    ]
    most = max(b.photos for b in bins)
    figure.add_scatter(
        name=_("Measured"),
        x=confidence,
        y=[share.value for share in shares],
        mode="markers",
        marker={"size": [max(7.0, _LARGEST_PX * (b.photos / most) ** 0.5) for b in bins]},
        error_y={
            "type": "data",
            "array": [share.margins[1] for share in shares],
            "arrayminus": [share.margins[0] for share in shares],
            "thickness": 2.5,
            "width": 0,
        },
        hovertext=texts,
        hoverinfo="text",
        cliponaxis=False,
        row=1,
        col=1,
    )
    figure.add_scatter(
        name=_("If a probability meant just what it says"),
        x=[0, 1],
        y=[0, 1],
        mode="lines",
        line={"color": GREY, "width": 2, "dash": "dot"},
        hoverinfo="skip",
        row=1,
        col=1,
    )
    figure.add_bar(
        x=confidence,
        y=[b.photos for b in bins],
        width=0.05,
        marker={"color": GREY, "line_width": 0},
        hovertext=texts,
        hoverinfo="text",
        showlegend=False,
        row=2,
        col=1,
    )
    dressed(figure, 460, ink, margin={"l": 0, "r": 32, "t": 64, "b": 8}, hovermode="closest")
    figure.update_layout(legend_itemsizing="constant")
    figure.update_xaxes(range=[0, 1], tickvals=SHARES, ticktext=share_texts())
    figure.update_xaxes(title_text=_("How sure the model is of its first answer"), row=2)
    figure.update_yaxes(
        title_text=_("How often it is right"),
        range=[0, 1],
        tickvals=SHARES,
        ticktext=share_texts(),
        row=1,
    )
    figure.update_yaxes(title_text=_("Photos"), nticks=3, row=2)
    return figure
