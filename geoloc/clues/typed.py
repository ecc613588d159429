"""What somebody sees in the photo and tells: text, the side of the road, where the sun stands."""

from __future__ import annotations

import math
from functools import cache
from typing import Literal

from geoloc.clues.clue import Clue, Kind
from geoloc.clues.gather import clues_of
from geoloc.clues.text import TextLine
from geoloc.countries import CODES, LEFT_DRIVING, centroid

_DRIVING_STRENGTH = 50
_SUN_STRENGTH = 50
_TILT = 23.44
_LONGEST_TEXT = 500
_PEOPLED = tuple(code for code in CODES if code not in {"AQ", "BV", "GS", "HM", "TF", "UM"})


def typed_text(text: str) -> tuple[Clue, ...]:
    """What text says that somebody can read in the photo: "I can read ...".

    Raises:
        CluesError: if the extra `signs` is not installed.
    """
    lines = text[:_LONGEST_TEXT].splitlines()
    return clues_of([TextLine(line) for line in lines if line.strip()])


def drives_on(side: Literal["left", "right"]) -> Clue:
    """Traffic keeps to a side of the road."""
    left = side == "left"
    weights = {code: 1.0 for code in _PEOPLED if (code in LEFT_DRIVING) == left}
    return Clue.spoken(Kind.DRIVING, side, weights, _DRIVING_STRENGTH)


@cache
def sun_in(direction: Literal["north", "south"]) -> Clue:
    """At midday the sun stands in the north, or the south, as seen from where the photo was taken.

    Beyond the tropics it always stands on the one side; between them for a share of the year:
    1/2 - arcsin(latitude / 23.44°) / pi of it in the north.
    """
    weights = {}
    for code in _PEOPLED:
        height = max(-1.0, min(1.0, centroid(code).lat / _TILT))
        north = 0.5 - math.asin(height) / math.pi
        share = north if direction == "north" else 1 - north
        if share > 0:
            weights[code] = share
    return Clue.spoken(Kind.SUN, direction, weights, _SUN_STRENGTH)
