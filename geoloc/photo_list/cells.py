"""Cells of tables: what stands for "not known", and numbers as different countries write them."""

from __future__ import annotations

import math
import re

_WORDS = (
    "na nan null nil none void missing undefined undef unknown unspecified unset empty blank "
    "notavailable notknown notapplicable notspecified nodata novalue unknowncountry tbd tba "
    "1ind 1qnan nana value ref div0 name inconnu nd unbekannt desconocido onbekend"
)
_UNKNOWN = frozenset(_WORDS.split())
_HALVES = {"S": "NS", "W": "EW"}
_NUMBER = re.compile(
    r"(?P<before>[NSEW])? ?"
    r"(?P<number>[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:E[+-]?\d+)?) ?[°º]? ?"
    r"(?P<after>[NSEW])?",
    re.IGNORECASE,
)
_MINUS = str.maketrans("−–\u00a0\u202f", "--  ")


def is_unknown(text: str, na: bool = True) -> bool:
    """Whether a cell says that something is not known: "", "N/A", "#N/A", "<NA>", "-", "unknown".

    Args:
        text: the cell.
        na: whether the bare letters NA, R's word for it, say so too; as a country they may be
            Namibia.
    """
    bare = text.strip().casefold()
    if bare == "na":
        return na
    letters = re.sub(r"[\W_]+", "", bare)
    return not letters or letters in _UNKNOWN


def number(text: str, negative: str = "") -> float | None:
    """A finite number, with a decimal point or comma; None if the text is none.

    Args:
        text: such as "48.85", "48,85", "−2.29", "48.85° N".
        negative: the letter of the half of the globe whose degrees are negative, "S" or "W"; "" if
            no letter may stand there.
    """
    match = _NUMBER.fullmatch(text.strip().translate(_MINUS))
    if match is None:
        return None
    halves = [half.upper() for half in (match["before"], match["after"]) if half]
    if len(halves) > 1 or any(
        half not in {"S": "NS", "W": "EW"}.get(negative, "") for half in halves
    ):
        return None
    value = float(match["number"].replace(",", "."))
    if not math.isfinite(value) or (halves and value < 0):
        return None
    return -value if halves == [negative] else value
