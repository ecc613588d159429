"""HEIC and AVIF, the two kinds whose container is the ISO base media file format (ISO 14496-12).

Where the container says how its picture is turned, what EXIF says of it does not count
(ISO 23008-12); where it says nothing, cameras and converters mean what EXIF says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pillow_heif
from PIL import Image, _avif

from geoloc.photo import sides
from geoloc.photo.bands import spans, stacked
from geoloc.photo.boxes import Container, patched, read_container
from geoloc.photo.errors import PhotoError
from geoloc.photo.picture import MAX_AVIF_PIXELS, MAX_MEMORY, Metadata, Picture, check_size

_UPRIGHT = 1
# By quarter turns against the clock, as the container counts them, EXIF's orientation.
_QUARTERS = (1, 8, 3, 6)
_THREADS = 2
# The file, and the picture after it was reduced.
_RESERVE = 30_000_000
_MOST_PLANES = 8.0
_HIGH_DEPTH, _NO_COLOUR, _HALF_WIDTH, _HALF_HEIGHT = 0x40, 0x10, 0x08, 0x04


def decode_heic(data: bytes) -> Picture:
    """Decode the primary picture of a HEIC."""
    return _decode(data, _heic)


def decode_avif(data: bytes) -> Picture:
    """Decode an AVIF; of a sequence its first frame."""
    return _decode(data, _avif_picture)


def isobmff_metadata(data: bytes) -> Metadata:
    """The blocks that the container names."""
    container = read_container(data)
    return tuple(container.exif), container.xmp


def isobmff_is_complete(data: bytes) -> bool:
    """Whether the walk over the outermost boxes stays within the data."""
    at = 0
    while at + 16 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        if size == 1:
            size = int.from_bytes(data[at + 8 : at + 16], "big")
        if size == 0:
            return True
        at += max(size, 8)
    return at <= len(data)


def _decode(data: bytes, decoder: Callable[[bytes, Container], Picture]) -> Picture:
    """Decode what is left when a part that is damaged is taken away: first none, then each."""
    container = read_container(data)
    # What the decoders make of EXIF and XMP differs, and nobody asks them: they don't see it.
    bare = patched(data, container.metadata)
    try:
        return decoder(bare, container)
    except PhotoError:
        raise
    # Whatever the library says: if the picture can be had without its side parts, it is sound.
    except Exception as error:
        for places, warning in (
            (container.profiles, sides.BAD_PROFILE),
            (container.alphas, sides.BAD_TRANSPARENCY),
        ):
            picture = _attempt(patched(bare, places), container, decoder) if places else None
            if picture:
                return replace(picture, warnings=(warning,))
        raise error


def _attempt(
    data: bytes, container: Container, decoder: Callable[[bytes, Container], Picture]
) -> Picture | None:
    try:
        return decoder(data, container)
    except PhotoError:
        raise
    except Exception:
        return None


def _heic(data: bytes, container: Container) -> Picture:
    orientation = _UPRIGHT if container.turns else None
    if container.angle is not None:
        # libheif would hold the whole picture once more to turn it: it is turned when it is small.
        orientation = _QUARTERS[data[container.angle] & 3]
        data = b"".join((data[: container.angle], b"\x00", data[container.angle + 1 :]))
    file = pillow_heif.open_heif(data, convert_hdr_to_8bit=True)
    primary = file[file.primary_index]
    check_size(*primary.size)
    pixels = primary.data
    # The stream inside may be larger or smaller than the container says.
    check_size(*primary.size)
    image = stacked(_bands(pixels, primary.size, primary.mode, primary.stride), *primary.size)
    profile = primary.info.get("icc_profile")
    return Picture(
        image,
        icc=profile if isinstance(profile, bytes) else None,
        exif=tuple(container.exif),
        xmp=container.xmp,
        orientation=orientation,
    )


def _avif_picture(data: bytes, container: Container) -> Picture:
    # Not AvifImageFile, which makes an EXIF block of its own and holds the pixels twice.
    decoder = _avif.AvifDecoder(data, "auto", _THREADS)
    size, frames, mode, icc, _exif, turned, _xmp = decoder.get_info()
    check_size(size[0], size[1], _most_pixels(container, mode))
    pixels = decoder.get_frame(0)[0]
    image = stacked(_bands(memoryview(pixels), size, mode, len(mode) * size[0]), *size)
    return Picture(
        image,
        icc=icc,
        exif=tuple(container.exif),
        xmp=container.xmp,
        orientation=turned if turned != _UPRIGHT or container.turns else None,
        animated=frames > 1,
    )


def _most_pixels(container: Container, mode: str) -> int:
    """How many pixels of this AVIF fit into memory: as its codec has them, and twice as colours."""
    alpha = mode == "RGBA"
    planes = max((_bytes_a_pixel(codec, alpha) for codec in container.codec), default=_MOST_PLANES)
    return min(MAX_AVIF_PIXELS, int((MAX_MEMORY - _RESERVE) / (planes + 2 * len(mode))))


def _bytes_a_pixel(codec: bytes, alpha: bool) -> float:
    layout = codec[2]
    chroma = 0 if layout & _NO_COLOUR else 2
    halves = bool(layout & _HALF_WIDTH) + bool(layout & _HALF_HEIGHT)
    return (1 + alpha + chroma / 2**halves) * (2 if layout & _HIGH_DEPTH else 1)


def _bands(
    pixels: memoryview, size: tuple[int, int], mode: str, stride: int
) -> Iterator[Image.Image]:
    width, height = size
    for top, bottom in spans(width, height):
        rows = pixels[top * stride : bottom * stride]
        yield Image.frombytes(mode, (width, bottom - top), rows, "raw", mode, stride)
