"""From bytes of a known kind to colours: the one place where libraries meet untrusted bytes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from geoloc.photo import sides
from geoloc.photo.colour import ProfileError, to_eight_bits, to_srgb
from geoloc.photo.errors import BreaksOffError, PhotoError
from geoloc.photo.isobmff import decode_avif, decode_heic, isobmff_is_complete, isobmff_metadata
from geoloc.photo.jpeg import decode_jpeg, jpeg_is_complete, jpeg_metadata, jpeg_size
from geoloc.photo.kind import FileKind, kind_of
from geoloc.photo.picture import MAX_MEMORY, Metadata, Picture, shrink
from geoloc.photo.png import decode_png, png_is_complete, png_metadata, png_size
from geoloc.photo.webp import decode_webp, webp_is_complete, webp_metadata, webp_size

_DECODERS: dict[FileKind, tuple[Callable[[bytes], Picture], Callable[[bytes], bool]]] = {
    FileKind.JPEG: (decode_jpeg, jpeg_is_complete),
    FileKind.PNG: (decode_png, png_is_complete),
    FileKind.WEBP: (decode_webp, webp_is_complete),
    FileKind.HEIC: (decode_heic, isobmff_is_complete),
    FileKind.AVIF: (decode_avif, isobmff_is_complete),
}

# A HEIC's or an AVIF's container may say another size than the stream inside has.
_SIZES: dict[FileKind, tuple[Callable[[bytes], tuple[int, int]], int]] = {
    FileKind.JPEG: (jpeg_size, 8),
    FileKind.PNG: (png_size, 8),
    FileKind.WEBP: (webp_size, 16),
}
"""What reads the size in a header, and the most bytes that a pixel takes."""

_METADATA: dict[FileKind, Callable[[bytes], Metadata]] = {
    FileKind.JPEG: jpeg_metadata,
    FileKind.PNG: png_metadata,
    FileKind.WEBP: webp_metadata,
    FileKind.HEIC: isobmff_metadata,
    FileKind.AVIF: isobmff_metadata,
}

_RESERVE = 32_000_000


def decoding_bytes(data: bytes) -> int:
    """The most memory that reading a file as a photo takes, by its header alone.

    Returns:
        bytes, at most `MAX_MEMORY`, beside those of the file.
    """
    try:
        size, bytes_a_pixel = _SIZES[kind_of(data)]
        width, height = size(data)
    # Whatever is wrong with the header: how much the decoder makes of it cannot be foretold.
    except Exception:
        return MAX_MEMORY
    return min(MAX_MEMORY, _RESERVE + bytes_a_pixel * width * height)


def decode(data: bytes, kind: FileKind, columns: int | None = None) -> Picture:
    """Decode to sRGB, at most `LONGEST_SIDE` a side, or say what is wrong with the file.

    Args:
        data: of the file.
        kind: that its first bytes tell.
        columns: that the 2:1 band of a JPEG needs at least; None for `LONGEST_SIDE`.

    Raises:
        PhotoError: if the picture breaks a bound, breaks off, or is damaged.
    """
    decoder, is_complete = _DECODERS[kind]
    if kind is FileKind.JPEG:
        decoder = partial(decode_jpeg, columns=columns)
    try:
        return _coloured(decoder(data))
    except PhotoError:
        raise
    except BreaksOffError as error:
        raise _breaks_off(kind) from error
    except MemoryError as error:
        raise PhotoError(
            "no_memory",
            "This {kind} needs more memory than this computer has to spare. Save a smaller "
            "copy of the photo and choose that.",
            kind=kind.value,
        ) from error
    # Four libraries of C read bytes that anybody may have written: the ways in which they fail
    # change from release to release, and whatever it is, the file is what is wrong.
    except Exception as error:
        raise _complaint(kind, is_complete, data) from error


def metadata(data: bytes, kind: FileKind) -> Metadata:
    """What a file says of its picture, without decoding it.

    Raises:
        PhotoError: if its structure can't be followed to there.
    """
    try:
        return _METADATA[kind](data)
    except PhotoError:
        raise
    except Exception as error:
        raise _complaint(kind, _DECODERS[kind][1], data) from error


def _coloured(picture: Picture) -> Picture:
    image = shrink(to_eight_bits(picture.image))
    try:
        return replace(picture, image=to_srgb(image, picture.icc), icc=None)
    except ProfileError:
        warnings = (*picture.warnings, sides.BAD_PROFILE)
        return replace(picture, image=to_srgb(image, None), icc=None, warnings=warnings)


def _complaint(kind: FileKind, is_complete: Callable[[bytes], bool], data: bytes) -> PhotoError:
    try:
        complete = is_complete(data)
    except ValueError:
        complete = True
    if not complete:
        return _breaks_off(kind)
    return PhotoError(
        "damaged",
        "This {kind} is damaged and cannot be decoded. Fetch the file again, or open "
        "it in an image editor, save it anew and choose that copy.",
        kind=kind.value,
    )


def _breaks_off(kind: FileKind) -> PhotoError:
    return PhotoError(
        "breaks_off",
        "This {kind} breaks off before its end, so it was not copied or downloaded "
        "completely. Fetch the file again, then choose it once more.",
        kind=kind.value,
    )
