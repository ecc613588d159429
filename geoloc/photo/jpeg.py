"""JPEG: its segments are sorted before the decoder sees them, and it is reduced while it is read.

The walk follows ITU-T T.81, annex B. The decoder gets the picture alone: Pillow reports damaged
EXIF and multi-picture indices through Python's process-wide warnings, and reads junk between
segments byte by byte.
"""

from __future__ import annotations

import io
import math
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile

from geoloc.errors import Notice
from geoloc.photo import sides
from geoloc.photo.errors import BreaksOffError, PhotoError
from geoloc.photo.picture import (
    LONGEST_SIDE,
    MAX_MEMORY,
    MAX_PIXELS,
    MAX_STREAMED_PIXELS,
    Metadata,
    Picture,
    check_size,
)

_SOI, _EOI, _SOS, _APP1, _APP2 = 0xD8, 0xD9, 0xDA, 0xE1, 0xE2
_SEQUENTIAL_FRAMES = (0xC0, 0xC1, 0xC9)
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_DECODING = _FRAMES | {0xC4, 0xCC, 0xDB, 0xDD}
_STANDALONE = frozenset((0x01, *range(0xD0, 0xD9)))
# APP0 (JFIF) and APP14 (Adobe) say how the colours are stored; shorter ones say nothing.
_COLOUR = {0xE0: (b"JFIF\x00", 14), 0xEE: (b"Adobe", 12)}
_EXIF, _XMP = b"Exif\x00", b"http://ns.adobe.com/xap/1.0/\x00"
_PROFILE = b"ICC_PROFILE\x00"

# In entropy-coded data 0xFF is followed by a stuffed 0 or is a restart marker; else a segment.
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")

_MAX_SEGMENTS = 5_000


# Encoders write about ten layers. Each visits every block, however few bytes it takes in the file.
_MAX_SCANS = 40
_COEFFICIENT_BYTES = 2
# Beside the coefficients there are the file itself and the reduced picture.
_BUFFER = MAX_MEMORY - 32_000_000
# What libjpeg gives for blocks that are missing, as it is and where Pillow takes it for ink.
_NOTHING = frozenset((127, 128))
_END = b"\xff\xd9"
# Another picture may follow one whose own end is not marked. One search: over megabytes it counts.
_END_OR_NEXT = re.compile(rb"\xff(?:\xd9|\xd8\xff(?!\xd9))")


@dataclass
class _Layout:
    """What the walk over the segments collects.

    Attributes:
        kept: what the decoder needs before the first scan.
        frame: marker and payload of the frame header.
        streams: whether one scan holds the whole picture, so that rows come as they are read.
        scan: where the first scan begins.
        scans: payload of each scan header, and where it begins; none of a picture that streams.
        end: where the picture ends.
        ended: whether that end is marked.
    """

    kept: list[bytes] = field(default_factory=lambda: [b"\xff\xd8"])
    frame: tuple[int, bytes] | None = None
    profile: list[bytes] = field(default_factory=list)
    exif: list[bytes] = field(default_factory=list)
    xmp: bytes | None = None
    streams: bool = False
    scan: int = 0
    scans: list[tuple[bytes, int]] = field(default_factory=list)
    end: int = 0
    ended: bool = False


def decode_jpeg(data: bytes, columns: int | None = None) -> Picture:
    """Decode a JPEG, at a half, a quarter or an eighth where that still is `LONGEST_SIDE` long.

    Args:
        data: of the file.
        columns: instead of that length, how many its 2:1 band needs at least, however it is turned.

    Raises:
        BreaksOffError: if rows are missing.
    """
    layout = _layout(data)
    stored = memoryview(data)[layout.scan : layout.end]
    # Not Image.open, here and for the other kinds: it warns through the process-wide machinery.
    image = JpegImageFile(io.BytesIO(b"".join((*layout.kept, stored, _END))))
    check_size(*image.size, MAX_STREAMED_PIXELS if layout.streams else _most_buffered(layout))
    longest = _longest(image, columns)
    _load(image, longest)
    if not layout.ended or _ends_in_nothing(image):
        _check_rows(data, layout, image, longest)
    warnings: tuple[Notice, ...] = ()
    try:
        icc = _profile(layout.profile)
    except ValueError:
        icc, warnings = None, (sides.BAD_PROFILE,)
    return Picture(image, icc=icc, exif=tuple(layout.exif), xmp=layout.xmp, warnings=warnings)


def jpeg_size(data: bytes) -> tuple[int, int]:
    """Width and height that the frame header gives."""
    frame = _layout(data).frame
    if frame is None:
        raise ValueError("no frame")
    height, width = struct.unpack(">HH", frame[1][1:5])
    return width, height


def jpeg_metadata(data: bytes) -> Metadata:
    """The blocks before the first scan."""
    layout = _layout(data)
    return tuple(layout.exif), layout.xmp


def jpeg_is_complete(data: bytes) -> bool:
    """Whether the end-of-image marker follows the last scan."""
    try:
        return _layout(data).ended
    except EOFError:
        return False


def _longest(image: JpegImageFile, columns: int | None) -> int:
    """Pixels that the longer side needs."""
    if columns is None:
        return LONGEST_SIDE
    # The shorter side may turn out to be the width: then it is all that the band has.
    return math.ceil(columns * max(image.size) / min(image.size))


def _load(image: JpegImageFile, longest: int) -> None:
    # A side of 1 leaves the choice of the scale to the longer side.
    wide = image.width >= image.height
    image.draft(None, (longest, 1) if wide else (1, longest))
    image.load()


def _most_buffered(layout: _Layout) -> int:
    """How many pixels fit into memory where all coefficients are held until the last scan."""
    _marker, header = layout.frame or (0, b"")
    areas = [(sampling >> 4) * (sampling & 15) for sampling in header[7::3]]
    coefficients = sum(areas) / max(areas)
    return min(MAX_PIXELS, int(_BUFFER / _COEFFICIENT_BYTES / coefficients))


def _ends_in_nothing(image: Image.Image) -> bool:
    """Whether the last corner looks like what libjpeg gives for a block that is not there."""
    corner = image.getpixel((image.width - 1, image.height - 1))
    return _NOTHING.issuperset(corner if isinstance(corner, tuple) else (corner,))


def _check_rows(data: bytes, layout: _Layout, image: Image.Image, longest: int) -> None:
    """Refuse a picture some of whose rows are not in the file.

    libjpeg makes up what is missing. It is missing if the picture changes with what follows the
    data: after the last row, nothing that follows is looked at.

    Raises:
        BreaksOffError: if rows, or layers of them, are missing.
    """
    if layout.scans and not _layers_are_whole(layout):
        raise BreaksOffError("layers are missing")
    last = layout.scans[-1][1] if layout.scans else layout.scan
    stored = data[last : layout.end].rstrip(b"\xff")
    pieces = (*layout.kept, data[layout.scan : last], stored, _noise(stored), _END)
    other = JpegImageFile(io.BytesIO(b"".join(pieces)))
    _load(other, longest)
    if other.tobytes() != image.tobytes():
        raise BreaksOffError("rows are missing")


def _noise(stored: bytes) -> bytes:
    """What could follow the data of a scan: parts of it between the restart markers due next."""
    part = bytes((31 * n * n + 73 * n) % 255 for n in range(500))
    last = max((stored.rfind(bytes((0xFF, 0xD0 + n))), n) for n in range(8))
    due = last[1] + 1 if last[0] >= 0 else 0
    return b"".join(part + bytes((0xFF, 0xD0 + (due + n) % 8)) for n in range(8)) + part


def _layers_are_whole(layout: _Layout) -> bool:
    """Whether every coefficient of every component came down to its last bit."""
    _marker, header = layout.frame or (0, b"")
    bits_left = {component: [99] * 64 for component in header[6::3]}
    for scan, _start in layout.scans:
        first, last, bits = scan[-3], scan[-2], scan[-1] & 15
        for component in scan[1:-3:2]:
            if component in bits_left:
                bits_left[component][first : last + 1] = [bits] * (last + 1 - first)
    return not any(map(any, bits_left.values()))


def _profile(segments: list[bytes]) -> bytes | None:
    """The colour profile that segments, each with its number and their count, make together.

    Raises:
        ValueError: if some are missing.
    """
    if not segments:
        return None
    numbered = {segment[0]: segment[2:] for segment in segments if len(segment) > 2}
    if sorted(numbered) != list(range(1, segments[0][1] + 1 if len(segments[0]) > 1 else 1)):
        raise ValueError("not the whole profile")
    return b"".join(numbered[number] for number in sorted(numbered))


def _layout(data: bytes) -> _Layout:
    layout = _Layout()
    for marker, start, end in _segments(data):
        payload = data[start + 4 : end]
        prefix, least = _COLOUR.get(marker, (b"", 0))
        if marker == _SOS:
            layout.scan = start
            _find_end(data, layout, payload)
            return layout
        if marker in _FRAMES:
            if layout.frame is not None:
                raise ValueError("two frame headers")
            layout.frame = marker, payload
        if marker == _APP1 and payload.startswith(_EXIF):
            layout.exif.append(payload)
        elif marker == _APP1 and payload.startswith(_XMP) and layout.xmp is None:
            layout.xmp = payload.removeprefix(_XMP)
        elif marker == _APP2 and payload.startswith(_PROFILE):
            layout.profile.append(payload.removeprefix(_PROFILE))
        elif marker in _DECODING or (
            prefix and payload.startswith(prefix) and len(payload) >= least
        ):
            layout.kept.append(data[start:end])
    raise ValueError("no scan")


def _find_end(data: bytes, layout: _Layout, payload: bytes) -> None:
    """Fill in what follows the first scan header."""
    frame, header = layout.frame or (0, b"")
    layout.streams = frame in _SEQUENTIAL_FRAMES and payload[:1] == header[5:6]
    if layout.streams:
        match = _END_OR_NEXT.search(data, layout.scan)
        layout.ended = match is not None and match.group() == _END
        layout.end = match.start() if match else len(data)
        return
    layout.end = len(data)
    for marker, at in _markers(data, layout.scan):
        if marker == _SOS:
            size = int.from_bytes(data[at + 2 : at + 4], "big")
            layout.scans.append((data[at + 4 : at + 2 + size], at))
        if len(layout.scans) > _MAX_SCANS:
            raise PhotoError(
                "too_many_layers",
                "This JPEG is built of more than {layers} layers, which no camera writes. Open "
                "it in an image editor, save it again and choose that copy.",
                layers=_MAX_SCANS,
            )
        if marker in (_SOI, _EOI):
            layout.end, layout.ended = at, marker == _EOI
            return


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


def _markers(data: bytes, at: int) -> Iterator[tuple[int, int]]:
    """The markers from a scan header to the end of the image, and where each stands.

    A payload is passed over by its declared length, as decoders do: a comment may hold the bytes of
    an end that is none.
    """
    for _segment in range(_MAX_SEGMENTS):
        match = _MARKER.search(data, at)
        if match is None:
            return
        marker, at = data[match.end() - 1], match.end()
        yield marker, match.start()
        if marker in (_SOI, _EOI):
            return
        if marker not in _STANDALONE:
            at += max(2, int.from_bytes(data[at : at + 2], "big"))
    raise ValueError("too many segments")
