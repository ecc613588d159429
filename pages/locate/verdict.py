"""How sure an answer is, in words."""

from __future__ import annotations

from pages.language import N_, _, ngettext

_VERDICTS = {
    "no street photo": N_("This does not look like a street photo"),
    "wild guess": N_("A wild guess"),
    "leaning": N_("Leaning this way"),
    "fairly sure": N_("Fairly sure"),
}


def in_words(verdict: str | None, likely: int | None) -> str:
    """A verdict and the size of the calibrated set as one line; "" where neither is known.

    Args:
        verdict: "no street photo", "wild guess", "leaning" or "fairly sure"; None if none is given.
        likely: how many countries make the set that holds the true one nine times in ten.
    """
    words = _(_VERDICTS[verdict]) if verdict in _VERDICTS else ""
    # What is no street photo is from none of the countries.
    if likely is None or verdict == "no street photo":
        return words
    could = ngettext("likely only this country", "could be any of {n}", likely)
    return f"{words}: {could}" if words else could[:1].upper() + could[1:]
