"""Which languages a country writes its signs in, and which countries write a language (CLDR)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from babel.languages import get_territory_language_info

from geoloc.countries import CODES

_LEAST = 0.05
_MAIN, _OFFICIAL, _REGIONAL, _FOREIGN = 1.0, 0.6, 0.5, 0.1


@cache
def languages_of(country: str) -> Mapping[str, float]:
    """What a country's signs are written in: ISO 639 codes, each with a weight in (0, 1].

    An official language of few is on signs nonetheless, and one that many have only learnt at
    school hardly is.
    """
    weights = {}
    languages: dict[str, dict[str, Any]] = get_territory_language_info(country)
    for language, about in languages.items():
        share = min(about["population_percent"] / 100, 1)
        match about["official_status"]:
            case "official" | "de_facto_official":
                weight = _MAIN if share >= 0.5 else _OFFICIAL
            case "official_regional":
                weight = _REGIONAL
            case _:
                weight = _FOREIGN * share
        if weight >= _LEAST:
            weights[language.split("_")[0]] = weight
    return MappingProxyType(weights)


@cache
def speakers(*languages: str) -> Mapping[str, float]:
    """The countries whose signs are in one of some languages, the surest with weight 1."""
    weights = {
        code: max(languages_of(code).get(language, 0) for language in languages) for code in CODES
    }
    top = max(weights.values())
    if not top:
        raise ValueError(f"No country's signs are in {', '.join(languages)}; use ISO 639 codes.")
    return MappingProxyType({code: w / top for code, w in weights.items() if w})
