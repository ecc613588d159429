"""WebP: its canvas is measured before the decoder, which takes memory for it on opening.

The walk follows Google's WebP container specification and RFC 6386, section 9.1. The decoder gets
the picture alone: Pillow's, which is made for animations, holds four copies of it, OpenCV's one.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from PIL import Image
from PIL.WebPImagePlugin import WebPImageFile

from geoloc.errors import Notice
from geoloc.photo import sides
from geoloc.photo.bands import spans, stacked
from geoloc.photo.picture import MAX_MEMORY, MAX_WEBP_PIXELS, Metadata, Picture, check_size

_ANIMATION, _ALPHA = 0x02, 0x10
# Lossless pictures are decoded into a copy of their own, and alpha beside the colours.
_MAX_LOSSLESS_PIXELS = 28_000_000
# The decoder of animations holds the canvas four times.
_MAX_ANIMATED_PIXELS = MAX_MEMORY // 16
_MAX_CHUNKS = 10_000


@dataclass
class _WebpParts:
    """The chunks of a file; those of the picture with head and padding."""

    canvas: tuple[int, int] | None = None
    picture: bytes = b""
    alpha: bytes = b""
    control: bytes = b""
    frames: list[bytes] = field(default_factory=list)
    icc: bytes | None = None
    exif: list[bytes] = field(default_factory=list)
    xmp: bytes | None = None


def decode_webp(data: bytes) -> Picture:
    """Decode a WebP; of an animated one its first frame."""
    parts = _parts(data)
    image, warnings = _animated(parts) if parts.frames else _still(parts)
    return Picture(
        image,
        icc=parts.icc,
        exif=tuple(parts.exif),
        xmp=parts.xmp,
        animated=len(parts.frames) > 1,
        warnings=warnings,
    )


def webp_size(data: bytes) -> tuple[int, int]:
    """Width and height of the canvas, or of the picture where there is none."""
    parts = _parts(data)
    return parts.canvas or _size(parts.picture)


def webp_metadata(data: bytes) -> Metadata:
    """The blocks of all chunks."""
    parts = _parts(data)
    return tuple(parts.exif), parts.xmp


def webp_is_complete(data: bytes) -> bool:
    """Whether the file is as long as its RIFF header says."""
    return len(data) >= 8 + int.from_bytes(data[4:8], "little")


def _still(parts: _WebpParts) -> tuple[Image.Image, tuple[Notice, ...]]:
    size = _size(parts.picture)
    plain = parts.picture.startswith(b"VP8 ") and not parts.alpha
    for measures in (parts.canvas or size, size):
        check_size(*measures, MAX_WEBP_PIXELS if plain else _MAX_LOSSLESS_PIXELS)
    if parts.canvas not in (None, size):
        raise ValueError("a picture of another size than its canvas")
    if parts.alpha:
        try:
            return _decoded(_file(_extended(size, _ALPHA) + parts.alpha + parts.picture), size), ()
        except ValueError:
            return _decoded(_file(parts.picture), size), (sides.BAD_TRANSPARENCY,)
    return _decoded(_file(parts.picture), size), ()


def _decoded(file: bytes, size: tuple[int, int]) -> Image.Image:
    import cv2  # half a second that only this kind of file costs

    try:
        pixels = cv2.imdecode(np.frombuffer(file, np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error as error:
        raise ValueError("cannot be decoded") from error
    if pixels is None or pixels.shape[1::-1] != size:
        raise ValueError("cannot be decoded")
    return stacked(_bands(pixels), *size)


def _bands(pixels: np.ndarray) -> Iterator[Image.Image]:
    """Bands of an array (H, W, channels) whose colours are in OpenCV's order."""
    import cv2

    height, width, channels = pixels.shape
    swap = cv2.COLOR_BGR2RGB if channels == 3 else cv2.COLOR_BGRA2RGBA
    for top, bottom in spans(width, height):
        yield Image.fromarray(cv2.cvtColor(pixels[top:bottom], swap))


def _animated(parts: _WebpParts) -> tuple[Image.Image, tuple[Notice, ...]]:
    if parts.canvas is None:
        raise ValueError("no canvas")
    check_size(*parts.canvas, _MAX_ANIMATED_PIXELS)
    chunks = _extended(parts.canvas, _ANIMATION | _ALPHA) + parts.control + parts.frames[0]
    image = WebPImageFile(io.BytesIO(_file(chunks)))
    image.load()
    return image, ()


def _parts(data: bytes) -> _WebpParts:
    parts = _WebpParts()
    for name, start, end in _chunks(data):
        payload, whole = data[start + 8 : end], data[start:end] + b"\x00" * ((end - start) % 2)
        if name == b"VP8X":
            parts.canvas = (
                1 + int.from_bytes(payload[4:7], "little"),
                1 + int.from_bytes(payload[7:10], "little"),
            )
        elif name in (b"VP8 ", b"VP8L") and not parts.picture:
            parts.picture = whole
        elif name == b"ALPH" and not parts.picture:
            parts.alpha = whole
        elif name == b"ANIM":
            parts.control = whole
        elif name == b"ANMF" and len(parts.frames) < 2:
            parts.frames.append(whole)
        elif name == b"ICCP" and parts.icc is None:
            parts.icc = payload
        elif name == b"EXIF":
            parts.exif.append(payload)
        elif name == b"XMP " and parts.xmp is None:
            parts.xmp = payload
    if not parts.picture and not parts.frames:
        raise ValueError("no picture")
    return parts


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Name, start and end of each chunk that is there to its end."""
    at = 12
    for _chunk in range(_MAX_CHUNKS):
        if at + 8 > len(data):
            return
        end = at + 8 + int.from_bytes(data[at + 4 : at + 8], "little")
        if end > len(data):
            return
        yield data[at : at + 4], at, end
        at = end + (end - at) % 2
    raise ValueError("too many chunks")


def _size(picture: bytes) -> tuple[int, int]:
    """Width and height that the header of a picture's chunk gives."""
    head = picture[8:18]
    if len(head) < 10:
        raise ValueError("no header")
    if picture.startswith(b"VP8L"):
        bits = int.from_bytes(head[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    return (
        int.from_bytes(head[6:8], "little") & 0x3FFF,
        int.from_bytes(head[8:10], "little") & 0x3FFF,
    )


def _extended(canvas: tuple[int, int], flags: int) -> bytes:
    measures = b"".join((side - 1).to_bytes(3, "little") for side in canvas)
    return b"VP8X\x0a\x00\x00\x00" + bytes([flags, 0, 0, 0]) + measures


def _file(chunks: bytes) -> bytes:
    """A WebP of these chunks."""
    return b"RIFF" + (4 + len(chunks)).to_bytes(4, "little") + b"WEBP" + chunks
