"""How a model's answer follows a map: deletion and insertion, beside random maps and the middle."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from geoloc.draw.charts.look import GREY, SHARES, TEXT_PX, dressed, hover, share_texts
from geoloc.text import N_, _, formatted

if TYPE_CHECKING:
    from geoloc.explain.faithfulness import Trial

_HEIGHT = 400
_PANELS = {"blurred": N_("Most important first, blurred"), "revealed": N_("… and revealed")}
_SHARES = {
    "blurred": N_("{share:.0%} of the photo blurred"),
    "revealed": N_("{share:.0%} of the photo revealed"),
}


def trial_curves(trial: Trial, metres: bool = False, ink: str | None = None) -> go.Figure:
    """What is left of the answer while the photo is blurred, and while it is revealed.

    Args:
        trial: of one map and photo.
        metres: whether the scores are a pin's distances instead of probabilities.
        ink: colour of the text, the theme's when None.
    """
    panels = [_(title) for title in _PANELS.values()]
    figure = make_subplots(rows=1, cols=2, shared_yaxes=True, subplot_titles=panels)
    random = type(trial.map).mean(trial.random)
    # Both panels in the theme's first colour: plotly would go on to the next.
    accent = figure.layout.template.layout.colorway[0]
    drawn = (
        (_("This map"), trial.map, {"width": 3, "color": accent}),
        (_("{count} random maps", count=len(trial.random)), random, {"width": 2, "color": GREY}),
        (_("The middle"), trial.centre, {"width": 2, "color": GREY, "dash": "dot"}),
    )
    for column, part in enumerate(_PANELS, start=1):
        for title, curves, line in drawn:
            values = -getattr(curves, part) if metres else getattr(curves, part)
            shares = np.linspace(0, 1, len(values))
            figure.add_scatter(
                name=title,
                x=shares,
                y=values,
                mode="lines",
                line=line,
                showlegend=column == 1,
                hovertext=[
                    hover(title, _(_SHARES[part], share=share), _value(value, metres))
                    for share, value in zip(shares, values, strict=True)
                ],
                hoverinfo="text",
                row=1,
                col=column,
            )
    dressed(figure, _HEIGHT, ink, margin={"l": 0, "r": 16, "t": 64, "b": 8})
    figure.update_layout(legend_y=1.12)
    figure.update_annotations(font={"size": TEXT_PX, "color": ink})
    figure.update_xaxes(tickvals=SHARES, ticktext=share_texts(), range=[0, 1])
    figure.update_yaxes(rangemode="tozero")
    title = _("Metres the pin moves") if metres else _("Probability")
    figure.update_yaxes(title_text=title, tickformat=",.0f" if metres else ".0%", col=1)
    return figure


def _value(value: float, metres: bool) -> str:
    return _("{metres:,.0f} m", metres=value) if metres else formatted(value, ".1%")
