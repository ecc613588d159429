"""A second box on a city's map, with its key."""

from __future__ import annotations

import folium

from geoloc.draw.leaflet import Key, corners
from geoloc.draw.maps import COVERAGE_COLOUR
from geoloc.geo import Box

_SKIPPED = 'aria-hidden="true"'
_SQUARE = (
    f'<svg viewBox="0 0 16 16" {_SKIPPED}>'
    f'<rect x="2" y="2" width="12" height="12" fill="{COVERAGE_COLOUR}"/></svg>'
)
_DASHED = (
    f'<svg viewBox="0 0 16 16" {_SKIPPED}><rect x="1.5" y="3.5" width="13" height="9" fill="none"'
    ' class="geoloc-box" stroke-width="2" stroke-dasharray="3 2.8"/></svg>'
)


def outline_group(box: Box | None, label: str, squares: str) -> folium.FeatureGroup:
    """What lies over `geoloc.draw.maps.base_map` where there is no pin.

    Args:
        box: drawn dashed, if there is one.
        label: what it is.
        squares: what the map's squares are.
    """
    group = folium.FeatureGroup(name="Outline", control=False)
    rows = [(_SQUARE, squares)]
    if box is not None:
        dashed = folium.Rectangle(
            corners(box), weight=2, dash_array="5 6", fill=False, class_name="geoloc-box"
        )
        dashed.options["interactive"] = False
        dashed.add_to(group)
        rows.append((_DASHED, label))
    group.add_child(Key(rows))
    return group
