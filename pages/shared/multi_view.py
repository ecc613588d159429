"""What the visitor should know of an answer that is made of several photos of one place."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import streamlit as st

from geoloc.draw.charts import percent
from geoloc.draw.maps import distance_text
from geoloc.geo import haversine_m
from geoloc.models.release import Release
from pages.language import _
from pages.shared.frame import plain
from pages.shared.session import Chosen

_ONE_PLACE_M = 1000


def spread(photos: Sequence[Chosen]) -> None:
    """Warns of photos that by their own data were taken far from each other."""
    places = [one.photo.position for one in photos if one.photo.position]
    farthest = max((haversine_m(a, b) for a, b in combinations(places, 2)), default=0.0)
    if farthest > _ONE_PLACE_M:
        st.warning(
            _(
                "By their own data these photos were taken up to {distance} apart: "
                "one answer for all of them makes little sense. Ask about one at a time.",
                distance=distance_text(farthest),
            ),
            icon=":material/warning:",
        )


def gain_claim(checkpoint: Release) -> str:
    """How often a country model is right about a place of several photos, by its card."""
    scores = checkpoint.country_card.scores
    told = scores and scores.multi_view
    if not told:
        return _(
            "How often {model} is right about several photos of one place has not been measured.",
            model=plain(checkpoint.title),
        )
    low, high = told.gain_top1_interval
    said = _(
        "Of {places:,} places with about {views} photos each, {model} named the right country for "
        "**{together}** from all photos together, and for {single} from one photo at a time (95% "
        "interval of what they gain: {low:.1f} to {high:.1f} percentage points).",
        places=told.places,
        views=round(told.views),
        model=plain(checkpoint.title),
        together=percent(told.top1),
        single=percent(told.top1_single),
        low=100 * low,
        high=100 * high,
    )
    if low <= 0 <= high:
        said += " " + _("The interval does not exclude that they gain nothing.")
    return said
