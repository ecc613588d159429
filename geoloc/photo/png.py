"""PNG: only what makes the picture reaches the decoder, and no more of it at once than it needs.

The walk follows the W3C's PNG specification, chapter 5. Pillow reports damaged animation chunks
through Python's process-wide warnings, inflates text that nobody reads, and refuses the picture for
a profile that is too long.
"""

from __future__ import annotations

import io
import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from PIL import Image
from PIL.PngImagePlugin import PngImageFile

from geoloc.errors import Notice
from geoloc.photo import sides
from geoloc.photo.bands import spans, stacked
from geoloc.photo.picture import MAX_PIXELS, MAX_WHOLE_PIXELS, Metadata, Picture, check_size

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_TEXTS = frozenset((b"tEXt", b"zTXt", b"iTXt"))
# At the customary 8 KB a chunk, the largest accepted file has four thousand.
_MAX_CHUNKS = 100_000
_PIECE = 65536
# More takes longer than two seconds. A camera's picture of this size is no PNG of 30 MB anyway.
_MAX_INFLATED = 160_000_000

_GREY, _RGB, _PALETTE = 0, 2, 3
# By depth and kind of colour, the bytes of a pixel and what Pillow calls the layout, where it gives
# rows back as they were stored: the filters of the next band need the last row of this one.
_BANDED = {
    (8, _GREY): (1, "L"),
    (8, _RGB): (3, "RGB"),
    (8, _PALETTE): (1, "P"),
    (8, 4): (2, "LA"),
    (8, 6): (4, "RGBA"),
    (16, _GREY): (2, "I;16B"),
}

# ImageMagick keeps other formats' blocks as a text: a name, a length, and hexadecimal digits.
_RAW_PROFILES = {
    b"Raw profile type exif": "exif",
    b"Raw profile type APP1": "exif",
    b"Raw profile type xmp": "xmp",
}
_RAW = re.compile(rb"\n[^\n]*\n\s*(\d{1,8})\n([0-9a-fA-F\s]*)\x00?")
_XMP_KEY = b"XML:com.adobe.xmp"
_XMP_PREFIX = b"http://ns.adobe.com/xap/1.0/\x00"


@dataclass
class _PngParts:
    """What the walk over the chunks collects."""

    header: bytes = b""
    palette: bytes = b""
    transparency: bytes = b""
    pixels: list[tuple[int, int]] = field(default_factory=list)
    icc: bytes | None = None
    exif: list[bytes] = field(default_factory=list)
    raw_exif: list[bytes] = field(default_factory=list)
    xmp: bytes | None = None
    animated: bool = False
    warnings: dict[Notice, None] = field(default_factory=dict)
    text_left: int = sides.MAX_TEXT

    @property
    def all_exif(self) -> tuple[bytes, ...]:
        """The blocks, that to believe first before the others."""
        # What PNG itself provides for it is believed before what programs did without.
        return (*self.exif, *self.raw_exif)


def decode_png(data: bytes) -> Picture:
    """Decode a PNG; of an animated one its default picture."""
    parts = _parts(data)
    width, height, depth, colour, _packing, _filters, interlaced = struct.unpack(
        ">IIBBBBB", parts.header
    )
    pixel_bytes, _mode = _BANDED.get((depth, colour), (0, ""))
    banded = pixel_bytes and not interlaced
    most = min(MAX_PIXELS, _MAX_INFLATED // pixel_bytes) if banded else MAX_WHOLE_PIXELS
    check_size(width, height, most)
    if colour == _PALETTE and not parts.palette:
        raise ValueError("no palette")
    image = stacked(_bands(data, parts), width, height) if banded else _whole(data, parts)
    return Picture(
        image,
        icc=parts.icc,
        exif=parts.all_exif,
        xmp=parts.xmp,
        animated=parts.animated,
        warnings=tuple(parts.warnings),
    )


def png_size(data: bytes) -> tuple[int, int]:
    """Width and height that the header gives."""
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def png_metadata(data: bytes) -> Metadata:
    """The blocks of all chunks."""
    parts = _parts(data)
    return parts.all_exif, parts.xmp


def png_is_complete(data: bytes) -> bool:
    """Whether the chunk that ends every PNG is there."""
    return b"IEND\xaeB`\x82" in data


def _bands(data: bytes, parts: _PngParts) -> Iterator[Image.Image]:
    """The picture from top to bottom.

    Each band is handed to Pillow as a PNG of its own, whose first row is the last one before.
    """
    width, height, depth, colour = struct.unpack(">IIBB", parts.header[:10])
    pixel_bytes, layout = _BANDED[depth, colour]
    row_bytes = 1 + width * pixel_bytes
    stream = _Inflating(data, parts.pixels)
    last = b""
    for top, bottom in spans(width, height):
        rows = last + stream.read(row_bytes * (bottom - top))
        lead = len(last) // row_bytes
        header = struct.pack(">II", width, lead + bottom - top) + parts.header[8:]
        image = _decoded(header, parts, zlib.compress(rows, 0))
        if lead:
            image = image.crop((0, 1, width, image.height))
        if bottom < height:
            bare = image.crop((0, image.height - 1, width, image.height))
            last = b"\x00" + bare.tobytes("raw", layout)
        yield image


def _whole(data: bytes, parts: _PngParts) -> Image.Image:
    """The picture in 8 bits, reduced before a band of it is converted, and not the other way."""
    packed = b"".join(data[start:end] for start, end in parts.pixels)
    image = _decoded(parts.header, parts, packed)
    width, height = image.size
    bands = (image.crop((0, top, width, bottom)) for top, bottom in spans(width, height))
    return stacked(bands, width, height)


def _decoded(header: bytes, parts: _PngParts, packed: bytes) -> Image.Image:
    chunks = (
        _chunk(b"IHDR", header),
        _chunk(b"PLTE", parts.palette) if parts.palette else b"",
        _chunk(b"tRNS", parts.transparency) if parts.transparency else b"",
        _chunk(b"IDAT", packed),
        _chunk(b"IEND", b""),
    )
    image = PngImageFile(io.BytesIO(_SIGNATURE + b"".join(chunks)))
    image.load()
    return image


def _chunk(name: bytes, payload: bytes) -> bytes:
    checksum = zlib.crc32(payload, zlib.crc32(name))
    return struct.pack(">I", len(payload)) + name + payload + struct.pack(">I", checksum)


class _Inflating:
    """The rows of a picture, inflated as they are asked for."""

    def __init__(self, data: bytes, pieces: list[tuple[int, int]]) -> None:
        # Small pieces: what is left of one is copied each time.
        self._pieces = (
            data[at : min(at + _PIECE, end)]
            for start, end in pieces
            for at in range(start, end, _PIECE)
        )
        self._stream = zlib.decompressobj()
        self._left = b""

    def read(self, count: int) -> bytes:
        """So many bytes.

        Raises:
            EOFError: if there are fewer.
        """
        parts: list[bytes] = []
        while count:
            packed = self._left or next(self._pieces, b"")
            part = self._stream.decompress(packed, count)
            if not part and (not packed or self._stream.eof):
                raise EOFError("too few rows")
            self._left = self._stream.unconsumed_tail
            parts.append(part)
            count -= len(part)
        return b"".join(parts)


def _parts(data: bytes) -> _PngParts:
    parts = _PngParts()
    for name, start, end in _chunks(data):
        payload = data[start + 8 : end - 4]
        if name == b"IDAT":
            parts.pixels.append((start + 8, min(end - 4, len(data))))
            continue
        sound = data[end - 4 : end] == zlib.crc32(data[start + 4 : end - 4]).to_bytes(4, "big")
        if name in (b"IHDR", b"PLTE"):
            _critical(parts, name, payload, sound)
        elif name == b"tRNS":
            _transparency(parts, payload, sound)
        elif name == b"iCCP":
            _profile(parts, payload, sound)
        elif name in _TEXTS:
            _text(parts, name, payload, sound)
        elif name == b"eXIf":
            parts.exif.append(payload)
        elif name == b"acTL":
            parts.animated = True
    if not parts.header:
        raise ValueError("no header")
    return parts


def _critical(parts: _PngParts, name: bytes, payload: bytes, sound: bool) -> None:
    if name == b"IHDR":
        if parts.header or not sound or len(payload) != 13:
            raise ValueError("no header")
        parts.header = payload
    elif parts.header[9:10] == bytes([_PALETTE]) and not parts.palette:
        if not sound or not payload or len(payload) % 3 or len(payload) > 768:
            raise ValueError("no palette")
        parts.palette = payload


def _transparency(parts: _PngParts, payload: bytes, sound: bool) -> None:
    colour = parts.header[9:10]
    fits = {
        bytes([_GREY]): len(payload) == 2,
        bytes([_RGB]): len(payload) == 6,
        bytes([_PALETTE]): 0 < len(payload) <= len(parts.palette) // 3,
    }
    if parts.transparency or parts.pixels or not sound or not fits.get(colour, False):
        parts.warnings[sides.BAD_TRANSPARENCY] = None
    else:
        parts.transparency = payload


def _profile(parts: _PngParts, payload: bytes, sound: bool) -> None:
    # Each profile is inflated as it is met: twenty thousand small ones would take a minute.
    if parts.icc is not None or sides.BAD_PROFILE in parts.warnings:
        return
    _name, _end, packed = payload.partition(b"\x00")
    try:
        if not sound or packed[:1] != b"\x00":
            raise ValueError("no profile")
        parts.icc = sides.inflated(packed[1:], sides.MAX_PROFILE)
    except ValueError:
        parts.warnings[sides.BAD_PROFILE] = None


def _text(parts: _PngParts, name: bytes, payload: bytes, sound: bool) -> None:
    try:
        if not sound:
            raise ValueError("wrong checksum")
        key, text = _key_and_text(name, payload, parts.text_left)
        parts.text_left -= len(text)
        raw = _RAW_PROFILES.get(key)
        if raw:
            text = _unraw(text)
    except ValueError:
        parts.warnings[sides.BAD_TEXT] = None
        return
    if (key == _XMP_KEY or raw == "xmp") and parts.xmp is None:
        parts.xmp = text
    elif raw == "exif" and text.startswith(_XMP_PREFIX):
        parts.xmp = parts.xmp or text.removeprefix(_XMP_PREFIX)
    elif raw == "exif":
        parts.raw_exif.append(text)


def _key_and_text(name: bytes, payload: bytes, most: int) -> tuple[bytes, bytes]:
    """What the text is about, and the text, of a chunk of one of the three kinds."""
    key, end, text = payload.partition(b"\x00")
    packed = name == b"zTXt"
    if name == b"iTXt":
        packed = text[:1] == b"\x01"
        _language, end, text = text[2:].partition(b"\x00")
        _translated, end, text = text.partition(b"\x00") if end else (b"", b"", b"")
    elif packed:
        text = text[1:]
    if not end or len(text) > most:
        raise ValueError("no text, or too long a one")
    return key, sides.inflated(text, most) if packed else text


def _unraw(text: bytes) -> bytes:
    match = _RAW.fullmatch(text)
    if match is None:
        raise ValueError("no raw profile")
    block = bytes.fromhex(match[2].decode())
    if len(block) < int(match[1]):
        raise ValueError("cut short")
    return block[: int(match[1])]


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Name, start and end of each chunk."""
    at = len(_SIGNATURE)
    for _chunk_number in range(_MAX_CHUNKS):
        if at + 8 > len(data):
            return
        name = data[at + 4 : at + 8]
        end = at + 12 + int.from_bytes(data[at : at + 4], "big")
        yield name, at, end
        if name == b"IEND":
            return
        at = end
    raise ValueError("too many chunks")
