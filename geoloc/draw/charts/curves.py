"""How training went, epoch by epoch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from geoloc.draw.charts.look import GREY, TEXT_PX, dressed
from geoloc.text import N_, _, formatted

if TYPE_CHECKING:
    from geoloc.models.card import Curves

_HEIGHT = 480
_FEW = 12
_LOSSES = {"train_loss": N_("Loss in training"), "val_loss": N_("Loss in validation")}
_GOALS = {
    "val_top1": N_("Validation photos whose country is right"),
    "val_median_m": N_("Median error of validation photos, in metres"),
}


def learning_curves(
    curves: Curves, constant: float | None = None, ink: str | None = None
) -> go.Figure:
    """Losses above, what they are for below; the epoch whose weights were released is marked.

    Args:
        curves: from a card.
        constant: what an answer that never changes reaches on the lower panel's scale.
        ink: colour of the text, the theme's when None.
    """
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, vertical_spacing=0.14)
    for key, title in _LOSSES.items():
        if key in curves.measured:
            _line(figure, curves, key, _(title), 1)
    _panel(figure, 1, _("Loss"), ink)
    goal = next((key for key in _GOALS if key in curves.measured), None)
    if goal is not None:
        _line(figure, curves, goal, _(_GOALS[goal]), 2)
        _panel(figure, 2, _(_GOALS[goal]), ink)
    if goal is not None and constant is not None:
        _level(figure, constant, ink)
    if curves.best in curves.epochs:
        figure.add_vline(x=curves.best, line={"color": GREY, "width": 1.5, "dash": "dash"})
        _mark(figure, curves, goal, ink)
    dressed(figure, _HEIGHT, ink, margin={"l": 0, "r": 16, "t": 56, "b": 8}, hovermode="x")
    figure.update_layout(legend_y=1.1)
    figure.update_xaxes(title_text=_("Epoch"), row=2)
    figure.update_xaxes(range=[0, max(curves.epochs) + 0.5])
    if max(curves.epochs) < _FEW:
        figure.update_xaxes(dtick=1)  # there is no half of an epoch
    figure.update_yaxes(rangemode="tozero", row=2)
    figure.update_yaxes(tickformat=".0%" if goal == "val_top1" else ",", row=2)
    return figure


def _line(figure: go.Figure, curves: Curves, key: str, title: str, row: int) -> None:
    values = curves.measured[key]
    figure.add_scatter(
        name=title,
        x=curves.epochs,
        y=values,
        mode="lines+markers" if len(values) == 1 else "lines",
        line={"width": 2.5, "dash": "dot" if key == "train_loss" else "solid"},
        hovertext=[
            _(
                "Epoch {epoch} · {what} {value}",
                epoch=epoch,
                what=title.lower(),
                value=_value(key, value),
            )
            for epoch, value in zip(curves.epochs, values, strict=True)
        ],
        hoverinfo="text",
        showlegend=row == 1,
        row=row,
        col=1,
    )


def _value(key: str, value: float) -> str:
    if key == "val_top1":
        return formatted(value, ".1%")
    return _("{m:,.0f} m", m=value) if key == "val_median_m" else formatted(value, ".3f")


def _panel(figure: go.Figure, row: int, title: str, ink: str | None) -> None:
    axis = "y" if row == 1 else "y2"
    figure.add_annotation(
        text=title,
        xref="paper",
        yref=f"{axis} domain",
        x=0,
        y=1.02,
        xanchor="left",
        yanchor="bottom",
        showarrow=False,
        font={"size": TEXT_PX, "color": ink},
    )


def _level(figure: go.Figure, constant: float, ink: str | None) -> None:
    """The score of an answer that never changes."""
    figure.add_hline(
        y=constant,
        row=2,
        line={"color": GREY, "width": 2, "dash": "dot"},
        annotation={
            "text": _("always the same answer"),
            "font": {"size": TEXT_PX, "color": ink},
            "x": 0,
            "xanchor": "left",
            "yanchor": "top",
        },
    )


def _mark(figure: go.Figure, curves: Curves, goal: str | None, ink: str | None) -> None:
    """The released epoch's dot on the lower panel, and its name."""
    best = curves.epochs.index(curves.best)
    if goal is None:
        return
    late = best > len(curves.epochs) / 2
    values = curves.measured[goal]
    # Room for the name above the curve.
    figure.update_yaxes(range=[0, 1.3 * max(values)], row=2)
    figure.add_scatter(
        x=[curves.best],
        y=[values[best]],
        mode="markers+text",
        marker={"size": 11, "color": GREY},
        text=_("epoch {epoch}, released", epoch=curves.best),
        textposition="top left" if late else "top right",
        textfont={"size": TEXT_PX, "color": ink},
        hoverinfo="skip",
        showlegend=False,
        row=2,
        col=1,
    )
