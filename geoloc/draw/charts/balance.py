"""The number of elements in each class, before and after balancing."""

from __future__ import annotations

from collections.abc import Mapping

import plotly.graph_objects as go

from geoloc.countries import name
from geoloc.draw.charts.look import GREY, by_country, dressed, hover
from geoloc.text import _


def class_sizes(
    before: Mapping[str, int],
    after: Mapping[str, float] | None = None,
    log: bool = False,
    ink: str | None = None,
) -> go.Figure:
    """Photos of each country, the largest class first, and what an epoch shows of it.

    Args:
        before: training photos by country.
        after: items an epoch by country, where they are known.
        log: whether the axis is logarithmic, as classes that differ a hundredfold need.
        ink: colour of the text, the theme's when None.
    """
    codes = sorted(before, key=lambda code: (-before[code], code))
    figure = go.Figure()
    if after:
        figure.add_bar(
            name=_("An epoch shows, balanced"),
            x=codes,
            y=[after[code] for code in codes],
            width=0.8,
            marker={"line_width": 0},
            hovertext=[
                hover(
                    name(c),
                    _("{items:,.0f} items an epoch", items=after[c]),
                    _("of {photos:,} photos", photos=before[c]),
                )
                for c in codes
            ],
            hoverinfo="text",
        )
    figure.add_bar(
        name=_("Training photos"),
        x=codes,
        y=[before[code] for code in codes],
        width=0.4 if after else 0.8,
        marker={"color": GREY if after else None, "line_width": 0},
        hovertext=[
            hover(name(code), _("{photos:,} training photos", photos=before[code]))
            for code in codes
        ],
        hoverinfo="text",
    )
    dressed(
        figure,
        380,
        ink,
        barmode="overlay",
        showlegend=True,
        margin={"l": 0, "r": 0, "t": 56, "b": 8},
    )
    by_country(figure, _("Number of elements"), ink)
    figure.update_yaxes(type="log" if log else "linear", dtick=1 if log else None)
    return figure
