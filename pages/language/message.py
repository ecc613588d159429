"""Messages in the reader's language, with numbers as that language writes them."""

from __future__ import annotations

import gettext
import io
from functools import cache
from numbers import Number
from pathlib import Path
from string import Formatter
from typing import Any

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from pages.language.reader import SOURCE, language

FOLDER = Path(__file__).parent


def _(message: str, /, **values: Any) -> str:
    """A message in the reader's language.

    Args:
        message: in English, with places for values as `str.format` has them.
        values: put in there; numbers with a format are written as the language writes them.
            Without any, braces stay as they are.
    """
    return _filled(_messages(language()).gettext(message) if message else "", values)


def ngettext(one: str, many: str, number: float, /, **values: Any) -> str:
    """A message whose words depend on a number, which fills `{n}`.

    Args:
        one: in English, for one.
        many: for any other number.
        number: which of them.
        values: what else is put in.
    """
    said = _messages(language()).ngettext(one, many, number)
    return _filled(said, {"n": number, **values})


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for it
    """Marks a constant as a message: it is looked up with `_` where it is shown."""
    return message


def formatted(number: float, form: str) -> str:
    """A number as the reader's language writes it: 0.4 with ".0%" is "40%", and "40 %" in French.

    Args:
        number: any.
        form: as `format` takes it.
    """
    written = format(number, form)
    if language() == SOURCE:
        return written
    return written.translate(_marks(language()))


class _Filler(Formatter):
    def format_field(self, value: Any, form: str) -> str:
        if form and isinstance(value, Number):
            return formatted(value, form)
        return format(value, form)


def _filled(message: str, values: dict[str, Any]) -> str:
    return _Filler().vformat(message, (), values) if values else message


@cache
def _marks(code: str) -> dict[int, str]:
    """What a language has for the marks of an English number."""
    symbols = Locale.parse(code).number_symbols["latn"]
    return str.maketrans({",": symbols["group"], ".": symbols["decimal"], "%": "\u202f%"})


@cache
def _messages(code: str) -> gettext.NullTranslations:
    if code == SOURCE:
        return gettext.NullTranslations()
    with (FOLDER / f"{code}.po").open("rb") as file:
        catalogue = read_po(file, locale=code)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
