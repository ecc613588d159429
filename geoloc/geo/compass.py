"""Headings in words."""

from __future__ import annotations

from geoloc.text import N_, _

_POINTS = (
    N_("north"),
    N_("north-east"),
    N_("east"),
    N_("south-east"),
    N_("south"),
    N_("south-west"),
    N_("west"),
    N_("north-west"),
)


def direction(heading: float) -> str:
    """The nearest of eight points of the compass to degrees clockwise from north."""
    return _(_POINTS[round(heading / 45) % len(_POINTS)])
