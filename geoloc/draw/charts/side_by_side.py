"""What several models say of the same photo: bars by country, one a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from geoloc.countries import name
from geoloc.draw.charts.answer import FLAG_GAP, country_label, flag_at
from geoloc.draw.charts.look import TEXT_PX, dressed, hover, percent
from geoloc.text import _

if TYPE_CHECKING:
    from geoloc.tasks.country import CountryPrediction

_BAR_PX, _GAP_PX = 17, 22
_LEGEND_PX = 28
_FLAG_PX = 18
_ROOM = 1.16  # for the percentages right of the longest bar
_PATTERNS = ("", "/", "x", ".")
"""What tells apart the bars of models that share a colour: there are fewer colours than models."""


@dataclass(frozen=True)
class Opinion:
    """One model's answer among others'.

    Attributes:
        title: of the model.
        prediction: its answer.
        colour: a number that stays the model's own whichever others are shown.
    """

    title: str
    prediction: CountryPrediction
    colour: int


def shared_order(opinions: Sequence[Opinion], k: int) -> list[str]:
    """The countries to show for all models, those that are likeliest on average first.

    These are the k likeliest, and every model's first answer. A country that a model does not know
    has no probability there.
    """
    codes = {code for opinion in opinions for code in opinion.prediction.codes}
    mean = {code: sum(_share(o, code) or 0.0 for o in opinions) for code in codes}
    ranked = sorted(codes, key=lambda code: (-mean[code], code))
    firsts = {opinion.prediction.codes[0] for opinion in opinions}
    return [code for rank, code in enumerate(ranked) if rank < k or code in firsts]


def grouped_bars(
    opinions: Sequence[Opinion],
    codes: Sequence[str],
    highlight: str | None = None,
    ink: str | None = None,
) -> go.Figure:
    """A group of bars a country, in each the models in the same order and colour.

    Where the palette is used up, its colours come again, hatched.

    Args:
        opinions: the models, from top to bottom of each group.
        codes: the countries from top to bottom; see `shared_order`.
        highlight: a country whose name stands out, such as the true one.
        ink: colour of the text, the theme's when None.
    """
    figure = go.Figure()
    palette = figure.layout.template.layout.colorway
    for opinion in opinions:
        turn, colour = divmod(opinion.colour, len(palette))
        shares = [_share(opinion, code) for code in codes]
        texts = [_("unknown to it") if share is None else percent(share) for share in shares]
        figure.add_bar(
            name=escape(opinion.title),
            orientation="h",
            x=[share or 0.0 for share in shares],
            y=list(codes),
            text=texts,
            textposition="outside",
            textfont={"size": 12, "color": ink},
            cliponaxis=False,
            marker={
                "color": palette[colour],
                "pattern_shape": _PATTERNS[turn % len(_PATTERNS)],
                "cornerradius": 2,
                "line_width": 0,
            },
            hovertext=[
                hover(escape(opinion.title), f"{name(code)} · {text}")
                for code, text in zip(codes, texts, strict=True)
            ],
            hoverinfo="text",
        )
    row_px = _BAR_PX * len(opinions) + _GAP_PX
    dressed(
        figure,
        row_px * len(codes) + _LEGEND_PX,
        ink,
        showlegend=len(opinions) > 1,
        bargap=_GAP_PX / row_px,
        barmode="group",
        margin={"l": 0, "r": 24, "t": 8, "b": 8},
        images=[flag_at(code, _FLAG_PX / row_px) for code in codes],
    )
    longest = max((_share(o, code) or 0.0 for o in opinions for code in codes), default=1.0)
    figure.update_xaxes(range=[0, min(1.0, longest) * _ROOM], visible=False)
    figure.update_yaxes(
        type="category",
        autorange="reversed",
        showgrid=False,
        tickmode="array",
        tickvals=list(codes),
        ticktext=[country_label(code, bold=code == highlight) for code in codes],
        tickfont={"size": TEXT_PX, "color": ink},
        ticks="outside",
        ticklen=FLAG_GAP,
        tickcolor="rgba(0,0,0,0)",
    )
    return figure


def _share(opinion: Opinion, code: str) -> float | None:
    has_class = code in opinion.prediction.codes
    return opinion.prediction.probability(code) if has_class else None
