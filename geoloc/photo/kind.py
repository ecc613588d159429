"""What a file is by its first bytes, whatever its name claims."""

from __future__ import annotations

import codecs
import re
from enum import Enum
from pathlib import Path

from geoloc.errors import Notice
from geoloc.photo.errors import PhotoError
from geoloc.text import N_

EXTENSIONS = (
    *("jpg", "jpeg", "jpe", "jfif", "jif", "pjpeg", "pjp", "mpo"),
    *("png", "apng"),
    "webp",
    *("heic", "heics", "heif", "heifs", "hif"),
    *("avif", "avifs"),
)
"""File name endings of the accepted kinds, as cameras and systems write them.

What a file is, its bytes decide; this list only picks the photos out of folders, tables and
archives, and there is no other one.
"""

_ENDINGS = tuple(f".{extension}" for extension in EXTENSIONS)

ACCEPTED = N_("Choose a JPEG, PNG, WebP, HEIC or AVIF photo.")


class FileKind(Enum):
    """The accepted kinds of file, by the name that people know."""

    JPEG = "JPEG"
    PNG = "PNG"
    WEBP = "WebP"
    HEIC = "HEIC"
    AVIF = "AVIF"


_HEIC_BRANDS = frozenset(
    (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1")
)
_AVIF_BRANDS = frozenset((b"avif", b"avis"))

_FOREIGN = (
    (b"GIF8", N_("a GIF (a drawing or an animation)")),
    (b"%PDF", N_("a PDF document")),
    (b"PK\x03\x04", N_("a ZIP archive or an Office document")),
    (b"PK\x05\x06", N_("an empty ZIP archive")),
    (b"Rar!", N_("a RAR archive")),
    (b"7z\xbc\xaf\x27\x1c", N_("a 7-Zip archive")),
    (b"\x1f\x8b", N_("a gzip archive")),
    (b"II*\x00", N_("a TIFF or a camera's raw file")),
    (b"MM\x00*", N_("a TIFF or a camera's raw file")),
    (b"BM", N_("a Windows bitmap (BMP)")),
    (b"8BPS", N_("a Photoshop document")),
    (b"\x00\x00\x01\x00", N_("an icon")),
    (b"\x00\x00\x00\x0cJXL ", N_("a JPEG XL picture")),
    (b"\xff\x0a", N_("a JPEG XL picture")),
    (b"\x00\x00\x00\x0cjP  ", N_("a JPEG 2000 picture")),
    (b"\x1aE\xdf\xa3", N_("a video (WebM or Matroska)")),
    (b"ID3", N_("a sound (MP3)")),
    (b"OggS", N_("a sound or video (Ogg)")),
    (b"fLaC", N_("a sound (FLAC)")),
    (b"MZ", N_("a program")),
    (b"\x7fELF", N_("a program")),
    (b"SQLite format 3", N_("a database")),
    (b"\xff\xfe", N_("a text file")),
    (b"\xfe\xff", N_("a text file")),
)
_RIFF = {b"AVI ": N_("a video (AVI)"), b"WAVE": N_("a sound (WAV)")}
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")

_HEAD_BYTES = 256
"""What the kind of a file is seen from."""


def is_photo_name(name: str) -> bool:
    """Whether a file's name ends as a photo's does, in large letters or small."""
    return name.lower().endswith(_ENDINGS)


def kind_of(data: bytes) -> FileKind:
    """Which of the accepted kinds these bytes start like.

    Raises:
        PhotoError: if they start like none of them; it names what they start like.
    """
    if not data:
        raise PhotoError(
            "empty",
            "This file is empty (0 bytes). Perhaps it was not copied or downloaded to its "
            "end: fetch it again, then choose it once more.",
        )
    if data.startswith(b"\xff\xd8\xff"):
        return FileKind.JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return FileKind.PNG
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return FileKind.WEBP
    brands = _brands(data)
    if brands & _AVIF_BRANDS:
        return FileKind.AVIF
    if brands & _HEIC_BRANDS:
        return FileKind.HEIC
    likeness = _likeness(data)
    if likeness is None:
        raise PhotoError(
            "unknown_kind",
            "This file is not a photo: it starts like no kind of picture known here. {advice}",
            advice=Notice("accepted", ACCEPTED),
        )
    raise PhotoError(
        "other_kind",
        "This file is not a photo that can be read here: it starts like {likeness}. {advice}",
        likeness=Notice("likeness", likeness),
        advice=Notice("accepted", ACCEPTED),
    )


def _brands(data: bytes) -> set[bytes]:
    """The brands in the leading `ftyp` box of an ISO base media file, none for other files."""
    if data[4:8] != b"ftyp":
        return set()
    # A box of ordinary length lists a dozen brands; 256 bytes bound what a forged one costs.
    end = min(int.from_bytes(data[:4], "big"), 256)
    compatible = {data[at : at + 4] for at in range(16, end - 3, 4)}
    return {data[8:12]} | compatible


def _likeness(data: bytes) -> str | None:
    for magic, what in _FOREIGN:
        if data.startswith(magic):
            return what
    if data.startswith(b"RIFF"):
        return _RIFF.get(data[8:12])
    if data[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free"):
        return N_("a camera's raw file") if data[8:12] == b"crx " else N_("a video (MP4 or MOV)")
    return _text_likeness(data[:1024])


def _text_likeness(head: bytes) -> str | None:
    try:
        # Not final: the cut may have split a character.
        text = codecs.getincrementaldecoder("utf-8-sig")().decode(head)
    except UnicodeDecodeError:
        return None
    if _CONTROL.search(text):
        return None
    text = text.lstrip().lower()
    if text.startswith(("<!doctype html", "<html", "<head", "<body")):
        return N_("a web page (HTML)")
    if text.startswith("<") and "<svg" in text:
        return N_("a vector drawing (SVG)")
    if text.startswith("<?xml"):
        return N_("an XML file")
    return N_("a text file")


def is_photo(path: Path) -> bool:
    """Whether a file is a photo by its name, or else by its first bytes."""
    return is_photo_name(path.name) or is_photo_inside(path)


def is_photo_inside(path: Path) -> bool:
    """Whether a file begins like a photo, whatever it is called."""
    try:
        with path.open("rb") as file:
            return starts_like_photo(file.read(_HEAD_BYTES))
    except (OSError, ValueError):
        return False


def starts_like_photo(data: bytes) -> bool:
    """Whether the first bytes of a file are a photo's."""
    try:
        kind_of(data)
    except PhotoError:
        return False
    return True
