"""How every page puts a map of Folium's on the screen."""

from __future__ import annotations

from collections.abc import Callable

import folium
import streamlit as st
from streamlit_folium import st_folium


def leaflet(
    drawn: folium.Map,
    key: str,
    height: int,
    group: folium.FeatureGroup | None = None,
    on_click: Callable[[], None] | None = None,
) -> None:
    """A map that stays as the visitor moved it while its key and ground do: only the group changes.

    Args:
        drawn: from `geoloc.draw`, made anew each time.
        key: unique on the page; with `on_click` the session has the click under it.
        height: in pixels.
        group: what lies on the map.
        on_click: called when the map is clicked.
    """
    # As high as the map before that has come: nothing moves then.
    with st.container(key=f"leaflet {key}", height=height, border=False, gap=None):
        st_folium(
            drawn,
            key=key,
            feature_group_to_add=group,
            # What returns nothing runs nothing when it is moved.
            returned_objects=["last_clicked"] if on_click else [],
            on_change=on_click,
            height=height,
            use_container_width=True,
        )
