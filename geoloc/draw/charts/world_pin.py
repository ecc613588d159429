"""The world with a pin: where a photo may be from, as nested regions, and the point that earns
most."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go
import shapely
from shapely.geometry.base import BaseGeometry

from geoloc.countries import name, outlines
from geoloc.draw.charts.look import colour_bar, hover, percent
from geoloc.draw.charts.world import whole_world
from geoloc.geo import LatLon
from geoloc.text import _, formatted
from geoloc.world.regions import Raster

if TYPE_CHECKING:  # a chart takes the answer, it doesn't load the model behind it
    from geoloc.world.prediction import WorldPrediction

BANDS = (0.9, 0.75, 0.5, 0.25)
"""Truths of which the coloured parts hold so many, the palest first; 0.5 and 0.9 as measured."""

_COAST = "rgba(128,128,128,0.75)"
_BAND_OPACITY = 0.8
_GROUND = "rgba(128,128,128,0.22)"
PIN = "#d62f2f"
TRUTH = "#0b84d8"


def world_pin_map(
    prediction: WorldPrediction, raster: Raster, truth: LatLon | None = None, ink: str | None = None
) -> go.Figure:
    """The world with a model's pin, and the regions that hold a quarter to nine tenths of truths.

    Args:
        prediction: a model's answer.
        raster: of its cells; one serves all answers of a model.
        truth: where the photo was taken, if that is known.
        ink: colour of the text, the theme's when None.
    """
    bands = [_band(prediction, raster, share) for share in BANDS]
    drawn = [(share, band) for share, band in zip(BANDS, bands, strict=True) if not band.is_empty]
    figure = go.Figure(
        [
            # plotly.js 4 fetches outlines of its own when the first trace is a choropleth.
            go.Scattergeo(lat=[None], lon=[None], hoverinfo="skip"),
            _countries(prediction),
            _bands(drawn),
            *_points(prediction, truth),
        ]
    )
    ticks = {
        "tickvals": list(range(1, len(BANDS) + 1)),
        "ticktext": [formatted(s, ".0%") for s in BANDS],
    }
    # From 0 on: below it the theme's scale would be one of two colours.
    scale = {"cmin": 0, "cmax": len(BANDS)}
    return whole_world(
        figure, ink, {**scale, "colorbar": colour_bar(_("Holds the place"), ink, **ticks)}
    )


def _band(prediction: WorldPrediction, raster: Raster, share: float) -> BaseGeometry:
    mass = prediction.regions.get(round(100 * share), share)
    return raster.outline(prediction.above <= mass + 1e-12)


def _bands(drawn: list[tuple[float, BaseGeometry]]) -> go.Choropleth:
    features = [
        {"type": "Feature", "id": str(share), "geometry": _clockwise(band)} for share, band in drawn
    ]
    return go.Choropleth(
        geojson={"type": "FeatureCollection", "features": features},
        locations=[feature["id"] for feature in features],
        z=[1 + BANDS.index(share) for share, _band in drawn],
        coloraxis="coloraxis",
        marker={"line": {"width": 0}, "opacity": _BAND_OPACITY},
        unselected={"marker": {"opacity": _BAND_OPACITY}},
        hoverinfo="skip",
    )


def _clockwise(shape: BaseGeometry) -> dict[str, Any]:
    """As GeoJSON whose outer rings run clockwise: d3-geo fills the rest of the globe otherwise."""
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    turned = shapely.orient_polygons(shapely.multipolygons(parts), exterior_cw=True)
    return json.loads(shapely.to_geojson(shapely.set_precision(turned, 0.01)))


def _countries(prediction: WorldPrediction) -> go.Choropleth:
    features = outlines()["features"]
    shares = dict(prediction.countries)
    return go.Choropleth(
        geojson={"type": "FeatureCollection", "features": features},
        locations=[feature["id"] for feature in features],
        z=[0.0] * len(features),
        colorscale=[[0, _GROUND], [1, _GROUND]],
        showscale=False,
        marker_line={"color": _COAST, "width": 0.4},
        hoverinfo="text",
        hovertext=[
            hover(name(feature["id"]), percent(shares.get(feature["id"], 0.0)))
            for feature in features
        ],
    )


def _points(prediction: WorldPrediction, truth: LatLon | None) -> list[go.Scattergeo]:
    score = formatted(round(prediction.expected_score), ",")
    pin = _point(
        prediction.position,
        hover(_("The pin"), _("{points} of 5,000 points expected", points=score)),
        {"symbol": "circle", "size": 15, "color": PIN},
    )
    if truth is None:
        return [pin]
    diamond = {"symbol": "diamond", "size": 13, "color": TRUTH}
    return [_point(truth, hover(_("Where the photo was taken")), diamond), pin]


def _point(place: LatLon, says: str, marker: dict[str, Any]) -> go.Scattergeo:
    return go.Scattergeo(
        lat=[place.lat],
        lon=[place.lon],
        mode="markers",
        marker={**marker, "line": {"color": "#fff", "width": 2.5}},
        # A country that is clicked stands out from the others, not from the pin.
        unselected={"marker": {"opacity": 1}},
        hovertext=[says],
        hoverinfo="text",
    )
