"""Headings in words."""

from __future__ import annotations

_POINTS = (
    "north",
    "north-east",
    "east",
    "south-east",
    "south",
    "south-west",
    "west",
    "north-west",
)


def direction(heading: float) -> str:
    """The nearest of eight points of the compass to degrees clockwise from north."""
    return _POINTS[round(heading / 45) % len(_POINTS)]
