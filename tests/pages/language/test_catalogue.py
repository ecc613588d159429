"""Words and numbers in the reader's language, and that French lacks none."""

import ast
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from geoloc.errors import GeolocError, Notice
from geoloc.settings import PROJECT
from pages.gallery import entries
from pages.language import LANGUAGES, _, ask_reader, formatted, language, ngettext, said
from pages.language.message import FOLDER

ROOT = PROJECT
MARKS = {"_": 1, "N_": 1, "ngettext": 2}
"""What marks a message, and how many texts it has."""

reader: ContextVar[str] = ContextVar("reader", default="en")


@pytest.fixture(autouse=True)
def asked() -> Iterator[None]:
    before = ask_reader(reader.get)
    reader.set("en")
    yield
    ask_reader(before)


def extracted() -> set[tuple[str, ...]]:
    """All messages of the sources, one and many of those that depend on a number."""
    messages = {(text,) for photo in entries() for text in (photo.title, photo.place)}
    for file in (ROOT / "app.py", *ROOT.glob("pages/**/*.py"), *ROOT.glob("geoloc/**/*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                texts = tuple(getattr(part, "value", None) for part in node.args)
                texts = texts[wording(getattr(node.func, "id", ""), texts)]
                if texts and all(isinstance(text, str) for text in texts):
                    messages.add(texts)
    return messages


def wording(function: str, arguments: tuple[object, ...]) -> slice:
    """Which arguments of a call are a message."""
    if function in MARKS:
        return slice(0, MARKS[function])
    # An error or a notice of the library: its code, then its sentence.
    says = function == "Notice" or function.endswith("Error")
    coded = len(arguments) > 1 and isinstance(arguments[0], str) and arguments[0].isidentifier()
    return slice(1, 2) if says and coded else slice(0)


def catalogue(code: str) -> dict[tuple[str, ...], tuple[str, ...]]:
    with (FOLDER / f"{code}.po").open("rb") as file:
        told = read_po(file, locale=code)
    return {as_tuple(message.id): as_tuple(message.string) for message in told if message.id}


def as_tuple(text: str | tuple[str, ...]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def places(text: str) -> set[tuple[str, str]]:
    """The values that a message takes, and how they are written."""
    return {(name, form or "") for _t, name, form, _c in Formatter().parse(text) if name}


@pytest.mark.parametrize("code", list(LANGUAGES)[1:])
def test_a_language_has_every_message_and_no_other(code):
    known = catalogue(code)
    assert not sorted(extracted() - known.keys()), "not translated"
    authors = {(photo.author,) for photo in entries()}
    assert not sorted(known.keys() - extracted() - authors), "no longer said"
    assert not [english for english, words in known.items() if not all(words)], "empty"


@pytest.mark.parametrize("code", list(LANGUAGES)[1:])
def test_a_translation_takes_the_values_of_its_message(code):
    for english, words in catalogue(code).items():
        if not any("{" in text for text in english):
            continue
        taken = set().union(*map(places, english))
        for sentence in words:
            assert places(sentence) <= taken, sentence
        assert set().union(*map(places, words)) == taken, english


def test_a_message_is_said_in_the_readers_language():
    assert _("Locate") == "Locate"
    reader.set("fr")
    assert _("Locate") == "Localiser"


def test_an_error_is_said_in_the_readers_language_with_all_that_it_names():
    likeness = Notice("likeness", "a PDF document")
    error = GeolocError("other", "{count:,} photos, {likeness}", count=1062, likeness=likeness)
    assert said(error) == str(error) == "1,062 photos, a PDF document"
    reader.set("fr")
    assert said(error) == "1\u202f062 photos, un document PDF"
    assert str(error) == "1,062 photos, a PDF document"


def test_an_error_that_is_not_the_library_s_keeps_its_own_words():
    reader.set("fr")
    assert said(OSError("disk on fire")) == "disk on fire"


def test_a_message_without_a_translation_is_said_in_english():
    reader.set("fr")
    assert _("No one translated this.") == "No one translated this."
    assert _("") == ""


def test_who_reads_an_unknown_language_is_told_in_english():
    reader.set("tlh")
    assert language() == "en"


def test_braces_stay_where_no_value_is_given():
    assert _("@software{x}") == "@software{x}"


@pytest.mark.parametrize(
    ("number", "form", "english", "french"),
    [
        (1062, ",", "1,062", "1\u202f062"),
        (1234.5, ",.1f", "1,234.5", "1\u202f234,5"),
        (0.4, ".0%", "40%", "40\u202f%"),
        (-0.25, ".2f", "-0.25", "-0,25"),
        (7, "d", "7", "7"),
    ],
)
def test_numbers_are_written_as_the_language_writes_them(number, form, english, french):
    assert formatted(number, form) == english
    assert _("{n:" + form + "}", n=number) == english
    reader.set("fr")
    assert formatted(number, form) == french
    assert _("{n:" + form + "}", n=number) == french


@pytest.mark.parametrize(
    ("photos", "english", "french"),
    [
        (0, "0 photos", "0 photo"),
        (1, "1 photo", "1 photo"),
        (1062, "1,062 photos", "1\u202f062 photos"),
    ],
)
def test_plurals_follow_the_language(photos, english, french):
    assert ngettext("{n:,} photo", "{n:,} photos", photos) == english
    reader.set("fr")
    assert ngettext("{n:,} photo", "{n:,} photos", photos) == french


def test_each_reader_is_told_in_their_own_language():
    def told(code: str) -> str:
        reader.set(code)
        return _("Locate")

    with ThreadPoolExecutor(max_workers=2) as readers:
        assert list(readers.map(told, ["fr", "en"] * 20)) == ["Localiser", "Locate"] * 20
