"""JPEG: its segments are sorted before the decoder sees them, and it is reduced while it is read.

The walk follows ITU-T T.81, annex B. The decoder gets the picture alone: Pillow reports damaged
EXIF and multi-picture indices through Python's process-wide warnings, and reads junk between
segments byte by byte.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from PIL.JpegImagePlugin import JpegImageFile

from geoloc.photo.errors import PhotoError
from geoloc.photo.picture import LONGEST_SIDE, MAX_PIXELS, MAX_STREAMED_PIXELS, Picture, check_size
from geoloc.text import _

_EOI, _SOS, _APP1 = 0xD9, 0xDA, 0xE1
_SEQUENTIAL_FRAMES = (0xC0, 0xC1, 0xC9)
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_DECODING = _FRAMES | {0xC4, 0xCC, 0xDB, 0xDD}
_STANDALONE = frozenset((0x01, *range(0xD0, 0xD9)))
# APP0 (JFIF) and APP14 (Adobe) say how the colours are stored, APP2 may hold the colour profile.
_COLOUR = {0xE0: (b"JFIF\x00",), 0xE2: (b"ICC_PROFILE\x00",), 0xEE: (b"Adobe",)}

# In entropy-coded data 0xFF is followed by a stuffed 0 or is a restart marker; else a segment.
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")

_MAX_SEGMENTS = 5_000
# Encoders write about ten. Each scan visits every block, however few bytes it takes in the file.
_MAX_SCANS = 40


@dataclass(frozen=True)
class _Layout:
    picture: bytes
    exif: bytes | None
    streams: bool


def decode_jpeg(data: bytes) -> Picture:
    """Decode a JPEG, at a half, a quarter or an eighth where that still is `LONGEST_SIDE` long."""
    layout = _layout(data)
    # Not Image.open, here and for the other kinds: it warns through the process-wide machinery.
    image = JpegImageFile(io.BytesIO(layout.picture))
    check_size(*image.size, MAX_STREAMED_PIXELS if layout.streams else MAX_PIXELS)
    # A side of 1 leaves the choice of the scale to the longer side.
    wide = image.width >= image.height
    image.draft(None, (LONGEST_SIDE, 1) if wide else (1, LONGEST_SIDE))
    image.load()
    return Picture(image, icc=image.info.get("icc_profile"), exif=layout.exif)


def jpeg_is_complete(data: bytes) -> bool:
    """Whether the end-of-image marker follows the last scan."""
    try:
        *_others, (_marker, start, _end) = _segments(data)
    except EOFError:
        return False
    return _EOI in _markers(data, start)


def _layout(data: bytes) -> _Layout:
    kept, exif, frame, components = [b"\xff\xd8"], None, None, 0
    for marker, start, end in _segments(data):
        payload = data[start + 4 : end]
        if marker == _SOS:
            streams = frame in _SEQUENTIAL_FRAMES and payload[:1] == bytes([components])
            if not streams and _scans(data, start) > _MAX_SCANS:
                raise PhotoError(
                    _(
                        "This JPEG is built of more than {layers} layers, which no camera writes. "
                        "Open it in an image editor, save it again and choose that copy.",
                        layers=_MAX_SCANS,
                    )
                )
            return _Layout(b"".join((*kept, data[start:])), exif, streams)
        if marker in _FRAMES:
            if frame is not None:
                raise ValueError("two frame headers")
            frame, components = marker, payload[5]
        if marker == _APP1 and payload.startswith(b"Exif\x00\x00") and exif is None:
            exif = payload
        if marker in _DECODING or payload.startswith(_COLOUR.get(marker, ())):
            kept.append(data[start:end])
    raise ValueError("no scan")


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Marker, start and end of each segment up to and including the first scan header."""
    at = 2
    for _segment in range(_MAX_SEGMENTS):
        start = data.find(b"\xff", at)
        if not 0 <= start < len(data) - 4:
            raise EOFError
        marker = data[start + 1]
        if marker in (0x00, 0xFF):
            at = start + 1
            continue
        if marker in _STANDALONE:
            at = start + 2
            continue
        end = start + 2 + int.from_bytes(data[start + 2 : start + 4], "big")
        if marker == _EOI or end < start + 4:
            raise ValueError("no segment")
        if end > len(data):
            raise EOFError
        yield marker, start, end
        if marker == _SOS:
            return
        at = end
    raise ValueError("too many segments")


def _scans(data: bytes, start: int) -> int:
    """How many scans follow, counted no further than needed."""
    scans = (marker for marker in _markers(data, start) if marker == _SOS)
    return sum(1 for _scan in islice(scans, _MAX_SCANS + 1))


def _markers(data: bytes, at: int) -> Iterator[int]:
    """The markers from a scan header to the end of the image.

    A payload is passed over by its declared length, as decoders do: a comment may hold the bytes of
    an end that is none.
    """
    for _segment in range(_MAX_SEGMENTS):
        match = _MARKER.search(data, at)
        if match is None:
            return
        marker, at = data[match.end() - 1], match.end()
        yield marker
        if marker == _EOI:
            return
        if marker not in _STANDALONE:
            at += max(2, int.from_bytes(data[at : at + 2], "big"))
    raise ValueError("too many segments")
