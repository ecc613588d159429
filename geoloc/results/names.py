"""Text from strangers, such as names of files, that no reader of a result may stumble over."""

from __future__ import annotations

import io
import re
import sys

_UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_HALF = re.compile(r"[\ud800-\udfff]")
_FORMULA = tuple("=+-@＝＋－＠")


def harmless(text: str) -> str:
    """Text that UTF-8 can hold, on one line: halves of characters become U+FFFD.

    A path whose bytes are no UTF-8 reaches Python with such halves.
    """
    return _HALF.sub("\ufffd", _UNFIT.sub(" ", text))


def write_any_name() -> None:
    """Let standard output and error write any letter, escaped where their encoding lacks it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def cell(text: str) -> str:
    """Harmless text that no spreadsheet takes for a formula: an apostrophe goes before one.

    After OWASP, "CSV Injection": what begins with = + - @, also in their wide forms, is run.
    """
    plain = harmless(text)
    return f"'{plain}" if plain.lstrip().startswith(_FORMULA) else plain
