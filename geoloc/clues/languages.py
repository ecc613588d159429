"""The language of words: words that signs use, and, for longer texts, their letters (py3langid)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path

from geoloc.clues.clue import Clue, Kind
from geoloc.clues.errors import not_installed
from geoloc.clues.silent import WORDS
from geoloc.clues.speakers import speakers
from geoloc.clues.spelling import plain, words
from geoloc.clues.text import TextLine

_TABLE = Path(__file__).parent / "data" / "words.tsv"

LANGUAGE_STRENGTH, LOCAL_STRENGTH, ENGLISH_STRENGTH = 25, 12, 3
"""How many times likelier a word of a country's language is there than elsewhere; one of the usage
of one country where others share its language; and one of English, which is on signs everywhere."""

_IDENTIFIED_STRENGTH = 15
_LEAST_WORDS, _ENOUGH_WORDS = 4, 10  # what is on a can or a lorry is short
_LEAST_PROBABILITY = 0.6

_IDENTIFIED = (
    "af bg bs ca cs cy da de el en es et eu fi fr ga gl hr hu id is it lt lv mk ms mt nl no pl pt "
    "ro ru sk sl sq sr sv sw tl tr uk vi"
)
# Its codes as CLDR has them; it takes Scotland's Gaelic for Ireland's, and mixes neighbours up.
_CLDR = {
    "no": "nb",
    "tl": "fil",
    "ga": "ga gd",
    "id": "id ms",
    "ms": "id ms",
    "bs": "bs hr sr",
    "hr": "bs hr sr",
    "sr": "bs hr sr",
}


@dataclass(frozen=True)
class _Spoken:
    """Whose word it is, and how strongly it says so."""

    weights: Mapping[str, float]
    strength: float


def sign_words(line: TextLine) -> Iterator[Clue]:
    """Words and phrases that signs of some language or country say."""
    words = plain(line.text).split()
    table, longest = _words()
    taken = 0
    for size in range(longest, 0, -1):
        for at in range(len(words) - size + 1):
            phrase = " ".join(words[at : at + size])
            # A word of three letters alone is as often a fragment, or an abbreviation.
            if len(phrase) < 4 and len(words) == 1:
                continue
            spoken = table.get(phrase) or (_by_ending(phrase) if size == 1 else None)
            if spoken and taken < 2:
                taken += 1
                yield Clue.spoken(Kind.WORD, phrase, spoken.weights, spoken.strength, line)
        if taken:
            return


def is_sign_word(word: str) -> bool:
    """Whether a plain word is in the table, or ends as words there do."""
    return word in _words()[0] or _by_ending(word) is not None


def language(lines: Sequence[TextLine]) -> Iterator[Clue]:
    """The language of all lines together, if they are text enough to tell.

    Raises:
        CluesError: if the extra `signs` is not installed.
    """
    text = [word for line in lines for word in words(line.text) if plain(word) not in WORDS]
    text = [word for word in text if len(word) > 2 and plain(word).isascii()]
    count = len({plain(word) for word in text})
    if count < _LEAST_WORDS:
        return
    best, share = _identifier().classify(" ".join(text))
    if share < _LEAST_PROBABILITY:
        return
    strength = 1 + _IDENTIFIED_STRENGTH * share * min(1, count / _ENOUGH_WORDS)
    if best == "en":
        strength = ENGLISH_STRENGTH
    codes = _CLDR.get(best, best)
    yield Clue.spoken(Kind.LANGUAGE, codes, speakers(*codes.split()), strength)


@cache
def _words() -> tuple[Mapping[str, _Spoken], int]:
    """Phrase -> whose it is, and the most words of a phrase; endings begin with a hyphen."""
    by_phrase: dict[str, list[str]] = {}
    for row in _TABLE.read_text(encoding="utf-8").splitlines():
        if row.startswith("#"):
            continue
        owner, phrases = row.split("\t")
        for phrase in phrases.split(", "):
            by_phrase.setdefault(phrase, []).append(owner)
            if phrase.startswith("-"):
                by_phrase.setdefault(phrase[1:], []).append(owner)
    table = {phrase: _spoken(owners) for phrase, owners in by_phrase.items()}
    return table, max(len(phrase.split()) for phrase in table)


def _spoken(owners: Sequence[str]) -> _Spoken:
    languages = [owner for owner in owners if owner.islower()]
    countries = {code: 1.0 for owner in owners if owner.isupper() for code in owner.split(",")}
    if not languages:
        return _Spoken(countries, LOCAL_STRENGTH)
    weights = dict(speakers(*languages))
    if languages == ["en"]:
        return _Spoken(countries or weights, ENGLISH_STRENGTH * (2 if countries else 1))
    if countries:
        # A word of the language that is most used in one of its countries.
        weights = {code: 0.5 * weight for code, weight in weights.items()} | countries
    return _Spoken(weights, LANGUAGE_STRENGTH)


def _by_ending(word: str) -> _Spoken | None:
    table, _ = _words()
    return next(
        (
            table[ending]
            for size in range(len(word) - 3, 2, -1)
            if (ending := f"-{word[-size:]}") in table
        ),
        None,
    )


@cache
def _identifier():  # noqa: ANN202 (a class of a package that need not be there)
    try:
        langid = import_module("py3langid.langid")
    except ImportError as error:
        raise not_installed(error) from error
    identifier = langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)
    identifier.set_languages(_IDENTIFIED.split())
    return identifier
