"""Names of places: those of GeoNames, words that look like them, and the countries' own names."""

from __future__ import annotations

import lzma
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import numpy as np
from babel import Locale, UnknownLocaleError

from geoloc.clues.clue import Clue, Kind
from geoloc.clues.languages import is_sign_word
from geoloc.clues.silent import WORDS
from geoloc.clues.speakers import languages_of
from geoloc.clues.spelling import plain
from geoloc.clues.text import TextLine
from geoloc.countries import CODES

_FILE = Path(__file__).parent / "data" / "places.txt.xz"
_SHARES = re.compile(r"([A-Z]{2})(\d?)")

_STRENGTH = (40, 20, 10, 4)
"""By how likely the name is to stand elsewhere: a word, a person's name, a city known far away."""
_MOST_WORDS = 4
_OWN_NAME_STRENGTH = 12

_SOUND_LETTERS, _SOUND_DIFFERENT = 6, 4
_SOUND_STRENGTH = 5
_SOUND_LEAST = 25  # as many times likelier by naive Bayes, which is much surer than right
_SOUND_RANGE = 10  # countries as many times less likely than the first are named as well
_SOUND_WORDS = 3  # a line of more is a sentence
_SOUND_SOFTENING = 0.4  # trigrams of one word overlap
_SOUND_COUNTRIES = 300  # names that a country needs, for its trigrams to be counted
_BORROWED = 2000.0  # trigrams that a country with few names borrows from all others
_SIGNS = 27  # a to z, and the gap


def place_names(line: TextLine) -> Iterator[Clue]:
    """The longest name of a place in a line; a short one, or one among many words, says less."""
    words = plain(line.text).split()
    names = _names()
    for size in range(min(_MOST_WORDS, len(words)), 0, -1):
        for at in range(len(words) - size + 1):
            phrase = " ".join(words[at : at + size])
            if phrase not in names or (size == 1 and (phrase in WORDS or is_sign_word(phrase))):
                continue
            shares = names[phrase]
            yield Clue.spoken(
                Kind.PLACE, phrase, _weights(shares), _strength(phrase, shares, words), line
            )
            return


def _strength(name: str, shares: str, line: list[str]) -> float:
    strength: float = _STRENGTH[shares.count("!")]
    # There are few words of four letters: many of them are something else somewhere.
    strength *= min(1, (len(name) - 3) / 4)
    # On a signpost the name stands alone; in a sentence it may be any word of its language.
    strength *= len(name.split()) / sum(not word.isdigit() for word in line)
    return max(strength, 1.5)


def _weights(shares: str) -> dict[str, float]:
    return {code: int(share or 9) / 9 for code, share in _SHARES.findall(shares)}


@cache
def _names() -> Mapping[str, str]:
    """Plain name -> countries, each with its share in ninths unless it is the only one, and up to
    three "!": how likely it stands elsewhere, for `_STRENGTH`."""
    with lzma.open(_FILE, "rt", encoding="ascii") as file:
        return dict(line.rstrip("\n").split("\t") for line in file)


def sounds(line: TextLine) -> Iterator[Clue]:
    """A word that looks like one country's names of places, by its trigrams (naive Bayes)."""
    names, words = _names(), plain(line.text).split()
    if len(words) > _SOUND_WORDS:
        return
    for word in words:
        if len(word) < _SOUND_LETTERS or not (word.isascii() and word.isalpha()):
            continue
        if len(set(word)) < _SOUND_DIFFERENT:
            continue
        if word in names or word in WORDS or is_sign_word(word):
            continue
        codes, logs = _trigrams()
        times = np.exp(logs[_ids(word)].sum(axis=0) * _SOUND_SOFTENING)
        # The last column is no country: it takes the share of words that signs have everywhere.
        times /= 0.5 * times[:-1].mean() + 0.5 * times[-1]
        top = float(times[:-1].max())
        if top >= _SOUND_LEAST:
            shares = zip(codes, times[:-1] / top, strict=True)
            weights = {code: float(w) for code, w in shares if w >= 1 / _SOUND_RANGE}
            yield Clue.spoken(Kind.SOUND, word, weights, _SOUND_STRENGTH, line)
            return


def _ids(words: str) -> np.ndarray:
    """The trigrams of words that gaps surround, as numbers below 27^3."""
    signs = np.frombuffer(f" {words} ".encode("ascii"), np.uint8).astype(np.int64)
    signs = np.where((signs >= 97) & (signs <= 122), signs - 96, 0)
    return (signs[:-2] * _SIGNS + signs[1:-1]) * _SIGNS + signs[2:]


@cache
def _trigrams() -> tuple[tuple[str, ...], np.ndarray]:
    """Countries (C,), and how many times more often than all of them together each has each
    trigram, and at last English words of signs: logarithms, float32 (27^3, C + 1)."""
    by_country: dict[str, list[str]] = {}
    for name, shares in _names().items():
        if len(shares.rstrip("!")) == 2:
            by_country.setdefault(shares[:2], []).append(name)
    codes = tuple(code for code in by_country if len(by_country[code]) >= _SOUND_COUNTRIES)
    groups = [*(by_country[code] for code in codes), sorted(WORDS)]
    counts = np.stack(
        [np.bincount(_ids(" ".join(names)), minlength=_SIGNS**3) for names in groups], axis=1
    ).astype(np.float32)
    shares = counts / counts.sum(axis=0)
    common = shares.mean(axis=1, keepdims=True)
    own = (counts + _BORROWED * common) / (counts.sum(axis=0) + _BORROWED)
    return codes, np.log((own + 1e-7) / (common + 1e-7))


def country_names(line: TextLine) -> Iterator[Clue]:
    """A country's name in its own language; in another it is an embassy, or a restaurant."""
    text = f" {plain(line.text)} "
    for name, weights in _own_names().items():
        if f" {name} " in text:
            yield Clue.spoken(Kind.COUNTRY, name, weights, _OWN_NAME_STRENGTH, line)
            return


@cache
def _own_names() -> Mapping[str, Mapping[str, float]]:
    weights_by_name: dict[str, dict[str, float]] = {}
    for code in CODES:
        for language in languages_of(code):
            try:
                name = plain(Locale.parse(language).territories.get(code, ""))
            except (UnknownLocaleError, ValueError):
                continue
            if len(name) > 3 and not (language == "en" and languages_of(code)["en"] < 1):
                weights_by_name.setdefault(name, {})[code] = 1
    return weights_by_name
