"""Which script a text is in, and letters that only some languages have."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache

from geoloc.clues.clue import Clue, Kind
from geoloc.clues.speakers import speakers
from geoloc.clues.text import TextLine

# Restaurants abroad write in these scripts; the weights are shares of their signs at home.
_SCRIPTS: dict[str, tuple[str, float, Mapping[str, float]]] = {
    "HIRAGANA": ("Japanese", 40, {"JP": 1}),
    "HANGUL": ("Korean", 150, {"KR": 1, "KP": 1}),
    "THAI": ("Thai", 200, {"TH": 1}),
    "LAO": ("Lao", 200, {"LA": 1}),
    "KHMER": ("Khmer", 200, {"KH": 1}),
    "MYANMAR": ("Burmese", 200, {"MM": 1}),
    "HEBREW": ("Hebrew", 200, {"IL": 1, "PS": 0.2}),
    "GREEK": ("Greek", 60, {"GR": 1, "CY": 0.9}),
    "GEORGIAN": ("Georgian", 200, {"GE": 1}),
    "ARMENIAN": ("Armenian", 200, {"AM": 1}),
    "ETHIOPIC": ("Ethiopic", 200, {"ET": 1, "ER": 0.9}),
    "SINHALA": ("Sinhala", 200, {"LK": 1}),
    "BENGALI": ("Bengali", 150, {"BD": 1, "IN": 0.3}),
    "TIBETAN": ("Tibetan", 60, {"BT": 1, "CN": 0.3, "NP": 0.2, "IN": 0.2}),
    "TAMIL": ("Tamil", 100, {"IN": 0.7, "LK": 1, "SG": 0.5, "MY": 0.3}),
    "DEVANAGARI": ("Devanagari", 150, {"NP": 1, "IN": 0.8}),
    "THAANA": ("Thaana", 200, {"MV": 1}),
    "MONGOLIAN": ("Mongolian", 60, {"CN": 1, "MN": 0.6}),
    **{
        name: (name.capitalize(), 150, {"IN": 1})
        for name in ("TELUGU", "KANNADA", "MALAYALAM", "GUJARATI", "GURMUKHI", "ORIYA")
    },
}
# Singapore's and Malaysia's signs are in Latin letters first; many cities have their Chinatown.
_ABROAD = {"MY": 0.2, "SG": 0.2, "TH": 0.15, "US": 0.08, "CA": 0.08, "AU": 0.08, "GB": 0.05}
_CHINESE = {"CN": 1, "TW": 1, "HK": 1, "MO": 1, "JP": 0.6, "KR": 0.1} | _ABROAD
_SIMPLIFIED = {"CN": 1, "HK": 0.1, "TW": 0.05} | _ABROAD
_TRADITIONAL = {"TW": 1, "HK": 1, "MO": 1, "JP": 0.3, "CN": 0.1, "KR": 0.1} | _ABROAD
_ARABIC = "ar fa ur ps sd ug"
_CYRILLIC = "ru uk be bg sr mk mn kk ky tg"

# Letters and the languages that have them. Marks get lost and misread: one letter is a hint.
_LETTERS = {
    "ß": "de",
    "ä": "de sv fi et sk gsw lb",
    "ö": "de sv fi et hu tr is gsw",
    "ü": "de et hu tr az es gsw",
    "åÅ": "sv nb da fi",
    "ø": "nb da fo",
    "æ": "nb da is fo",
    "þ": "is",
    "ð": "is fo",
    "ñ": "es eu gl fil",
    "ãõ": "pt vi",
    "ç": "fr pt tr ca sq az",
    "œ": "fr",
    "êèùâîûëï": "fr nl it pt",
    "ąęśźżńćł": "pl lt",
    "łśźżń": "pl",
    "řůě": "cs",
    "ľĺŕ": "sk",
    "čšž": "cs sk sl hr sr bs lt lv et",
    "ćđ": "hr sr bs",
    "őű": "hu",
    "șță": "ro",
    "ğış": "tr az",
    "āēīūģķļņ": "lv",
    "ėįųū": "lt",
    "ħġċ": "mt",
    "ŵŷ": "cy",
    "ơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹđ": "vi",
    "¿¡": "es",
    "ё": "ru be",
    "ы": "ru be mn kk ky",
    "ъ": "bg ru",
    "щ": "ru uk bg kk ky",
    "іїєґ": "uk be",
    "ї": "uk",
    "ў": "be",
    "ђћљњџј": "sr mk bs",
    "ђћ": "sr bs",
    "ѓќѕ": "mk",
    "өү": "mn kk ky",
    "ңғқұһ": "kk ky",
    "پچژگ": "fa ur ps",
    "ٹڈڑےں": "ur",
}
_ONE, _MORE = 6, 25
_TEXT = 12  # so many letters of a script in a line are more than a name
_STRANGE = re.compile(r"[^\W\d_]")


def scripts(line: TextLine) -> Iterator[Clue]:
    """The scripts of a line other than Latin, of which at least two letters were read.

    A restaurant abroad writes its name; a line of text is written for readers at home.
    """
    counts: dict[str, int] = {}
    for char in line.text:
        if _STRANGE.match(char):
            name = unicodedata.name(char, "?").split()[0].removesuffix("-HIRAGANA")
            counts[name] = counts.get(name, 0) + 1
    if counts.keys() & {"HIRAGANA", "KATAKANA"}:
        kana = counts.pop("HIRAGANA", 0) + counts.pop("KATAKANA", 0)
        counts["HIRAGANA"] = kana + counts.pop("CJK", 0)
    for name, count in counts.items():
        spoken = _of_script(name, line.text)
        if spoken is None or count < 2:
            continue
        title, strength, weights = spoken
        if count >= _TEXT:
            strength *= 3
            weights = {code: weight**2 for code, weight in weights.items()}
        yield Clue.spoken(Kind.SCRIPT, title, weights, strength, line)


def _of_script(name: str, text: str) -> tuple[str, float, Mapping[str, float]] | None:
    if name == "ARABIC":
        return "Arabic", 100, _speakers(_ARABIC)
    if name == "CYRILLIC":
        return "Cyrillic", 60, _speakers(_CYRILLIC)
    if name == "CJK":
        return _chinese(text)
    return _SCRIPTS.get(name)


def _chinese(text: str) -> tuple[str, float, Mapping[str, float]]:
    """Simplified, traditional or Japanese characters: those that only one standard holds."""
    only = {"gb2312": 0, "big5": 0, "shift_jis": 0}
    for char in text:
        holders = [standard for standard in only if _holds(standard, char)]
        if _holds("gb18030", char) and len(holders) == 1:
            only[holders[0]] += 1
    if only["shift_jis"] > max(only["gb2312"], only["big5"]):
        return "Japanese", 40, {"JP": 1}
    # Traditional forms were Japan's too before 1946, and stand in its standard beside the new.
    traditional = sum(_holds("big5", char) and not _holds("gb2312", char) for char in text)
    if only["gb2312"] > traditional:
        return "simplified Chinese", 30, _SIMPLIFIED
    if traditional > only["gb2312"]:
        return "traditional Chinese", 30, _TRADITIONAL
    return "Chinese", 30, _CHINESE


def _holds(standard: str, char: str) -> bool:
    if not "一" <= char <= "鿿":
        return False
    try:
        char.encode(standard)
    except UnicodeEncodeError:
        return False
    return True


def letters(line: TextLine) -> Iterator[Clue]:
    """Letters that only some languages have; of several groups, that of the fewest countries."""
    text = set(unicodedata.normalize("NFC", line.text.lower()))
    groups = []
    for group, languages in _LETTERS.items():
        read = sorted(text & set(group.lower()))
        if read:
            weights = _speakers(languages)
            groups.append((sum(weights.values()), -len(read), " ".join(read), weights))
    if not groups:
        return
    _, fewer, what, weights = min(groups, key=lambda group: group[:2])
    # Where two languages' letters come together, one of them was misread.
    common = {code: w for code, w in weights.items() if all(code in g[3] for g in groups)}
    if common:
        many = -fewer > 1 or len(groups) > 1
        yield Clue.spoken(Kind.LETTERS, what, common, _MORE if many else _ONE, line)


@cache
def _speakers(languages: str) -> Mapping[str, float]:
    return speakers(*languages.split())
