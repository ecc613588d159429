"""What the visitor should know of an answer that is made of several photos of one place."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import streamlit as st

from geoloc.card.measured import measured
from geoloc.checkpoint import Checkpoint
from geoloc.draw.charts import percent
from geoloc.draw.maps import distance_text
from geoloc.geo import haversine_m
from geoloc.ui.frame import plain
from geoloc.ui.state import Chosen

_ONE_PLACE_M = 1000


def spread(photos: Sequence[Chosen]) -> None:
    """Warns of photos that by their EXIF data were taken far from each other."""
    places = [one.photo.position for one in photos if one.photo.position]
    farthest = max((haversine_m(a, b) for a, b in combinations(places, 2)), default=0.0)
    if farthest > _ONE_PLACE_M:
        st.warning(
            f"By their EXIF data these photos were taken up to {distance_text(farthest)} apart: "
            "one answer for all of them makes little sense. Ask about one at a time.",
            icon=":material/warning:",
        )


def gain_claim(checkpoint: Checkpoint) -> str:
    """How often a country model is right about a place of several photos, by its card."""
    _, scores = measured(checkpoint)
    told = scores.get("together")
    if not told:
        return (
            f"How often {plain(checkpoint.title)} is right about several photos of one place has "
            "not been measured."
        )
    low, high = told["gain_top1_interval"]
    unproven = " The interval does not exclude that they gain nothing." if low <= 0 <= high else ""
    return (
        f"Of {told['places']:,} places with about {round(told['views'])} photos each, "
        f"{plain(checkpoint.title)} named the right country for **{percent(told['top1'])}** from "
        f"all photos together, and for {percent(told['top1_single'])} from one photo at a time "
        f"(95% interval of what they gain: {100 * low:.1f} to {100 * high:.1f} percentage points)."
        f"{unproven}"
    )
