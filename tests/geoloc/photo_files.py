"""Photos as cameras, programs and accidents leave them, made as bytes for tests of reading."""

from __future__ import annotations

import struct
import zlib

import numpy as np
from PIL import Image

from tests.geoloc.bad_files import png_chunk, saved, street, with_app1

MAIN, SHOT, GPS = "main", "shot", "gps"
LINKS = {SHOT: 0x8769, GPS: 0x8825}
BYTE, ASCII, SHORT, LONG, RATIONAL = 1, 2, 3, 4, 5
SIGNED_LONG, SIGNED, FLOAT, DOUBLE, DIRECTORY = 9, 10, 11, 12, 13
LAYOUTS = {
    BYTE: "B", ASCII: "s", SHORT: "H", LONG: "L", RATIONAL: "LL", 6: "b", 8: "h",
    SIGNED_LONG: "l", SIGNED: "ll", FLOAT: "f", DOUBLE: "d", DIRECTORY: "L",
}  # fmt: skip

Tags = dict[tuple[str, int], tuple]


def exif_block(tags: Tags, order: str = "<", link: int = LONG) -> bytes:
    """A TIFF block of directories.

    Args:
        tags: by directory and number: the type, then the text or the numbers, of a fraction both.
        link: the type of the tags that point to directories.
    """
    directories = {where: {} for where in (MAIN, *LINKS)}
    for (where, tag), (kind, *values) in tags.items():
        directories[where][tag] = (kind, values)
    directories[MAIN] |= {tag: (link, [0]) for tag in LINKS.values()}
    block = (b"II*\x00" if order == "<" else b"MM\x00*") + struct.pack(order + "L", 8)
    at = len(block)
    for where, entries in directories.items():
        if where in LINKS:
            directories[MAIN][LINKS[where]] = (link, [at])
        at += len(_directory(entries, at, order))
    for entries in directories.values():
        block += _directory(entries, len(block), order)
    return block


def _directory(entries: dict, at: int, order: str) -> bytes:
    head, heap = struct.pack(order + "H", len(entries)), b""
    heap_at = at + 2 + 12 * len(entries) + 4
    for tag, (kind, values) in sorted(entries.items()):
        if kind == ASCII:
            stored, count = values[0], len(values[0])
        else:
            count = len(values) // len(LAYOUTS[kind])
            stored = struct.pack(order + LAYOUTS[kind] * count, *values)
        if len(stored) > 4:
            offset = struct.pack(order + "L", heap_at + len(heap))
            stored, heap = offset, heap + stored
        head += struct.pack(order + "HHL", tag, kind, count) + stored.ljust(4, b"\x00")
    return head + struct.pack(order + "L", 0) + heap


def position_tags(
    lat: tuple = (40, 1, 26, 1, 46, 1),
    lat_side: bytes = b"N\x00",
    lon: tuple = (79, 1, 58, 1, 56, 1),
    lon_side: bytes = b"W\x00",
) -> Tags:
    return {
        (GPS, 1): (ASCII, lat_side),
        (GPS, 2): (RATIONAL, *lat),
        (GPS, 3): (ASCII, lon_side),
        (GPS, 4): (RATIONAL, *lon),
    }


WHOLE: Tags = {
    (MAIN, 0x0112): (SHORT, 6),
    (SHOT, 0x9003): (ASCII, b"2021:06:30 18:05:09\x00"),
    (SHOT, 0x9011): (ASCII, b"+05:30\x00"),
    (GPS, 17): (RATIONAL, 12345, 100),
    **position_tags(),
}
"""A position in Pittsburgh, a direction, a time and a rotation."""


def exif_with(orientation: int) -> bytes:
    """A block that tells but the rotation."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif.tobytes()


def told_by_exif(image: Image.Image, kind: str, orientation: int, **options: object) -> bytes:
    """A HEIC or AVIF in whose EXIF a rotation stands of which its container knows nothing."""
    # What encodes it would turn the container: it sees another tag.
    block = exif_block({**position_tags(), (MAIN, 0x0113): (SHORT, orientation)}, ">")
    data = saved(image, kind, exif=b"Exif\x00\x00" + block, **options)
    return retagged(data, 0x0113, 0x0112)


def retagged(data: bytes, tag: int, other: int) -> bytes:
    """The same file with the one EXIF tag of this number under another number."""
    entries = {order: struct.pack(f"{order}HHL", tag, SHORT, 1) for order in "<>"}
    (order,) = (order for order, entry in entries.items() if entry in data)
    assert data.count(entries[order]) == 1
    return data.replace(entries[order], struct.pack(f"{order}HHL", other, SHORT, 1))


# XMP


def xmp_packet(inside: str, attributes: str = "") -> bytes:
    """An XMP packet whose description of the photo has these attributes and elements."""
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description '
        'rdf:about="" xmlns:exif="http://ns.adobe.com/exif/1.0/" '
        f'xmlns:drone-dji="http://www.dji.com/drone-dji/1.0/" {attributes}>{inside}'
        '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    ).encode()


SYDNEY = xmp_packet("", 'exif:GPSLatitude="33,51.408S" exif:GPSLongitude="151,12.918E"')
"""A position at 33.8568 S, 151.2153 E, as Adobe's programs write it."""


def with_xmp(kind: str, packet: bytes, **options: object) -> bytes:
    """A small photo of a kind with an XMP packet."""
    if kind == "JPEG":
        jpeg = saved(street(), "JPEG", **options)
        return with_app1(jpeg, b"http://ns.adobe.com/xap/1.0/\x00" + packet)
    if kind == "PNG":
        text = b"XML:com.adobe.xmp" + bytes(5) + packet
        return with_chunks(saved(street(), "PNG", **options), (b"iTXt", text))
    return saved(street(), kind, xmp=packet, **options)


# PNG


def with_chunks(png: bytes, *chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG with more chunks before its pixels."""
    at = png.index(b"IDAT") - 4
    return png[:at] + b"".join(png_chunk(*chunk) for chunk in chunks) + png[at:]


def raw_profile(name: bytes, block: bytes) -> bytes:
    """A block as ImageMagick puts it into a text: hexadecimal, in lines."""
    digits = block.hex().encode()
    lines = b"\n".join(digits[at : at + 72] for at in range(0, len(digits), 72))
    return b"\n%s\n%8d\n%s\n" % (name, len(block), lines)


def packed_text(key: bytes, text: bytes) -> tuple[bytes, bytes]:
    """A compressed text chunk."""
    return b"zTXt", key + b"\x00\x00" + zlib.compress(text)


def packed_profile(profile: bytes) -> tuple[bytes, bytes]:
    """A chunk of a colour profile."""
    return b"iCCP", b"icc\x00\x00" + zlib.compress(profile, 9)


def with_broken_sum(png: bytes, name: bytes) -> bytes:
    """A PNG the checksum of one of whose chunks is wrong."""
    at = png.index(name)
    end = at + 4 + int.from_bytes(png[at - 4 : at], "big")
    return png[:end] + bytes([png[end] ^ 0xFF]) + png[end + 1 :]


# WebP


def riff_chunk(name: bytes, payload: bytes) -> bytes:
    """One chunk of a WebP."""
    return name + struct.pack("<L", len(payload)) + payload + b"\x00" * (len(payload) % 2)


def with_riff_chunks(webp: bytes, *chunks: tuple[bytes, bytes]) -> bytes:
    """A WebP with more chunks at its end."""
    body = webp[12:] + b"".join(riff_chunk(*chunk) for chunk in chunks)
    return b"RIFF" + struct.pack("<L", len(body) + 4) + b"WEBP" + body


# JPEG


def profile_segments(profile: bytes, *numbers: tuple[int, int], size: int = 1000) -> bytes:
    """Segments that hold parts of a colour profile, with their number and their count as given."""
    parts = [profile[at : at + size] for at in range(0, len(profile), size)]
    bodies = (
        b"ICC_PROFILE\x00" + bytes(number) + part
        for number, part in zip(numbers, parts, strict=False)
    )
    return b"".join(b"\xff\xe2" + struct.pack(">H", len(body) + 2) + body for body in bodies)


def after_start(jpeg: bytes, segments: bytes) -> bytes:
    """A JPEG with more segments at its start."""
    return jpeg[:2] + segments + jpeg[2:]


ENCODINGS: dict[str, dict] = {
    "baseline": {},
    "halved colours": {"subsampling": 2},
    "restart markers": {"restart_marker_rows": 1},
    "many restart markers": {"restart_marker_blocks": 3},
    "progressive": {"progressive": True},
}
"""Ways to encode a JPEG, as options of Pillow."""


def half_transparent(kind: str, **options: object) -> bytes:
    """A photo that fades out from left to right."""
    image = street().convert("RGBA")
    fade = np.tile(np.linspace(255, 0, image.width).astype(np.uint8), (image.height, 1))
    image.putalpha(Image.fromarray(fade))
    return saved(image, kind, **options)


def odd_files() -> dict[str, bytes]:
    """Photos that are read although something about each is odd."""
    block = exif_block(WHOLE)
    exif = b"Exif\x00\x00" + block
    jpeg, png, webp = (saved(street(), kind) for kind in ("JPEG", "PNG", "WEBP"))
    raw = packed_text(b"Raw profile type exif", raw_profile(b"exif", exif))
    profile = profile_segments(bytes(2500), (2, 3), (1, 3), (3, 3))
    by_type = b"Exif\x00\x00" + exif_block(WHOLE, ">", DIRECTORY)
    files = {
        "empty EXIF first": with_app1(with_app1(jpeg, exif), b"Exif\x00\x00"),
        "directory as a type": with_app1(jpeg, by_type),
        "profile in parts": after_start(jpeg, profile),
        "raw profile": with_chunks(png, raw),
        "huge text": with_chunks(png, packed_text(b"Comment", bytes(5_000_000))),
        "huge profile": with_chunks(png, packed_profile(bytes(5_000_000))),
        "transparent shade too long": with_chunks(png, (b"tRNS", bytes(7))),
        "two EXIF chunks": with_riff_chunks(webp, (b"EXIF", b""), (b"EXIF", block)),
        "transparent WebP": half_transparent("WEBP", quality=80),
        "transparent AVIF": half_transparent("AVIF", exif=exif),
        "transparent HEIC": half_transparent("HEIC", exif=exif),
        "HEIC on its side": told_by_exif(street(), "HEIC", 6),
        "AVIF on its side": told_by_exif(street(), "AVIF", 6),
    }
    for name, options in ENCODINGS.items():
        files[f"{name} without end"] = saved(street(), "JPEG", **options)[:-2]
    for kind in ("JPEG", "PNG", "WEBP", "HEIC", "AVIF"):
        files[f"XMP in {kind}"] = with_xmp(kind, SYDNEY)
    return files
