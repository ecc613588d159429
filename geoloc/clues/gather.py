"""From lines of text to clues."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from geoloc.clues import codes, languages, places, scripts
from geoloc.clues.clue import Clue, Kind
from geoloc.clues.silent import says_nothing
from geoloc.clues.text import TextLine

LEAST_CONFIDENCE = 0.8
"""Lines below are not believed: what the reader makes of leaves and bricks lies there."""

Rule = Callable[[TextLine], Iterator[Clue]]

_RULES: tuple[Rule, ...] = (
    scripts.scripts,
    scripts.letters,
    languages.sign_words,
    places.place_names,
    places.country_names,
    codes.domains,
    codes.phones,
    codes.money,
    codes.postcodes,
    codes.plates,
    codes.units,
    codes.roads,
)
_MOST = 40
"""How many clues are kept: those that speak loudest."""


def clues_of(lines: Sequence[TextLine]) -> tuple[Clue, ...]:
    """What lines of text say of the country, the strongest clue first; each is told once.

    Brands, watermarks, dates and text that was hardly read say nothing.

    Args:
        lines: of one photo.

    Raises:
        CluesError: if the extra `signs` is not installed.

    Example:
        >>> from geoloc.clues import TextLine, clues_of
        >>> clues_of([TextLine("Killorglin")])[0].likelihoods["IE"]
        40.0
    """
    read = [line for line in lines if line.confidence >= LEAST_CONFIDENCE]
    read = [line for line in read if not says_nothing(line.text)]
    clues: dict[tuple[Kind, str], Clue] = {}
    for clue in sorted(_all(read), key=lambda clue: -clue.strength):
        clues.setdefault((clue.kind, clue.what.casefold()), clue)
    return tuple(clues.values())[:_MOST]


def _all(lines: Sequence[TextLine]) -> Iterator[Clue]:
    clues_by_line = {line: [clue for rule in _RULES for clue in rule(line)] for line in lines}
    prose = list(languages.language(lines))
    for line, clues in clues_by_line.items():
        yield from clues
        # What a word looks like counts where nothing is known of it, nor of its language.
        if not clues and not prose:
            yield from places.sounds(line)
    yield from prose
