"""Country codes and names: ISO 3166-1 (package iso3166), names in every language from CLDR (Babel).

A country here is an entry of ISO 3166-1: 249 states and territories, so that Réunion, Hong Kong and
Greenland, which data sets of street photos keep apart, stay apart. Kosovo has no entry and is XK,
the code that the European Union and CLDR use for it.
"""

from __future__ import annotations

import re
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

# Names in use for folders and tables that neither ISO 3166 nor CLDR has.
_ALIASES = {
    "AE": ("UAE", "Emirates"),
    "AX": ("Aland", "Aaland"),
    "BA": ("Bosnia",),
    "BQ": ("Bonaire", "Sint Eustatius", "Saba"),
    "BY": ("Byelorussia",),
    "CC": ("Cocos Islands", "Keeling Islands"),
    "CD": ("DRC", "DR Congo", "Zaire"),
    "CF": ("CAR",),
    "CG": ("Republic of the Congo", "Congo Republic"),
    "CI": ("Ivory Coast",),
    "CN": ("PRC", "Mainland China"),
    "CZ": ("Czech Republic",),
    "FK": ("Falklands", "Malvinas"),
    "FO": ("Faroes", "Faeroe Islands"),
    "GB": ("UK", "Great Britain", "Britain", "England", "Scotland", "Wales", "Northern Ireland"),
    "GS": ("South Georgia",),
    "IE": ("Republic of Ireland", "Eire"),
    "KP": ("DPRK",),
    "KG": ("Kyrgyz Republic",),
    "LA": ("Lao PDR",),
    "MK": ("Macedonia", "FYROM", "Republic of North Macedonia"),
    "MM": ("Burma",),
    "MO": ("Macau",),
    "MP": ("Northern Marianas",),
    "NL": ("Holland",),
    "PS": ("West Bank", "Gaza"),
    "SJ": ("Svalbard", "Jan Mayen"),
    "SK": ("Slovak Republic",),
    "ST": ("Sao Tome",),
    "SX": ("Saint Maarten",),
    "SZ": ("Swaziland",),
    "TL": ("East Timor",),
    "TR": ("Turkey",),
    "TW": ("Chinese Taipei", "Republic of China"),
    "UM": ("US Minor Outlying Islands",),
    "VG": ("BVI",),
    "VI": ("USVI",),
}

_JOINING_WORDS = {"and", "et", "the", "of"}


def name(code: str, tongue: str | None = None) -> str:
    """The country's name for people.

    Args:
        code: one of `CODES`, in either case.
        tongue: any language that CLDR knows, such as "en", "fr" or "pt-BR"; the reader's if None.

    Raises:
        ValueError: if the code or the language is unknown.
    """
    code = known(code)
    locale = _locale(tongue or language())
    short = _SHORT_NAMES.get(locale.language, {}).get(code)
    return short or locale.territories.get(code) or _locale("en").territories[code]


def alphabetical(codes: Iterable[str]) -> list[str]:
    """Countries as a reader looks for them: by their names, accents aside.

    Args:
        codes: some of `CODES`.
    """
    return sorted(codes, key=lambda code: (_plain(name(code)), code))


def code_of(text: str) -> str | None:
    """The country that a folder name or table cell means, None when that is not certain.

    Understands alpha-2 and alpha-3 codes, English and French names and the names that data sets
    give their folders; case, accents, spaces, hyphens and underscores do not matter. Names that
    stand for several countries ("Korea", "Virgin Islands") are not guessed.
    """
    # A file name that is not valid text would lose letters below and could become another's name.
    if any("\ud800" <= char <= "\udfff" for char in text):
        return None
    index = _index()
    return next((index[form] for form in _forms(text) if form in index), None)


def known(code: str) -> str:
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
def _locale(tongue: str) -> Locale:
    try:
        return Locale.parse(tongue.replace("-", "_"))
    except (UnknownLocaleError, ValueError) as error:
        raise ValueError(
            f"Country names are not known in the language {tongue!r}. "
            'Use a language code such as "en" or "fr".'
        ) from error


@cache
def _index() -> dict[str, str]:
    index: dict[str, str] = {}
    for country in iso3166.countries:
        code = country.alpha2
        formal = (country.name, country.apolitical_name)
        cldr = [_locale(tongue).territories[code] for tongue in ("en", "fr")]
        spoken = [name(code, tongue) for tongue in ("en", "fr")]
        turned = [" ".join(reversed(label.split(", "))) for label in formal]
        labels = (code, country.alpha3, *formal, *cldr, *spoken, *turned, *_ALIASES.get(code, ()))
        for label in labels:
            for form in _forms(label):
                index.setdefault(form, code)
    return index


def _plain(text: str) -> str:
    """The text in lower case and without accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in apart if not unicodedata.combining(char))


def _forms(text: str) -> list[str]:
    """The text as bare letters: with every word, and without "and", "of", "the"."""
    words = re.findall(r"\w+", re.sub(r"['’ʼ`]", "", _plain(text)).replace("_", " "))
    words = ["saint" if word == "st" else word for word in words]
    telling = [word for word in words if word not in _JOINING_WORDS]
    # "AND" is Andorra and "ET" Ethiopia: nothing is left of them without joining words.
    return [form for form in ("".join(words), "".join(telling)) if form]
