"""Where photos were taken, a dot each, on a map that draws without internet."""

from __future__ import annotations

from collections.abc import Sequence

import folium
from branca.element import MacroElement
from folium.template import Template

from geoloc.draw.leaflet import Key, at
from geoloc.draw.maps import COVERAGE_COLOUR, PHOTO_COLOUR
from geoloc.geo import Box, LatLon
from geoloc.text import _

_DOT = (
    '<svg viewBox="0 0 16 16" aria-hidden="true">'
    f'<circle cx="8" cy="8" r="4.5" fill="{COVERAGE_COLOUR}"/></svg>'
)
_RING = (
    '<svg viewBox="0 0 16 16" aria-hidden="true">'
    f'<circle cx="8" cy="8" r="5" fill="none" stroke="{PHOTO_COLOUR}" stroke-width="2.5"/></svg>'
)


class _Dots(MacroElement):
    """Circles of one look; thousands of them are drawn into one picture."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        (function (group) {
            const look = { renderer: L.canvas(), interactive: false, ...{{ this.look|tojson }} };
            for (const place of {{ this.places|tojson }}) L.circleMarker(place, look).addTo(group);
        })({{ this._parent.get_name() }});
        {% endmacro %}
        """
    )

    def __init__(self, places: Sequence[LatLon], box: Box | None, **look: object) -> None:
        super().__init__()
        self._name = "Dots"
        self.places = [[round(degrees, 6) for degrees in at(place, box)] for place in places]
        self.look = look


def photos_group(
    trained: Sequence[LatLon], held_out: Sequence[LatLon], box: Box | None = None
) -> folium.FeatureGroup:
    """The photos to train on as dots, those held out as rings, and what that means.

    Handed to streamlit-folium as `feature_group_to_add`, on a map by `geoloc.draw.maps.base_map`.

    Args:
        trained: where the photos to train on were taken.
        held_out: the others.
        box: what the map shows; photos are drawn where they lie nearest to it.
    """
    group = folium.FeatureGroup(name="Photos", control=False)
    group.add_child(
        _Dots(trained, box, radius=4, stroke=False, fillColor=COVERAGE_COLOUR, fillOpacity=0.85)
    )
    group.add_child(_Dots(held_out, box, radius=4, color=PHOTO_COLOUR, weight=2, fill=False))
    rows = [
        (_DOT, _("{photos:,} photos to train on", photos=len(trained))),
        (_RING, _("{photos:,} held out", photos=len(held_out))),
    ]
    group.add_child(Key(rows[: 2 if held_out else 1]))
    return group
