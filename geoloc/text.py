"""The library's words: English sentences with places for values, which a program may translate.

The library itself knows English alone. A program that speaks with people in other languages gives
a `Translator` to `translate_with`; charts, maps and names of countries then come in its words.
Errors carry a code and parameters beside their sentence (`geoloc.errors`).
"""

from __future__ import annotations

from string import Formatter
from typing import Any, Protocol

ENGLISH = "en"


class Translator(Protocol):
    """What turns English into the words of whoever reads them."""

    def language(self) -> str:
        """The ISO 639-1 code of the language that is read now."""
        ...

    def message(self, english: str) -> str:
        """A message in that language, its places for values still in it."""
        ...

    def plural(self, one: str, many: str, number: float) -> str:
        """The form of a message that fits a number."""
        ...

    def number(self, written: str) -> str:
        """A number that is written as in English, such as "1,062.5", as that language writes it."""
        ...


class English:
    """No translation: what a library speaks when nobody asked for anything else."""

    def language(self) -> str:
        return ENGLISH

    def message(self, english: str) -> str:
        return english

    def plural(self, one: str, many: str, number: float) -> str:
        return one if number == 1 else many

    def number(self, written: str) -> str:
        return written


_translator: Translator = English()


def translate_with(translator: Translator) -> None:
    """From now on, words come from a translator; it is asked each time words are needed."""
    global _translator
    _translator = translator


def language() -> str:
    """The ISO 639-1 code of the language that words come in."""
    return _translator.language()


def _(message: str, /, **values: Any) -> str:
    """A message in the reader's language.

    Args:
        message: in English, with places for values as `str.format` has them.
        values: put in there; numbers with a format are written as the language writes them.
            Without any, braces stay as they are.
    """
    return _filled(_translator.message(message) if message else "", values)


def ngettext(one: str, many: str, number: float, /, **values: Any) -> str:
    """A message whose words depend on a number, which fills `{n}`.

    Args:
        one: in English, for one.
        many: for any other number.
        number: which of them.
        values: what else is put in.
    """
    return _filled(_translator.plural(one, many, number), {"n": number, **values})


def N_(message: str) -> str:  # noqa: N802 - the usual name for it
    """Marks a constant as a message: it is looked up with `_` where it is shown."""
    return message


def formatted(number: float, form: str) -> str:
    """A number as the reader's language writes it: 0.4 with ".0%" is "40%", and "40 %" in French.

    Args:
        number: any.
        form: as `format` takes it.
    """
    return _translator.number(format(number, form))


class _Filler(Formatter):
    def format_field(self, value: Any, form: str) -> str:
        if form and isinstance(value, int | float):
            return formatted(value, form)
        return format(value, form)


def _filled(message: str, values: dict[str, Any]) -> str:
    return _Filler().vformat(message, (), values) if values else message
