"""Photos of each country by split."""

from __future__ import annotations

from collections.abc import Mapping

import plotly.graph_objects as go

from geoloc.countries import name
from geoloc.draw.charts.look import by_country, dressed, hover
from geoloc.text import N_, _

_NAMES = {"train": N_("train"), "val": N_("val"), "test": N_("test")}


def split_bars(counts: Mapping[str, Mapping[str, int]], ink: str | None = None) -> go.Figure:
    """Photos of each country, those of each split on top of one another, the largest first.

    Args:
        counts: photos by split and country, the split at the bottom first.
        ink: colour of the text, the theme's when None.
    """
    total = total_by_country(counts)
    codes = sorted(total, key=lambda code: (-total[code], code))
    figure = go.Figure()
    for split, photos in counts.items():
        called = _(_NAMES.get(split, split))
        here = [photos.get(code, 0) for code in codes]
        figure.add_bar(
            name=called,
            x=codes,
            y=here,
            marker={"line_width": 0},
            hovertext=[
                hover(
                    name(code),
                    _(
                        "{count:,} of {total:,} photos in {split}",
                        count=count,
                        total=total[code],
                        split=called,
                    ),
                )
                for code, count in zip(codes, here, strict=True)
            ],
            hoverinfo="text",
        )
    margin = {"l": 0, "r": 0, "t": 56, "b": 8}
    dressed(figure, 380, ink, barmode="stack", showlegend=True, margin=margin)
    figure.update_layout(legend_traceorder="normal")
    by_country(figure, _("Photos"), ink)
    return figure


def total_by_country(counts: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    """Photos of each country in all splits together."""
    codes = dict.fromkeys(code for photos in counts.values() for code in photos)
    return {code: sum(photos.get(code, 0) for photos in counts.values()) for code in codes}
