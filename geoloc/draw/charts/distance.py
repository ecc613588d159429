"""How far off a model is: kilometres between countries, metres within a city."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from geoloc.draw.charts.look import GREY, SHARES, TEXT_PX, dressed, share_texts, whole_percent
from geoloc.draw.maps import distance_text
from geoloc.text import N_, _, formatted

if TYPE_CHECKING:
    from geoloc.models.card import Errors

Distances = tuple[np.ndarray, np.ndarray]
"""Kilometres, rising, and photos at each of them: (P,) and (P,)."""

_MARKED = (0.5, 0.75, 0.9)
_HALF_EARTH_KM = 20_000
_TICKS_KM = [0, 5000, 10000, 15000, 20000]
_MODEL, _MIDDLE = N_("The model"), N_("Always the middle")


def distance_curve(
    model: Distances, always: Distances | None = None, constant: str = "", ink: str | None = None
) -> go.Figure:
    """The share of photos answered within so many kilometres; half, 75 and 90 % are marked.

    Args:
        model: of the model's answers.
        always: of an answer that never changes.
        constant: what that answer is called.
        ink: colour of the text, the theme's when None.
    """
    figure = go.Figure()
    km, share = _risen(model)
    figure.add_scatter(
        name=_(_MODEL),
        x=km,
        y=share,
        mode="lines",
        line={"shape": "hv", "width": 2.5},
        hovertext=[
            _("{share} within {km:,.0f} km", share=whole_percent(s), km=k)
            for k, s in zip(km, share, strict=True)
        ],
        hoverinfo="text",
    )
    if always is not None:
        km, share = _risen(always)
        figure.add_scatter(
            name=constant,
            x=km,
            y=share,
            mode="lines",
            line={"shape": "hv", "width": 2, "dash": "dot", "color": GREY},
            hoverinfo="skip",
        )
    marked = [within(model, part) for part in _MARKED]
    figure.add_scatter(
        x=marked,
        y=_MARKED,
        mode="markers+text",
        marker={"size": 10, "color": GREY},
        text=[
            _("{part:.0%}: {km:,.0f} km", part=part, km=k)
            for part, k in zip(_MARKED, marked, strict=True)
        ],
        # Above a rising curve there is room, but not at its left end.
        textposition=["top left" if k > 0.3 * _HALF_EARTH_KM else "bottom right" for k in marked],
        textfont={"size": TEXT_PX, "color": ink},
        hoverinfo="skip",
        showlegend=False,
        cliponaxis=False,
    )
    dressed(figure, 360, ink, margin={"l": 0, "r": 24, "t": 40, "b": 8}, hovermode="closest")
    figure.update_xaxes(
        range=[0, _HALF_EARTH_KM],
        title_text=_("km between the answered and the true country"),
        tickvals=_TICKS_KM,
        ticktext=[formatted(km, ",") for km in _TICKS_KM],
    )
    figure.update_yaxes(range=[0, 1.02], tickvals=SHARES, ticktext=share_texts())
    return figure


def within(distances: Distances, part: float) -> float:
    """Kilometres within which so large a part of the photos is, in [0, 1]."""
    km, photos = distances
    return float(km[np.searchsorted(np.cumsum(photos), part * photos.sum())])


def _risen(distances: Distances) -> tuple[list[float], list[float]]:
    """The curve's corners, from no kilometre to half around the Earth."""
    km, photos = distances
    share = np.cumsum(photos) / photos.sum()
    return [0.0, *km.tolist(), _HALF_EARTH_KM], [0.0, *share.tolist(), 1.0]


def error_rows(errors: Errors, middle: Errors | None = None, ink: str | None = None) -> go.Figure:
    """Metres within which 25, 50, 75 and 90 % of the pins are, beside always marking the middle.

    Args:
        errors: of the model.
        middle: of always marking the middle of the training photos.
        ink: colour of the text, the theme's when None.
    """
    parts = sorted(errors.percentiles)
    figure = go.Figure()
    series = {_(_MODEL): errors, _(_MIDDLE): middle}
    for number, (title, distances) in enumerate(series.items()):
        if distances is None:
            continue
        measured = [part for part in parts if part in distances.percentiles]
        metres = [distances.percentiles[part] for part in measured]
        figure.add_scatter(
            name=title,
            x=metres,
            y=[parts.index(part) for part in measured],
            mode="markers+text" if number == 0 else "markers",
            marker={
                "size": 12,
                "symbol": ("circle", "diamond-open")[number],
                "color": (None, GREY)[number],
                "line": {"width": (0, 2.5)[number]},
            },
            text=[distance_text(m) for m in metres],
            textposition="top center",
            textfont={"size": TEXT_PX, "color": ink},
            hovertext=[
                _(
                    "{title}: {part:.0%} within {distance}",
                    title=title,
                    part=part / 100,
                    distance=distance_text(m),
                )
                for part, m in zip(measured, metres, strict=True)
            ],
            hoverinfo="text",
            cliponaxis=False,
        )
    most = max(m for each in series.values() if each for m in each.percentiles.values())
    dressed(figure, 62 * len(parts) + 90, ink, margin={"l": 0, "r": 32, "t": 40, "b": 8})
    title = _("Metres from the truth")
    figure.update_xaxes(range=[0, 1.08 * most], title_text=title, tickformat=",")
    figure.update_yaxes(
        range=[len(parts) - 0.5, -0.6],
        tickvals=list(range(len(parts))),
        ticktext=[_("{part:.0%} of photos", part=part / 100) for part in parts],
        ticks="",
    )
    return figure


def within_bars(errors: Errors, middle: Errors | None = None, ink: str | None = None) -> go.Figure:
    """The share of pins within 25 to 500 m of the truth, beside always marking the middle.

    Args:
        errors: of the model.
        middle: of always marking the middle of the training photos.
        ink: colour of the text, the theme's when None.
    """
    reaches = sorted(errors.within)
    figure = go.Figure()
    for title, distances, colour in ((_(_MODEL), errors, None), (_(_MIDDLE), middle, GREY)):
        if distances is None:
            continue
        shares = [distances.within.get(reach, 0.0) for reach in reaches]
        figure.add_bar(
            name=title,
            x=[_("{m} m", m=reach) for reach in reaches],
            y=shares,
            text=[whole_percent(share) for share in shares],
            textposition="outside",
            textangle=0,
            textfont={"size": TEXT_PX, "color": ink},
            cliponaxis=False,
            marker={"color": colour, "cornerradius": 3, "line_width": 0},
            hovertext=[
                _("{title}: {share} within {m} m", title=title, share=whole_percent(share), m=reach)
                for reach, share in zip(reaches, shares, strict=True)
            ],
            hoverinfo="text",
        )
    dressed(figure, 300, ink, margin={"l": 0, "r": 0, "t": 48, "b": 8}, bargap=0.35)
    figure.update_layout(uniformtext={"minsize": 12, "mode": "show"})
    figure.update_yaxes(range=[0, 1], tickvals=SHARES, ticktext=share_texts())
    return figure
