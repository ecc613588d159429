"""Reading the signs: text in a photo as evidence of its country, joined with a network's answer.

`read_text` needs the extra `signs`; importing this needs nothing beyond the library's own packages.
"""

from geoloc.clues.clue import Clue, Kind
from geoloc.clues.errors import CluesError
from geoloc.clues.gather import clues_of
from geoloc.clues.join import WEIGHT, join
from geoloc.clues.reader import is_installed, read_text
from geoloc.clues.text import TextLine
from geoloc.clues.typed import drives_on, sun_in, typed_text

__all__ = [
    "WEIGHT",
    "Clue",
    "CluesError",
    "Kind",
    "TextLine",
    "is_installed",
    "typed_text",
    "clues_of",
    "drives_on",
    "join",
    "read_text",
    "sun_in",
]
