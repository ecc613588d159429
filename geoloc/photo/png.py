"""PNG: only the chunks that make the picture reach the decoder.

The walk follows the W3C's PNG specification, chapter 5. Pillow reports damaged animation chunks
through Python's process-wide warnings, and inflates text that nobody reads.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

from PIL.PngImagePlugin import PngImageFile

from geoloc.photo.picture import Picture, check_size

_SIGNATURE_LENGTH = 8
_PICTURE = frozenset((b"IHDR", b"PLTE", b"tRNS", b"iCCP", b"IDAT", b"IEND"))
# At the customary 8 KB a chunk, the largest accepted file has four thousand.
_MAX_CHUNKS = 100_000


def decode_png(data: bytes) -> Picture:
    """Decode a PNG; of an animated one its default picture."""
    kept, exif, seen = [data[:_SIGNATURE_LENGTH]], None, set()
    for name, start, end in _chunks(data):
        # Each profile is inflated as it is met: twenty thousand small ones take a minute.
        if name in _PICTURE and (name == b"IDAT" or name not in seen):
            kept.append(data[start:end])
        if name == b"eXIf":
            exif = data[start + 8 : end - 4]
        seen.add(name)
    image = PngImageFile(io.BytesIO(b"".join(kept)))
    check_size(*image.size)
    image.load()
    return Picture(image, icc=image.info.get("icc_profile"), exif=exif, animated=b"acTL" in seen)


def png_is_complete(data: bytes) -> bool:
    """Whether the chunk that ends every PNG is there."""
    return b"IEND\xaeB`\x82" in data


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Name, start and end of each chunk."""
    at = _SIGNATURE_LENGTH
    for _ in range(_MAX_CHUNKS):
        if at + 8 > len(data):
            return
        name = data[at + 4 : at + 8]
        end = at + 12 + int.from_bytes(data[at : at + 4], "big")
        yield name, at, end
        if name == b"IEND":
            return
        at = end
    raise ValueError("too many chunks")
