"""The bytes of a table as text, whatever program saved it."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from geoloc.errors import Notice
from geoloc.photo_list.errors import PhotoListError
from geoloc.text import N_

MAX_BYTES = 300_000_000
"""A longer table would not fit into memory together with what is made of it."""

_FOREIGN = (
    (b"PK\x03\x04", N_("a workbook (Excel or OpenDocument) or a ZIP")),
    (b"\xd0\xcf\x11\xe0", N_("an old Excel workbook")),
    (b"\x1f\x8b", N_("packed with gzip")),
    (b"%PDF", N_("a PDF document")),
    (b"SQLite format 3", N_("a database")),
    (b"PAR1", N_("a Parquet table")),
    (b"\xff\xd8\xff", N_("a JPEG photo")),
    (b"\x89PNG", N_("a PNG picture")),
)
_MARKUP = re.compile(r"\s*<(?:!doctype|html|table|\?xml|head|body|workbook)", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x19\x1b-\x1f\x7f]")
# Each begins with what the next is, so the longer goes first.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (codecs.BOM_UTF8, "utf-8-sig"),
)


def text_of(path: Path, most: int | None = None) -> str:
    r"""A table's text, its lines ended by \n.

    UTF-8, UTF-16 and UTF-32 are told by their first bytes; what is none of them is Windows-1252.

    Args:
        path: the file.
        most: bytes of its beginning to read; None for all.

    Raises:
        PhotoListError: if it is no text, too long, or cannot be read.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise PhotoListError(
                "too_long",
                "{file} is longer than {most:,} MB. Split it into several tables.",
                file=path.name,
                most=MAX_BYTES // 1_000_000,
            )
        with path.open("rb") as file:
            data = file.read(-1 if most is None else most)
    except PhotoListError:
        raise
    except (OSError, ValueError) as error:
        raise PhotoListError(
            "unreadable",
            "{file} cannot be opened: {error}.",
            file=path.name,
            error=error,
        ) from error
    for start, what in _FOREIGN:
        if data.startswith(start):
            raise _no_table(path, what)
    text = _decoded(data, len(data) < (most or len(data) + 1))
    if _MARKUP.match(text):
        raise _no_table(path, N_("a web page or XML"))
    if len(_CONTROL.findall(text[:4096])) > len(text[:4096]) / 100:
        raise _no_table(path, N_("no text"))
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


def _no_table(path: Path, what: str) -> PhotoListError:
    return PhotoListError(
        "no_csv",
        "{file} is no CSV: it is {what}. Open it in the program that made it and save it as CSV "
        "(UTF-8), or give another file.",
        file=path.name,
        what=Notice("kind", what),
    )


def _decoded(data: bytes, whole: bool) -> str:
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), _without_mark(data))
    try:
        return codecs.getincrementaldecoder(encoding)().decode(data, final=whole)
    except UnicodeDecodeError:
        # Windows-1252 has a few bytes that mean nothing; other encodings, pairs that do not.
        fallback = "cp1252" if encoding.startswith("utf-8") else encoding
        return data.decode(fallback, errors="replace")


def _without_mark(data: bytes) -> str:
    """UTF-16 shows by its empty bytes: every other one, in the languages of column names."""
    head = data[:1024]
    even, odd = head[0::2], head[1::2]
    if odd.count(0) > len(odd) / 2 > even.count(0):
        return "utf-16-le"
    return "utf-16-be" if even.count(0) > len(even) / 2 > odd.count(0) else "utf-8"
