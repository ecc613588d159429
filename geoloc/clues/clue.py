"""A clue: something in the photo that some countries show more often than others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from geoloc import countries
from geoloc.clues.text import TextLine


class Kind(StrEnum):
    """What a clue is made of."""

    SCRIPT = "script"
    LETTERS = "letters"
    LANGUAGE = "language"
    WORD = "word"
    PLACE = "place"
    SOUND = "sound"
    COUNTRY = "country"
    DOMAIN = "domain"
    PHONE = "phone"
    CURRENCY = "currency"
    POSTCODE = "postcode"
    PLATE = "plate"
    UNIT = "unit"
    ROAD = "road"
    DRIVING = "driving"
    SUN = "sun"


_REASONS = {
    Kind.SCRIPT: "{what} script",
    Kind.LETTERS: "letters of few languages ({what})",
    Kind.LANGUAGE: "language of the text ({what})",
    Kind.WORD: "word that signs use ({what})",
    Kind.PLACE: "place name ({what})",
    Kind.SOUND: "word that looks like names of places there ({what})",
    Kind.COUNTRY: "country's own name ({what})",
    Kind.DOMAIN: "internet address ({what})",
    Kind.PHONE: "telephone number ({what})",
    Kind.CURRENCY: "currency ({what})",
    Kind.POSTCODE: "post code ({what})",
    Kind.PLATE: "number plate of the form {what}",
    Kind.UNIT: "unit ({what})",
    Kind.ROAD: "road number ({what})",
    Kind.DRIVING: "they drive on the {what}",
    Kind.SUN: "the sun stands in the {what}",
}


@dataclass(frozen=True)
class Clue:
    """One piece of evidence, and how strongly it speaks for which countries.

    Attributes:
        kind: what it is made of; also the code by which a message is translated.
        what: what was read, or told: the parameter of that message.
        likelihoods: ISO 3166-1 alpha-2 codes, each with P(clue | country) divided by
            P(clue | a country not named here); all are greater than 1, the greatest first.
        line: where it was read; None if the visitor told it.

    Example:
        >>> from geoloc.clues import drives_on
        >>> drives_on("left").likelihood("IE") > drives_on("left").likelihood("FR")
        True
    """

    kind: Kind
    what: str
    likelihoods: Mapping[str, float]
    line: TextLine | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        if not self.likelihoods or min(self.likelihoods.values()) <= 1:
            raise ValueError("a clue speaks for a country: give likelihoods greater than 1")
        # Of equals the larger country first: that is the one a reader expects to be named.
        ranked = sorted(
            self.likelihoods.items(), key=lambda pair: (-pair[1], -countries.area_km2(pair[0]))
        )
        object.__setattr__(self, "likelihoods", MappingProxyType(dict(ranked)))

    @classmethod
    def spoken(
        cls,
        kind: Kind,
        what: str,
        weights: Mapping[str, float],
        strength: float,
        line: TextLine | None = None,
    ) -> Clue:
        """A clue from weights in (0, 1]: `strength` times likelier where the weight is 1."""
        likelihoods = {code: 1 + (strength - 1) * weight for code, weight in weights.items()}
        return cls(kind, what, likelihoods, line)

    def likelihood(self, code: str) -> float:
        """How many times likelier the clue is in a country than in one that it says nothing of."""
        return self.likelihoods.get(code, 1.0)

    @property
    def strength(self) -> float:
        """The greatest likelihood."""
        return next(iter(self.likelihoods.values()))

    @property
    def reason(self) -> str:
        """A sentence in English: what was read, and for which countries it speaks."""
        reason = _REASONS[self.kind].format(what=self.what)
        strongest = [
            code for code, times in self.likelihoods.items() if times >= 0.9 * self.strength
        ]
        names = [countries.name(code, "en") for code in strongest[:3]]
        others = len(self.likelihoods) - len(names)
        also = f" and {others} more" if others else ""
        return f"{reason}: {', '.join(names)} {self.strength:.0f} times likelier{also}"

    def as_json(self) -> dict:
        """The clue as JSON values."""
        box = self.line.box if self.line else ()
        return {
            "kind": str(self.kind),
            "what": self.what,
            "reason": self.reason,
            "likelihoods": {code: round(times, 2) for code, times in self.likelihoods.items()},
            "box": [list(corner) for corner in box] if box else None,
        }
