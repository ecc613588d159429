"""Several models' pins on one city's map, each with the circle of its usual error."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import folium

from geoloc.draw.leaflet import Key, PlainMarker, at, safe
from geoloc.draw.maps import distance_text
from geoloc.text import _

if TYPE_CHECKING:
    from geoloc.city.prediction import CityPrediction

_COLOURS = ("#ad3728", "#1d6f94", "#b07d00", "#2f9a5f", "#8f74c9", "#b0527f")
_BADGE = (
    '<span role="img" aria-label="{name}" style="position: absolute; transform: translate(-50%, '
    "-50%); width: 24px; height: 24px; box-sizing: border-box; border-radius: 50%; border: 2px "
    "solid #fff; background: {colour}; color: #fff; font: 600 13px/20px sans-serif; text-align: "
    'center">{number}</span>'
)
_SYMBOL = (
    '<svg viewBox="0 0 16 16" aria-hidden="true"><circle cx="8" cy="8" r="7.5" fill="{colour}"/>'
    '<text x="8" y="12" text-anchor="middle" font-size="11" font-weight="600" fill="#fff">'
    "{number}</text></svg>"
)


def pins_group(pins: Sequence[tuple[str, CityPrediction]]) -> folium.FeatureGroup:
    """Numbered pins, the circle that holds half of each model's test photos, and their key.

    Handed to streamlit-folium as `feature_group_to_add`, on a map by `geoloc.draw.maps.base_map`.

    Args:
        pins: each model's title and answer, all of one city.
    """
    group = folium.FeatureGroup(name="Pins", control=False)
    rows = []
    for number, (title, prediction) in enumerate(pins, 1):
        colour = _COLOURS[(number - 1) % len(_COLOURS)]
        usual = prediction.known_errors.get("p50")
        label = title
        if usual is not None:
            label = _("{model}, usually {distance} off", model=title, distance=distance_text(usual))
            _circle(prediction, usual, colour).add_to(group)
        PlainMarker(
            prediction.position,
            _BADGE.format(name=safe(label), colour=colour, number=number),
            size=None,
            anchor=(0, 0),
            tooltip=(label, (14, 0)),
            beside=prediction.city.box,
            zIndexOffset=1000 - number,
        ).add_to(group)
        rows.append((_SYMBOL.format(colour=colour, number=number), label))
    group.add_child(Key(rows))
    return group


def _circle(prediction: CityPrediction, metres: float, colour: str) -> folium.Circle:
    circle = folium.Circle(
        at(prediction.position, prediction.city.box),
        radius=metres,
        color=colour,
        weight=2,
        fill=True,
        fill_opacity=0.06,
    )
    circle.options["interactive"] = False
    return circle
