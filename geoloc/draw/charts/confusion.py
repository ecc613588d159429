"""Which country is taken for which: the matrix of all, and the pairs mistaken most often."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from geoloc.countries import continent, name
from geoloc.draw.charts.look import (
    GREY,
    SHARES,
    TEXT_PX,
    colour_bar,
    dressed,
    hover,
    share_texts,
    whole_percent,
)
from geoloc.text import _

if TYPE_CHECKING:
    from geoloc.models.card import Confusion, Pair

_CELL_PX = 19
_LARGE_CELL_PX = 26
_FEW = 24
_SMALL_PX = 12
_LABEL_CHARS = 26


def confusion_matrix(confusion: Confusion, ink: str | None = None) -> go.Figure:
    """True countries by row, answers by column, each row's photos shared out over its answers.

    A cell without photos stays empty. Lines part the continents where the order follows them.

    Args:
        confusion: in the order to draw.
        ink: colour of the text, the theme's when None.
    """
    size = confusion.counts.sum(axis=1, keepdims=True)
    shares = confusion.counts / size
    rows = len(confusion.true)
    figure = go.Figure(
        go.Heatmap(
            z=[[share or None for share in row] for row in shares.tolist()],
            x=list(range(len(confusion.predicted))),
            y=list(range(rows)),
            coloraxis="coloraxis",
            hovertext=_cells(confusion),
            hoverinfo="text",
            xgap=1,
            ygap=1,
        )
    )
    dressed(
        figure,
        (_LARGE_CELL_PX if rows <= _FEW else _CELL_PX) * rows + 130,
        ink,
        coloraxis={
            "cmin": 0,
            "cmax": 1,
            "colorbar": colour_bar(
                _("Share of a row's photos"), ink, tickvals=SHARES, ticktext=share_texts()
            ),
        },
        shapes=_borders(confusion),
    )
    small = {"size": _SMALL_PX, "color": ink}
    figure.update_xaxes(
        side="top",
        tickvals=list(range(len(confusion.predicted))),
        ticktext=[_("others") if c == "others" else c for c in confusion.predicted],
        tickangle=-90,
        tickfont=small,
        showgrid=False,
        ticks="",
    )
    figure.update_yaxes(
        range=[rows - 0.5, -0.5],
        tickvals=list(range(rows)),
        ticktext=[textwrap.shorten(name(c), _LABEL_CHARS, placeholder="…") for c in confusion.true],
        tickfont=small,
        showgrid=False,
        ticks="",
    )
    return figure


def confused_pairs(pairs: Sequence[Pair], ink: str | None = None) -> go.Figure:
    """How many photos of a country were taken for another, in the order given.

    Args:
        pairs: the true country and the answer.
        ink: colour of the text, the theme's when None.
    """
    figure = go.Figure(
        go.Bar(
            orientation="h",
            x=[pair.photos for pair in pairs],
            y=list(range(len(pairs))),
            text=[_("{photos} of {of}", photos=pair.photos, of=pair.of) for pair in pairs],
            textposition="outside",
            textfont={"size": TEXT_PX, "color": ink},
            cliponaxis=False,
            marker={"cornerradius": 3, "line_width": 0},
            hovertext=[
                hover(
                    _(
                        "{true} taken for {answer}",
                        true=name(pair.true),
                        answer=name(pair.predicted),
                    ),
                    _counted(pair.photos, pair.of),
                )
                for pair in pairs
            ],
            hoverinfo="text",
        )
    )
    most = max(pair.photos for pair in pairs)
    dressed(figure, 44 * len(pairs) + 16, ink, bargap=0.45, showlegend=False)
    figure.update_xaxes(range=[0, 1.3 * most], visible=False)
    figure.update_yaxes(
        range=[len(pairs) - 0.5, -0.5],
        tickvals=list(range(len(pairs))),
        ticktext=[f"{name(pair.true)} →<br>{name(pair.predicted)}" for pair in pairs],
        showgrid=False,
        ticks="",
    )
    return figure


def _called(code: str) -> str:
    return _("another country") if code == "others" else name(code)


def _counted(photos: int, of: int) -> str:
    return _(
        "{photos} of {of} photos, {share}", photos=photos, of=of, share=whole_percent(photos / of)
    )


def _cells(confusion: Confusion) -> list[list[str]]:
    """What each cell says."""
    texts = []
    for code, row in zip(confusion.true, confusion.counts.tolist(), strict=True):
        size = sum(row)
        texts.append(
            [
                hover(
                    _("{true}, answered {answer}", true=name(code), answer=_called(answer)),
                    _counted(count, size),
                )
                for answer, count in zip(confusion.predicted, row, strict=True)
            ]
        )
    return texts


def _borders(confusion: Confusion) -> list[dict]:
    """Lines between continents, across and down."""
    places = [continent(code) for code in confusion.true]
    ends = [i - 0.5 for i in range(1, len(places)) if places[i] != places[i - 1]]
    square = len(confusion.true)
    ends += [square - 0.5] if len(confusion.predicted) > square else []
    line = {"type": "line", "line": {"color": GREY, "width": 1}}
    across = [{**line, "xref": "paper", "x0": 0, "x1": 1, "y0": e, "y1": e} for e in ends]
    down = [{**line, "yref": "paper", "y0": 0, "y1": 1, "x0": e, "x1": e} for e in ends]
    return across + down
