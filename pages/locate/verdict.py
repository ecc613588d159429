"""How sure an answer is, in words."""

from __future__ import annotations

from geoloc.verdict import NO_STREET
from pages.language import _, ngettext


def in_words(verdict: str | None, likely: int | None) -> str:
    """A verdict and the size of the calibrated set as one line; "" where neither is known.

    Args:
        verdict: one of `geoloc.verdict.VERDICTS`; None if the model gives none.
        likely: how many countries make the set that holds the true one nine times in ten.
    """
    if verdict == NO_STREET:
        return _("This does not look like a street photo")
    words = _first_upper(_(verdict)) if verdict else ""
    if likely is None:
        return words
    could = ngettext("likely only this country", "could be any of {n}", likely)
    return _("{verdict}: {could}", verdict=words, could=could) if words else _first_upper(could)


def _first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]
