"""Where photos lie, counted in squares of a grid, on the world or the part of it that they fill."""

from __future__ import annotations

from collections.abc import Mapping

import plotly.graph_objects as go

from geoloc.draw.charts.look import hover, photos_text
from geoloc.draw.charts.world import photos_map
from geoloc.geo.squares import Square

_LARGEST_PX = 26
_SMALLEST_PX = 6
_LEAST_SPAN = 4.0
_WIDE = 60.0
_RATIO = 1.7


def places_map(squares: Mapping[Square, int], ink: str | None = None) -> go.Figure:
    """A dot a square, its area by its photos, over the outlines of countries.

    Args:
        squares: photos of each square, none zero.
        ink: colour of the text, the theme's when None.
    """
    figure = photos_map({}, ink)
    figure.update_traces(hoverinfo="skip")
    figure.update_layout(coloraxis_showscale=False)
    most = max(squares.values(), default=1)
    figure.add_scattergeo(
        lat=[square.middle.lat for square in squares],
        lon=[square.middle.lon for square in squares],
        mode="markers",
        marker={
            "size": [max(_SMALLEST_PX, _LARGEST_PX * (n / most) ** 0.5) for n in squares.values()],
            "opacity": 0.8,
        },
        hovertext=[hover(square.title, photos_text(n)) for square, n in squares.items()],
        hoverinfo="text",
    )
    _zoom(figure, list(squares))
    return figure


def _zoom(figure: go.Figure, squares: list[Square]) -> None:
    if not squares:
        return
    step = squares[0].step
    south, north = min(c.row for c in squares) * step, (max(c.row for c in squares) + 1) * step
    west, east = min(c.column for c in squares) * step, (max(c.column for c in squares) + 1) * step
    span = max(_LEAST_SPAN, 1.6 * (north - south), (east - west))
    if span > _WIDE:
        return
    lat, lon = (south + north) / 2, (west + east) / 2
    figure.update_geos(
        projection={"type": "equirectangular"},
        lataxis_range=[lat - span / 2, lat + span / 2],
        lonaxis_range=[lon - _RATIO * span / 2, lon + _RATIO * span / 2],
    )
