"""Text as it is compared: the same word in capitals, or without its marks, is the same."""

from __future__ import annotations

import re
import unicodedata

# Letters that are no base letter with a mark, so that Unicode takes none off.
_WHOLE = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ß": "ss", "ı": "i"}
)
_APOSTROPHES = re.compile(r"['’ʼ`´]")


def plain(text: str) -> str:
    """The words in lower case, without marks, apostrophes or punctuation: "Łódź" is "lodz"."""
    apart = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text.casefold()))
    bare = "".join(char for char in apart if not unicodedata.combining(char)).translate(_WHOLE)
    return " ".join(re.findall(r"[^\W_]+", bare))


def words(text: str) -> list[str]:
    """The words of a text with their marks, in lower case."""
    return re.findall(r"[^\W\d_]+", unicodedata.normalize("NFC", text).lower())
