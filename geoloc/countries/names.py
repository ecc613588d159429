"""Country codes and names: ISO 3166-1 (package iso3166), names in every language from CLDR (Babel).

A country here is an entry of ISO 3166-1: 249 states and territories, so that Réunion, Hong Kong and
Greenland, which data sets of street photos keep apart, stay apart. Kosovo has no entry and is XK,
the code that the European Union and CLDR use for it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache

import iso3166
from babel import Locale, UnknownLocaleError

from geoloc.text import language

CODES: tuple[str, ...] = tuple(sorted(iso3166.countries_by_alpha2))
"""Every known ISO 3166-1 alpha-2 code, and XK."""

# What people say where CLDR's default name is a long official one ("Hong Kong SAR China").
_SHORT_NAMES = {
    "en": {
        "HK": "Hong Kong",
        "MM": "Myanmar",
        "MO": "Macao",
        "PS": "Palestine",
    },
    "fr": {
        "HK": "Hong Kong",
        "MM": "Myanmar",
        "MO": "Macao",
        "PS": "Palestine",
        "SX": "Sint Maarten",
        "VA": "Vatican",
    },
}

# Letters that Unicode does not take apart, as those write them who do not have them.
_LETTERS = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)


def name(code: str, tongue: str | None = None) -> str:
    """The country's name for people.

    Args:
        code: one of `CODES`, in either case.
        tongue: any language that CLDR knows, such as "en", "fr" or "pt-BR"; the reader's if None.

    Raises:
        ValueError: if the code or the language is unknown.
    """
    code = checked(code)
    locale = locale_of(tongue or language())
    short = _SHORT_NAMES.get(locale.language, {}).get(code)
    return short or locale.territories.get(code) or locale_of("en").territories[code]


def alphabetical(codes: Iterable[str]) -> list[str]:
    """Countries as a reader looks for them: by their names, accents aside.

    Args:
        codes: some of `CODES`.
    """
    return sorted(codes, key=lambda code: (plain(name(code)), code))


def checked(code: str) -> str:
    """The code in upper case.

    Raises:
        ValueError: if no country has it.
    """
    if code.upper() not in iso3166.countries_by_alpha2:
        raise ValueError(
            f"No country has the code {code!r}. "
            "Use the two letters of ISO 3166-1, such as FR; code_of() finds them from a name."
        )
    return code.upper()


@cache
def locale_of(tongue: str) -> Locale:
    """CLDR's data of a language.

    Raises:
        ValueError: if CLDR does not know it.
    """
    try:
        return Locale.parse(tongue.replace("-", "_"))
    except (UnknownLocaleError, ValueError) as error:
        raise ValueError(
            f"Country names are not known in the language {tongue!r}. "
            'Use a language code such as "en" or "fr".'
        ) from error


def plain(text: str) -> str:
    """A text in lower case and without accents, to compare by."""
    apart = unicodedata.normalize("NFKD", text.casefold()).translate(_LETTERS)
    return "".join(char for char in apart if not unicodedata.combining(char))
