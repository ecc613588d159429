"""Charts of a model's answer: bars of the likeliest countries, and the world coloured by them.

Figures carry everything that they draw (outlines, flags), so they need no internet. Bars and colour
scale are left to the page's theme, light or dark; only neutral, translucent greys are set here. A
page should pass its text colour as `ink`: the grey that Streamlit writes charts in has a contrast
of 3.6:1 on white, too little for WCAG AA.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go
from babel import Locale
from babel.numbers import format_percent

from geoloc.countries import area_km2, centroid, flag_image, name, outlines

if TYPE_CHECKING:  # a chart takes the answer, it doesn't load the model behind it
    from geoloc.predict import CountryPrediction

FAINTEST = 0.001
"""Probabilities at or below this share the map's first colour: it is the foot of its log scale."""

_CLEAR = "rgba(0,0,0,0)"
_TRACK = "rgba(128,128,128,0.14)"
_COAST = "rgba(128,128,128,0.75)"
_UNKNOWN_LAND = "rgba(128,128,128,0.22)"
_ROW_PX = 40
_LABEL_CHARS = 15
_FLAG_PX = 18
_DOT_KM2 = 30_000  # smaller countries are a pixel or two on a world map
_DOT_PROBABILITY = 0.01

_WORDS = {
    "en": {"unknown": "not a class of this model", "scale": "Probability"},
    "fr": {"unknown": "inconnu de ce modèle", "scale": "Probabilité"},
}


def percent(probability: float, language: str = "en") -> str:
    """A probability for people, with one decimal: "23.4%", "23,4 %", "<0.1%", ">99.9%"."""
    locale = Locale.parse(language.replace("-", "_"))
    pattern = locale.percent_formats[None].pattern.replace("0", "0.0")
    # A model is never quite sure: neither 0.0 % nor 100.0 % is what it says.
    sign = "<" if probability < 0.001 else ">" if probability > 0.999 else ""
    return sign + format_percent(min(max(probability, 0.001), 0.999), pattern, locale=locale)


def probability_bars(
    prediction: CountryPrediction,
    k: int = 10,
    highlight: str | None = None,
    language: str = "en",
    ink: str | None = None,
) -> go.Figure:
    """Bars of the k likeliest countries, the likeliest on top, on a track from 0 to 100 %.

    Args:
        prediction: a model's answer.
        k: how many countries to show.
        highlight: a country to stand out, such as the true one; it is added below with its rank
            when it is not among the k, and ignored when the model does not know it.
        language: of names and numbers.
        ink: colour of the text, the theme's when None.
    """
    codes = list(prediction.codes[:k])
    if highlight in prediction.codes and highlight not in codes:
        codes.append(highlight)
    probabilities = [prediction.probability(code) for code in codes]
    texts = [percent(p, language) for p in probabilities]
    if len(codes) > k:
        texts[-1] += f" · #{prediction.codes.index(codes[-1]) + 1}"
    figure = go.Figure(
        go.Bar(
            orientation="h",
            x=probabilities,
            y=codes,
            text=texts,
            textposition="outside",
            textfont={"size": 14, "color": ink},
            cliponaxis=False,
            marker={"cornerradius": 3, "opacity": _opacities(codes, highlight), "line_width": 0},
            hovertext=_hovers(codes, probabilities, language),
            hoverinfo="text",
        )
    )
    figure.update_layout(
        height=_ROW_PX * len(codes) + 16,
        margin={"l": 0, "r": 64, "t": 8, "b": 8},
        bargap=0.5,
        showlegend=False,
        hoverlabel_font_color=ink,
        paper_bgcolor=_CLEAR,
        plot_bgcolor=_CLEAR,
        images=[_flag_at(code) for code in codes],
        shapes=[_track_at(row) for row in range(len(codes))],
    )
    figure.update_xaxes(range=[0, 1], visible=False, fixedrange=True)
    figure.update_yaxes(
        type="category",
        autorange="reversed",
        fixedrange=True,
        automargin=True,
        showgrid=False,
        tickmode="array",
        tickvals=codes,
        ticktext=[_label(code, language, bold=code == highlight) for code in codes],
        tickfont={"size": 14, "color": ink},
        ticks="outside",
        ticklen=42,  # the flags stand in the gap between labels and bars
        tickcolor=_CLEAR,
    )
    return figure


def probability_map(
    prediction: CountryPrediction, language: str = "en", ink: str | None = None
) -> go.Figure:
    """The world, each country coloured by its probability on a log scale from 0.1 % to 100 %.

    Countries that the model cannot answer are grey and say so. Countries too small to be seen get
    a dot from 1 % on.

    Args:
        prediction: a model's answer.
        language: of names, numbers and the scale's title.
        ink: colour of the text, the theme's when None.
    """
    features = outlines()["features"]
    known = [feature for feature in features if feature["id"] in prediction.codes]
    unknown = [feature for feature in features if feature["id"] not in prediction.codes]
    figure = go.Figure(
        [
            # plotly.js 4 fetches outlines of its own when the first trace on a globe is a
            # choropleth, even one that brings its outlines: so a point nowhere comes first.
            go.Scattergeo(lat=[None], lon=[None], hoverinfo="skip"),
            _unknown_land(unknown, language),
            _probabilities(known, prediction, language),
            _dots(prediction, language),  # last, because the last trace wins the hover
        ]
    )
    figure.update_layout(
        height=360,
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        paper_bgcolor=_CLEAR,
        plot_bgcolor=_CLEAR,
        showlegend=False,
        hoverlabel_font_color=ink,
        dragmode="pan",
        coloraxis={"cmin": 0, "cmax": -math.log10(FAINTEST), "colorbar": _scale(language, ink)},
        geo={
            # Anything visible of plotly's own would be fetched from a server.
            "visible": False,
            "bgcolor": _CLEAR,
            "projection": {"type": "natural earth", "rotation": {"lon": 0}},
            "lonaxis_range": [-180, 180],
            "lataxis_range": [-90 if "AQ" in prediction.codes else -57, 84],
        },
    )
    return figure


def _opacities(codes: Sequence[str], highlight: str | None) -> list[float]:
    return [1.0 if highlight not in codes or code == highlight else 0.5 for code in codes]


def _label(code: str, language: str, bold: bool) -> str:
    lines = textwrap.wrap(name(code, language), _LABEL_CHARS, max_lines=2, placeholder="…")
    return f"<b>{'<br>'.join(lines)}</b>" if bold else "<br>".join(lines)


def _flag_at(code: str) -> dict[str, Any]:
    return {
        "source": flag_image(code),
        "xref": "paper",
        "yref": "y",
        "x": -0.015,
        "y": code,
        "xanchor": "right",
        "yanchor": "middle",
        "sizex": 1,  # width enough at any width of the page: the height decides
        "sizey": _FLAG_PX / _ROW_PX,
        "sizing": "contain",
    }


def _track_at(row: int) -> dict[str, Any]:
    return {
        "type": "rect",
        "layer": "below",
        "x0": 0,
        "x1": 1,
        "y0": row - 0.25,
        "y1": row + 0.25,
        "fillcolor": _TRACK,
        "line_width": 0,
    }


def _words(language: str) -> dict[str, str]:
    return _WORDS.get(language[:2], _WORDS["en"])


def _unknown_land(features: list[dict[str, Any]], language: str) -> go.Choropleth:
    unknown = _words(language)["unknown"]
    return go.Choropleth(
        geojson={"type": "FeatureCollection", "features": features},
        locations=[feature["id"] for feature in features],
        z=[0.0] * len(features),
        colorscale=[[0, _UNKNOWN_LAND], [1, _UNKNOWN_LAND]],
        showscale=False,
        marker_line={"color": _COAST, "width": 0.4},
        hovertext=[f"{name(feature['id'], language)} · {unknown}" for feature in features],
        hoverinfo="text",
    )


def _probabilities(
    features: list[dict[str, Any]], prediction: CountryPrediction, language: str
) -> go.Choropleth:
    codes = [feature["id"] for feature in features]
    probabilities = [prediction.probability(code) for code in codes]
    return go.Choropleth(
        geojson={"type": "FeatureCollection", "features": features},
        locations=codes,
        z=[_shade(p) for p in probabilities],
        coloraxis="coloraxis",
        marker_line={"color": _COAST, "width": 0.4},
        hovertext=_hovers(codes, probabilities, language),
        hoverinfo="text",
    )


def _dots(prediction: CountryPrediction, language: str) -> go.Scattergeo:
    small = [
        (code, p)
        for code, p in prediction.top(len(prediction.codes))
        if p >= _DOT_PROBABILITY and area_km2(code) < _DOT_KM2
    ]
    codes, probabilities = [code for code, _ in small], [p for _, p in small]
    places = [centroid(code) for code in codes]
    return go.Scattergeo(
        lat=[place.lat for place in places],
        lon=[place.lon for place in places],
        ids=codes,
        mode="markers",
        marker={
            "size": 11,
            "color": [_shade(p) for p in probabilities],
            "coloraxis": "coloraxis",
            "line": {"color": _COAST, "width": 1},
        },
        hovertext=_hovers(codes, probabilities, language),
        hoverinfo="text",
    )


def _hovers(codes: list[str], probabilities: list[float], language: str) -> list[str]:
    return [
        f"{name(code, language)} · {percent(p, language)}"
        for code, p in zip(codes, probabilities, strict=True)
    ]


def _shade(probability: float) -> float:
    """Decades above the faintest probability, in [0, 3]: the theme's scale wants no negatives."""
    return math.log10(max(probability, FAINTEST) / FAINTEST)


def _scale(language: str, ink: str | None) -> dict[str, Any]:
    return {
        "orientation": "h",
        "x": 0.5,
        "xanchor": "center",
        "y": 0,
        "yanchor": "top",
        "lenmode": "pixels",
        "len": 250,
        "thickness": 10,
        "outlinewidth": 0,
        "title": {
            "text": _words(language)["scale"],
            "side": "top",
            "font": {"size": 14, "color": ink},
        },
        "tickfont": {"size": 14, "color": ink},
        "tickvals": [0, 1, 2, 3],
        "ticktext": [
            "≤ " + percent(0.001, language),
            *(format_percent(p, locale=language.replace("-", "_")) for p in (0.01, 0.1, 1.0)),
        ],
    }
