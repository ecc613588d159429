"""What stands beside the picture in a file: its fault is told, and never costs the picture."""

from __future__ import annotations

import zlib

from geoloc.errors import Notice

BAD_PROFILE = Notice(
    "bad_profile",
    "The colour profile of this photo is damaged or far too large, so its colours are shown as "
    "they are stored.",
)
BAD_TEXT = Notice(
    "bad_text",
    "A text beside the picture in this file is damaged or far too large; it is not used.",
)
BAD_TRANSPARENCY = Notice(
    "bad_transparency",
    "The transparency of this picture is damaged, so the picture is shown without it.",
)

# A press profile has two or three megabytes, a phone's six hundred bytes.
MAX_PROFILE = 4_000_000
MAX_TEXT = 4_000_000


def inflated(data: bytes, most: int) -> bytes:
    """What zlib has packed, if it is whole and no longer than `most` bytes.

    Raises:
        ValueError: if it is not.
    """
    stream = zlib.decompressobj()
    try:
        plain = stream.decompress(data, most)
    except zlib.error as error:
        raise ValueError("no zlib stream") from error
    if not stream.eof:
        raise ValueError("cut short, or too long")
    return plain
