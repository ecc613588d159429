"""The world, each country coloured by a number."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from geoloc.countries import area_km2, centroid, name, outlines
from geoloc.draw.charts.look import (
    CLEAR,
    SHARES,
    colour_bar,
    hover,
    of_photos,
    percent,
    photos_text,
    share_texts,
)
from geoloc.geo import WORLD_BOX
from geoloc.text import _, formatted

if TYPE_CHECKING:  # a chart takes the answer, it doesn't load the model behind it
    from geoloc.models.card import Counted
    from geoloc.tasks.country import CountryPrediction

FAINTEST = 0.001
"""Probabilities at or below this share the map's first colour: it is the foot of its log scale."""

_COAST = "rgba(128,128,128,0.75)"
_UNKNOWN_LAND = "rgba(128,128,128,0.22)"
SMALL_KM2 = 30_000  # smaller countries are a pixel or two on a world map
_DOT_PROBABILITY = 0.01


def probability_map(prediction: CountryPrediction, ink: str | None = None) -> go.Figure:
    """The world, each country coloured by its probability on a log scale from 0.1 % to 100 %.

    Countries that the model cannot answer are grey and say so. Countries too small to be seen get
    a dot from 1 % on.

    Args:
        prediction: a model's answer.
        ink: colour of the text, the theme's when None.
    """
    answer = dict(prediction.top(len(prediction.codes)))
    whole = (formatted(p, ".0%") for p in (0.01, 0.1, 1.0))
    scale = {
        "tickvals": [0, 1, 2, 3],
        "ticktext": ["≤ " + percent(FAINTEST), *whole],
    }
    return _world(
        {code: _shade(p) for code, p in answer.items()},
        {code: f"{name(code)} · {percent(p)}" for code, p in answer.items()},
        [code for code, p in answer.items() if p >= _DOT_PROBABILITY],
        lambda code: " · ".join((name(code), _("not a class of this model"))),
        {"cmin": 0, "cmax": -math.log10(FAINTEST)},
        colour_bar(_("Probability"), ink, **scale),
        ink,
    )


def recall_map(countries: Iterable[Counted], ink: str | None = None) -> go.Figure:
    """The world, each country coloured by the share of its photos that were recognised.

    Countries without photos are grey. Countries too small to be seen get a dot.

    Args:
        countries: photos and how many of them were recognised.
        ink: colour of the text, the theme's when None.
    """
    counted = {row.code: row for row in countries}
    return _world(
        {code: row.share.value for code, row in counted.items()},
        {code: hover(name(code), of_photos(row)) for code, row in counted.items()},
        list(counted),
        lambda code: " · ".join((name(code), _("no photo to test it with"))),
        {"cmin": 0, "cmax": 1},
        colour_bar(_("Share recognised"), ink, tickvals=SHARES, ticktext=share_texts()),
        ink,
    )


def photos_map(counts: Mapping[str, int], ink: str | None = None) -> go.Figure:
    """The world, each country coloured by its photos on a log scale.

    Countries without photos are grey. Countries too small to be seen get a dot.

    Args:
        counts: photos by country.
        ink: colour of the text, the theme's when None.
    """
    shown = {code: count for code, count in counts.items() if count}
    decades = range(math.ceil(math.log10(max(shown.values(), default=1))) + 1)
    ticks = {
        "tickvals": list(decades),
        "ticktext": [formatted(10**decade, ",") for decade in decades],
    }
    return _world(
        {code: math.log10(count) for code, count in shown.items()},
        {code: hover(name(code), photos_text(n)) for code, n in shown.items()},
        list(shown),
        lambda code: " · ".join((name(code), _("no photo"))),
        {"cmin": 0, "cmax": decades[-1]},
        colour_bar(_("Photos"), ink, **ticks),
        ink,
    )


def _world(
    shades: Mapping[str, float],
    hovers: Mapping[str, str],
    dotted: Iterable[str],
    unknown: Any,
    colours: dict[str, Any],
    scale: dict[str, Any],
    ink: str | None,
) -> go.Figure:
    """The world coloured by shades.

    Args:
        shades: a number a country, none negative, as the theme's scale wants it.
        hovers: what each country says.
        dotted: countries that get a dot if they are too small to be seen.
        unknown: gives what a country without a shade says.
        colours: ends of the colour axis.
        scale: its bar.
        ink: colour of the text.
    """
    features = outlines()["features"]
    shaded = [feature for feature in features if feature["id"] in shades]
    others = [feature for feature in features if feature["id"] not in shades]
    figure = go.Figure(
        [
            # plotly.js 4 fetches outlines of its own when the first trace on a globe is a
            # choropleth, even one that brings its outlines: so a point nowhere comes first.
            go.Scattergeo(lat=[None], lon=[None], hoverinfo="skip"),
            _land(
                others,
                z=[0.0] * len(others),
                colorscale=[[0, _UNKNOWN_LAND], [1, _UNKNOWN_LAND]],
                showscale=False,
                hovertext=[unknown(feature["id"]) for feature in others],
            ),
            _land(
                shaded,
                z=[shades[feature["id"]] for feature in shaded],
                coloraxis="coloraxis",
                hovertext=[hovers[feature["id"]] for feature in shaded],
            ),
            # Last, because the last trace wins the hover.
            _dots([code for code in dotted if area_km2(code) < SMALL_KM2], shades, hovers),
        ]
    )
    south = -90 if "AQ" in shades else WORLD_BOX.south
    return whole_world(figure, ink, {**colours, "colorbar": scale}, south)


def whole_world(
    figure: go.Figure, ink: str | None, coloraxis: dict[str, Any], south: float = WORLD_BOX.south
) -> go.Figure:
    """The figure as a map of the world, from this latitude on; changed and given back."""
    figure.update_layout(
        height=360,
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        paper_bgcolor=CLEAR,
        plot_bgcolor=CLEAR,
        showlegend=False,
        hoverlabel_font_color=ink,
        dragmode="pan",
        coloraxis=coloraxis,
        geo={
            # Anything visible of plotly's own would be fetched from a server.
            "visible": False,
            "bgcolor": CLEAR,
            "projection": {"type": "natural earth", "rotation": {"lon": 0}},
            "lonaxis_range": [WORLD_BOX.west, WORLD_BOX.east],
            "lataxis_range": [south, WORLD_BOX.north],
        },
    )
    return figure


def _land(features: list[dict[str, Any]], **options: Any) -> go.Choropleth:
    return go.Choropleth(
        geojson={"type": "FeatureCollection", "features": features},
        locations=[feature["id"] for feature in features],
        marker_line={"color": _COAST, "width": 0.4},
        hoverinfo="text",
        **options,
    )


def _dots(codes: list[str], shades: Mapping[str, float], hovers: Mapping[str, str]):
    places = [centroid(code) for code in codes]
    return go.Scattergeo(
        lat=[place.lat for place in places],
        lon=[place.lon for place in places],
        ids=codes,
        mode="markers",
        marker={
            "size": 11,
            "color": [shades[code] for code in codes],
            "coloraxis": "coloraxis",
            "line": {"color": _COAST, "width": 1},
        },
        hovertext=[hovers[code] for code in codes],
        hoverinfo="text",
    )


def _shade(probability: float) -> float:
    """Decades above the faintest probability, in [0, 3]."""
    return math.log10(max(probability, FAINTEST) / FAINTEST)
