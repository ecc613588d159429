"""Text that says nothing of the country: brands, watermarks, dates, what signs say everywhere."""

from __future__ import annotations

import re
from pathlib import Path

from geoloc.clues.spelling import plain

_WATERMARKS = re.compile(
    r"google|mapillary|kartaview|shutterstock|alamy|getty ?images|dreamstime|istock|flickr|©|\(c\)|"
    r"copyright|gopro|dashcam|blackvue|viofo|garmin",
    re.IGNORECASE,
)
_TIMES = re.compile(
    r"\d{1,4}[./:-]\d{1,2}[./:-]\d{1,4}|\d{1,2}:\d{2}(:\d{2})?|\b(19|20)\d{6}\b|"
    r"\b\d{1,2} ?(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* ?(\d{4})?",
    re.IGNORECASE,
)

_FILE = Path(__file__).parent / "data" / "silent.txt"

WORDS = frozenset(
    word
    for line in _FILE.read_text(encoding="ascii").splitlines()
    if not line.startswith("#")
    for word in line.split()
)
"""Plain words that are neither a place's name nor typical of a country."""


def says_nothing(text: str) -> bool:
    """Whether a line is a watermark, hardly more than a date, or holds no two letters or digits."""
    if _WATERMARKS.search(text):
        return True
    left = plain(_TIMES.sub("", text)).replace(" ", "")
    dated = bool(_TIMES.search(text))
    return len(left) < (4 if dated else 2)
