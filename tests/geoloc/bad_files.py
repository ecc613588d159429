"""Files that cannot be read as photos, made as bytes, for tests of every way into the product."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import NamedTuple

import numpy as np
import pillow_heif
from PIL import Image


class BadFile(NamedTuple):
    """A file, and a phrase that the sentence about it holds."""

    filename: str
    data: bytes
    says: str


def street(width: int = 96, height: int = 64) -> Image.Image:
    """A small picture that is different at each corner and compresses like a photo."""
    y, x = np.mgrid[0:height, 0:width]
    channels = (x * 255 // width, y * 255 // height, (x // 8 + y // 8) % 2 * 200)
    return Image.fromarray(np.stack(channels, axis=-1).astype(np.uint8))


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    """The bytes of an image as JPEG, PNG, WEBP, AVIF, GIF, TIFF, BMP or HEIC."""
    stream = io.BytesIO()
    if kind == "HEIC":
        pillow_heif.from_pillow(image).save(stream, **options)
    else:
        image.save(stream, kind, **options)
    return stream.getvalue()


def with_app1(jpeg: bytes, payload: bytes) -> bytes:
    """A JPEG with one more APP1 segment, the one that holds EXIF, at its start."""
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(payload) + 2) + payload + jpeg[2:]


def png_chunk(name: bytes, payload: bytes) -> bytes:
    """One chunk of a PNG with its checksum."""
    checksum = struct.pack(">I", zlib.crc32(name + payload))
    return struct.pack(">I", len(payload)) + name + payload + checksum


def huge_png(side: int = 30_000) -> bytes:
    """A sound one-bit PNG of `side` x `side` black pixels: 30,000 take 110 KB."""
    row_length, rows, block_rows = 1 + (side + 7) // 8, side, 1_000
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    # A fully flushed block refers to nothing before it, so it can be repeated as it is.
    block = deflate.compress(bytes(row_length * block_rows)) + deflate.flush(zlib.Z_FULL_FLUSH)
    # Adler-32 of n zeros.
    checksum = (row_length * rows % 65521) << 16 | 1
    body = b"\x78\xda" + block * (rows // block_rows) + b"\x03\x00" + struct.pack(">I", checksum)
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (png_chunk(b"IHDR", header), png_chunk(b"IDAT", body), png_chunk(b"IEND", b""))
    )


def _zip() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("photo.txt", "not here")
    return stream.getvalue()


def _damaged_png() -> bytes:
    """A PNG one byte of whose compressed pixels is wrong."""
    data = bytearray(saved(street(), "PNG"))
    data[data.index(b"IDAT") + 40] ^= 0xFF
    return bytes(data)


_JPEG = saved(street(640, 480), "JPEG")
_PNG = saved(street(), "PNG")
_WEBP = saved(street(), "WEBP")
_HEIC = saved(street(), "HEIC")
_FRAMES = [street().rotate(90 * turn) for turn in (1, 2)]

BAD_FILES: dict[str, BadFile] = {
    "text named jpg": BadFile("photo.jpg", b"Dear reader,\nthis is no photo.\n", "text file"),
    "UTF-16 text": BadFile("photo.jpg", "street".encode("utf-16"), "text file"),
    "zero bytes": BadFile("photo.jpg", b"", "empty"),
    "random bytes": BadFile("photo.png", bytes(range(128, 256)), "no kind of picture"),
    "truncated JPEG": BadFile("photo.jpg", _JPEG[: len(_JPEG) // 2], "breaks off"),
    "JPEG cut in its header": BadFile("photo.jpg", _JPEG[:100], "breaks off"),
    "truncated PNG": BadFile("photo.png", _PNG[: len(_PNG) // 2], "breaks off"),
    "truncated WebP": BadFile("photo.webp", _WEBP[: len(_WEBP) // 2], "breaks off"),
    "truncated HEIC": BadFile("photo.heic", _HEIC[: len(_HEIC) // 2], "breaks off"),
    "damaged PNG": BadFile("photo.png", _damaged_png(), "damaged"),
    "huge PNG": BadFile("photo.png", huge_png(), "megapixels"),
    "60 MB upload": BadFile("photo.jpg", _JPEG.ljust(60_000_000, b"\x00"), "60 MB"),
    "tiny picture": BadFile("photo.png", saved(street(20, 20), "PNG"), "too few"),
    "thread-like picture": BadFile("photo.png", saved(street(900, 40), "PNG"), "as long as wide"),
    "animated GIF": BadFile(
        "photo.gif", saved(street(), "GIF", save_all=True, append_images=_FRAMES), "GIF"
    ),
    "TIFF": BadFile("photo.tif", saved(street(), "TIFF"), "TIFF"),
    "BMP": BadFile("photo.bmp", saved(street(), "BMP"), "BMP"),
    "PDF": BadFile("photo.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", "PDF"),
    "ZIP": BadFile("photo.zip", _zip(), "ZIP"),
    "SVG": BadFile(
        "photo.svg", b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"
    ),
    "HTML": BadFile("photo.jpg", b"\n<!DOCTYPE html>\n<title>404</title>", "HTML"),
    "MP4": BadFile("photo.mp4", b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00isommp42", "video"),
}
"""What must be refused, each with one sentence."""

BROKEN_EXIF = BadFile(
    "photo.jpg",
    with_app1(_JPEG, b"Exif\x00\x00II*\x00\xff\xff\xff\x7f damaged beyond its header"),
    "EXIF data of this photo is damaged",
)
"""A sound picture whose EXIF data is not: it is answered, with this warning."""
