"""WebP: its canvas is measured before the decoder, which takes memory for it on opening.

The header follows Google's WebP container specification and RFC 6386, section 9.1.
"""

from __future__ import annotations

import io

from PIL.WebPImagePlugin import WebPImageFile

from geoloc.photo.picture import MAX_WEBP_PIXELS, Picture, check_size


def decode_webp(data: bytes) -> Picture:
    """Decode a WebP; of an animated one its first frame."""
    check_size(*_canvas(data), MAX_WEBP_PIXELS)
    image = WebPImageFile(io.BytesIO(data))
    check_size(*image.size, MAX_WEBP_PIXELS)
    image.load()
    return Picture(
        image,
        icc=image.info.get("icc_profile"),
        exif=image.info.get("exif"),
        animated=image.n_frames > 1,
    )


def webp_is_complete(data: bytes) -> bool:
    """Whether the file is as long as its RIFF header says."""
    return len(data) >= 8 + int.from_bytes(data[4:8], "little")


def _canvas(data: bytes) -> tuple[int, int]:
    """Width and height of the canvas, as the first chunk gives them."""
    chunk, head = data[12:16], data[20:30]
    if len(head) < 10:
        raise ValueError("no header")
    if chunk == b"VP8X":
        return (
            1 + int.from_bytes(head[4:7], "little"),
            1 + int.from_bytes(head[7:10], "little"),
        )
    if chunk == b"VP8L":
        bits = int.from_bytes(head[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if chunk == b"VP8 ":
        return (
            int.from_bytes(head[6:8], "little") & 0x3FFF,
            int.from_bytes(head[8:10], "little") & 0x3FFF,
        )
    raise ValueError("no picture chunk")
