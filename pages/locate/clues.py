"""Clues to the country: the text in a photo, and what the visitor sees in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import streamlit as st
from babel import Locale

from geoloc.clues import (
    Clue,
    CluesError,
    Kind,
    TextLine,
    clues_of,
    drives_on,
    is_installed,
    read_text,
    sun_in,
    typed_text,
)
from geoloc.countries import name
from pages.language import N_, _, language
from pages.shared.frame import note, plain
from pages.shared.once import once
from pages.shared.session import Chosen, key_of

READ = "signs are read"
"""What the visitor chose, in the session; it outlives a change of page."""

_SWITCH = "read signs"

_SIGNS_NOT_INSTALLED = N_(
    "Reading text needs the extra `signs`, which is not installed on this server: "
    "`pip install 'where-am-i[signs]'`."
)
_KINDS = {
    Kind.SCRIPT: N_("{what} script"),
    Kind.LETTERS: N_("letters of few languages ({what})"),
    Kind.LANGUAGE: N_("language of the text ({what})"),
    Kind.WORD: N_("word that signs use ({what})"),
    Kind.PLACE: N_("place name ({what})"),
    Kind.SOUND: N_("looks like names of places there ({what})"),
    Kind.COUNTRY: N_("the country's own name ({what})"),
    Kind.DOMAIN: N_("internet address ({what})"),
    Kind.PHONE: N_("telephone number ({what})"),
    Kind.CURRENCY: N_("currency ({what})"),
    Kind.POSTCODE: N_("post code ({what})"),
    Kind.PLATE: N_("number plate of the form {what}"),
    Kind.UNIT: N_("unit ({what})"),
    Kind.ROAD: N_("road number ({what})"),
}
# By ISO 15924, as CLDR has their names in every language.
_SCRIPTS = {
    "Japanese": "Jpan",
    "Korean": "Kore",
    "Thai": "Thai",
    "Lao": "Laoo",
    "Khmer": "Khmr",
    "Burmese": "Mymr",
    "Hebrew": "Hebr",
    "Greek": "Grek",
    "Georgian": "Geor",
    "Armenian": "Armn",
    "Ethiopic": "Ethi",
    "Sinhala": "Sinh",
    "Bengali": "Beng",
    "Tibetan": "Tibt",
    "Tamil": "Taml",
    "Devanagari": "Deva",
    "Thaana": "Thaa",
    "Mongolian": "Mong",
    "Telugu": "Telu",
    "Kannada": "Knda",
    "Malayalam": "Mlym",
    "Gujarati": "Gujr",
    "Gurmukhi": "Guru",
    "Oriya": "Orya",
    "Cyrillic": "Cyrl",
    "Arabic": "Arab",
    "Chinese": "Hani",
    "simplified Chinese": "Hans",
    "traditional Chinese": "Hant",
}
_SEEN = {
    (Kind.DRIVING, "left"): N_("they drive on the left"),
    (Kind.DRIVING, "right"): N_("they drive on the right"),
    (Kind.SUN, "north"): N_("the sun stands in the north"),
    (Kind.SUN, "south"): N_("the sun stands in the south"),
}
_SIDES = {"left": N_("left"), "right": N_("right")}
_DIRECTIONS = {"north": N_("north"), "south": N_("south")}
_NAMED = 3


@dataclass(frozen=True)
class Signs:
    """What was read and seen.

    Attributes:
        lines: the text of each photo, by its SHA-256.
        clues: those that count: the visitor struck none of them.
    """

    lines: dict[str, tuple[TextLine, ...]]
    clues: tuple[Clue, ...]


def is_on() -> bool:
    """Whether text is read: from the start where the extra for it is installed."""
    return st.session_state.get(READ, is_installed())


def _switch() -> None:
    """Callback: the visitor's choice."""
    st.session_state[READ] = st.session_state[_SWITCH]


def read(photos: Sequence[Chosen]) -> dict[str, tuple[TextLine, ...]]:
    """The text of each photo, read once.

    Raises:
        CluesError: if what reads it is not installed.
    """
    return {
        one.photo.sha256: once(one.photo.sha256, ("text",), lambda one=one: read_text(one.photo))
        for one in photos
    }


def signs(photos: Sequence[Chosen]) -> Signs:
    """The switch, the clues with a box to strike each, and a place to add some."""
    lines: dict[str, tuple[TextLine, ...]] = {}
    found: tuple[Clue, ...] = ()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.toggle(_("Clues: read the signs"), value=is_on(), key=_SWITCH, on_change=_switch)
        with st.popover(_("Add a clue"), icon=":material/add:"):
            seen = tuple(_seen(key_of(photos)))
    if is_on():
        try:
            with st.spinner(_("Reading the signs…")):
                lines = read(photos)
            found = clues_of([line for of_photo in lines.values() for line in of_photo])
        except CluesError:
            st.info(_(_SIGNS_NOT_INSTALLED), icon=":material/info:")
        else:
            if not found:
                read_some = any(lines.values())
                note(
                    _("The text says nothing of the country.") if read_some else _("No text read.")
                )
    if found:
        note(_("Text read in the photo; take away what misleads:"))
    counted = tuple(clue for clue in found if _counts(clue, photos[0].photo.sha256))
    for clue in seen:
        st.markdown(f"- {plain(sentence(clue))}")
    return Signs(lines, (*seen, *counted))


def _counts(clue: Clue, sha256: str) -> bool:
    key = f"clue {sha256[:8]} {clue.kind} {clue.what}"
    return st.checkbox(plain(sentence(clue)), value=True, key=key)


def _seen(place: str) -> Iterator[Clue]:
    text = st.text_input(
        _("I can read …"), key=f"reads {place}", max_chars=200, placeholder=_("e.g. Killorglin")
    )
    side = st.segmented_control(
        _("They drive on the …"),
        list(_SIDES),
        format_func=lambda one: _(_SIDES[one]),
        key=f"drives {place}",
    )
    sun = st.segmented_control(
        _("At midday the sun stands in the …"),
        list(_DIRECTIONS),
        format_func=lambda one: _(_DIRECTIONS[one]),
        key=f"sun {place}",
    )
    if text:
        try:
            clues = typed_text(text)
        except CluesError:
            st.info(_(_SIGNS_NOT_INSTALLED), icon=":material/info:")
        else:
            if not clues:
                note(_("That says nothing of the country."))
            yield from clues
    if side:
        yield drives_on(side)
    if sun:
        yield sun_in(sun)


def sentence(clue: Clue) -> str:
    """What was read or seen, and for which countries it speaks, in the reader's language."""
    strongest = [c for c, times in clue.likelihoods.items() if times >= 0.9 * clue.strength]
    named = strongest[:_NAMED]
    others = len(clue.likelihoods) - len(named)
    said = _(
        "{clue}: {countries} {times:.0f} times likelier",
        clue=_what(clue),
        countries=", ".join(map(name, named)),
        times=clue.strength,
    )
    return said + (" " + _("and {n} more", n=others) if others else "")


def _what(clue: Clue) -> str:
    if (clue.kind, clue.what) in _SEEN:
        return _(_SEEN[clue.kind, clue.what])
    return _(_KINDS[clue.kind], what=_named(clue))


def _named(clue: Clue) -> str:
    if clue.kind == Kind.SCRIPT:
        return Locale.parse(language()).scripts.get(_SCRIPTS.get(clue.what, ""), clue.what)
    if clue.kind == Kind.LANGUAGE:
        languages = Locale.parse(language()).languages
        return ", ".join(languages.get(code, code) for code in clue.what.split())
    return clue.what
