"""What gives the library and the pages their words: gettext catalogues, and numbers by CLDR."""

from __future__ import annotations

import gettext
import io
from functools import cache
from pathlib import Path

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from geoloc.text import translate_with
from pages.language.reader import SOURCE, language

FOLDER = Path(__file__).parent


class Catalogues:
    """Translates into the language of whoever reads just now."""

    def language(self) -> str:
        return language()

    def message(self, english: str) -> str:
        return _messages(language()).gettext(english)

    def plural(self, one: str, many: str, number: float) -> str:
        return _messages(language()).ngettext(one, many, number)

    def number(self, written: str) -> str:
        code = language()
        return written if code == SOURCE else written.translate(_marks(code))


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


translate_with(Catalogues())
