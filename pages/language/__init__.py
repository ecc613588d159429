"""Words and numbers for people, in the language of whoever reads them.

Messages are written in English where they are needed, and looked up there when they are shown:
`_("{count:,} photos", count=1062)`. A language is a file of gettext messages beside this one.
"""

from geoloc.text import N_, _, formatted, ngettext
from pages.language import message  # noqa: F401 - from here on, the library's words are the reader's
from pages.language.reader import LANGUAGES, ask_reader, language, speaking
from pages.language.said import said

__all__ = [
    "LANGUAGES",
    "N_",
    "_",
    "ask_reader",
    "formatted",
    "language",
    "ngettext",
    "said",
    "speaking",
]
