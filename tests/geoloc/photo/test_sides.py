"""What stands beside the picture: its fault is told, and never costs the picture."""

from __future__ import annotations

import random

import numpy as np
import pytest
from PIL import Image, ImageCms

from geoloc.photo import Photo, read_photo
from tests.geoloc.bad_files import png_chunk, saved, street
from tests.geoloc.photo.test_photo import STREET, difference
from tests.geoloc.photo_files import (
    after_start,
    half_transparent,
    odd_files,
    packed_profile,
    packed_text,
    profile_segments,
    with_broken_sum,
    with_chunks,
    with_riff_chunks,
)

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
NOISE = random.Random(0).randbytes(3000)
KINDS = ("JPEG", "PNG", "WEBP", "HEIC", "AVIF")
JPEG, PNG, WEBP = (saved(street(), kind) for kind in ("JPEG", "PNG", "WEBP"))


def saying(photo: Photo, word: str) -> list[str]:
    return [warning for warning in photo.warnings if word in str(warning)]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "profile", [NOISE, SRGB[:200], NOISE * 2000], ids=["nonsense", "cut short", "huge"]
)
def test_a_broken_or_huge_colour_profile_is_passed_over_with_a_warning(
    kind: str, profile: bytes
) -> None:
    if kind == "JPEG" and len(profile) > 65_000:
        profile = profile[:4_100_000]
    photo = read_photo(saved(street(), kind, icc_profile=profile))
    assert np.array_equal(photo.pixels, read_photo(saved(street(), kind)).pixels)
    assert len(photo.warnings) == 1 and saying(photo, "colour profile")
    assert photo.damaged


@pytest.mark.parametrize("kind", KINDS)
def test_a_sound_profile_that_is_long_is_used_in_every_format(kind: str) -> None:
    # As long as a printing press needs; Pillow alone refuses a PNG for it.
    long = SRGB + bytes(2_000_000)
    photo = read_photo(saved(street(), kind, icc_profile=long))
    assert photo.warnings == ()
    assert difference(photo.pixels, STREET) < 12


@pytest.mark.parametrize(
    "data",
    [
        with_chunks(PNG, (b"iCCP", b"icc\x00\x00" + NOISE)),
        with_chunks(PNG, (b"iCCP", b"icc\x00\x07" + NOISE)),
        with_chunks(PNG, (b"iCCP", b"")),
        with_chunks(PNG, (b"iCCP", b"no end of its name")),
        with_broken_sum(with_chunks(PNG, packed_profile(SRGB)), b"iCCP"),
        with_chunks(PNG, packed_profile(bytes(200_000_000))),
        after_start(JPEG, profile_segments(SRGB + bytes(2000), (1, 3), (3, 3))),
        after_start(JPEG, profile_segments(SRGB, (0, 0))),
        after_start(JPEG, profile_segments(b"", (1, 1)) + b"\xff\xe2\x00\x0eICC_PROFILE\x00"),
        with_riff_chunks(WEBP, (b"ICCP", b"")),
        with_riff_chunks(WEBP, (b"ICCP", NOISE)),
    ],
    ids=[
        "no zlib stream",
        "unknown packing",
        "empty chunk",
        "no name",
        "wrong checksum",
        "two hundred megabytes",
        "a part missing",
        "numbered from zero",
        "segment without a number",
        "empty WebP chunk",
        "WebP chunk of noise",
    ],
)
def test_however_a_profile_is_broken_the_picture_is_read(data: bytes) -> None:
    photo = read_photo(data)
    assert difference(photo.pixels, STREET) < 16
    assert len(saying(photo, "colour profile")) == len(photo.warnings) <= 1


@pytest.mark.parametrize(
    "chunk",
    [
        (b"tEXt", b"no end of its key"),
        (b"zTXt", b"Comment\x00\x00" + NOISE),
        (b"iTXt", b"Comment\x00\x01\x00en\x00\x00" + NOISE),
        (b"iTXt", b"Comment\x00"),
        (b"tEXt", b"Comment\x00" + bytes(5_000_000)),
        packed_text(b"Comment", bytes(200_000_000)),
        packed_text(b"Raw profile type exif", b"\nexif\n  12\nno digits\n"),
        packed_text(b"Raw profile type exif", b"\nexif\n  12\n45786966\n"),
    ],
    ids=[
        "no key",
        "no zlib stream",
        "no zlib stream in iTXt",
        "no text",
        "five megabytes",
        "two hundred megabytes",
        "no hexadecimal",
        "cut short",
    ],
)
def test_a_broken_or_huge_text_is_passed_over_with_a_warning(chunk: tuple[bytes, bytes]) -> None:
    photo = read_photo(with_chunks(PNG, chunk))
    assert np.array_equal(photo.pixels, STREET)
    assert len(photo.warnings) == 1 and saying(photo, "text")


def test_a_text_with_a_wrong_checksum_is_passed_over_with_a_warning() -> None:
    photo = read_photo(with_broken_sum(with_chunks(PNG, (b"tEXt", b"Comment\x00hello")), b"tEXt"))
    assert np.array_equal(photo.pixels, STREET)
    assert len(photo.warnings) == 1 and saying(photo, "text")


@pytest.mark.parametrize(
    "chunk",
    [(b"tEXt", b"Comment\x00hello"), (b"zTXt", packed_text(b"Comment", b"hello" * 1000)[1])],
)
def test_a_sound_text_is_no_matter(chunk: tuple[bytes, bytes]) -> None:
    assert read_photo(with_chunks(PNG, chunk)).warnings == ()


def palette_png() -> bytes:
    image = Image.fromarray(np.repeat([[0] * 20 + [1] * 20], 40, axis=0).astype(np.uint8)).copy()
    image.putpalette([255, 0, 0, 0, 0, 255])
    return saved(image, "PNG")


@pytest.mark.parametrize(
    "data",
    [
        with_chunks(PNG, (b"tRNS", b"")),
        with_chunks(PNG, (b"tRNS", bytes(7))),
        with_chunks(PNG, (b"tRNS", bytes(1_000_000))),
        with_broken_sum(with_chunks(PNG, (b"tRNS", bytes(6))), b"tRNS"),
        with_chunks(saved(street().convert("RGBA"), "PNG"), (b"tRNS", bytes(6))),
        with_chunks(saved(street().convert("L"), "PNG"), (b"tRNS", bytes(1))),
        with_chunks(palette_png(), (b"tRNS", bytes(1000))),
        PNG[:-12] + png_chunk(b"tRNS", bytes(6)) + PNG[-12:],
    ],
    ids=[
        "empty",
        "too long",
        "a megabyte",
        "wrong checksum",
        "beside alpha",
        "half a shade",
        "more than the palette",
        "after the pixels",
    ],
)
def test_broken_transparency_of_a_png_is_passed_over_with_a_warning(data: bytes) -> None:
    photo = read_photo(data)
    assert photo.pixels.min() == 0
    assert len(photo.warnings) == 1 and saying(photo, "transparency")


def with_noise(data: bytes, start: int, length: int) -> bytes:
    return data[:start] + NOISE[:length] + data[start + length :]


def test_broken_transparency_of_a_webp_is_passed_over_with_a_warning() -> None:
    data = half_transparent("WEBP", quality=95)
    at = data.index(b"ALPH") + 8
    length = int.from_bytes(data[at - 4 : at], "little")
    photo = read_photo(with_noise(data, at, length))
    assert difference(photo.pixels, STREET) < 16
    assert len(photo.warnings) == 1 and saying(photo, "transparency")


@pytest.mark.parametrize("kind", ["HEIC", "AVIF"])
def test_broken_transparency_of_a_container_is_passed_over_with_a_warning(kind: str) -> None:
    data = half_transparent(kind, quality=95)
    # libheif writes the alpha item last, libavif first.
    start = len(data) - 200 if kind == "HEIC" else data.index(b"mdat") + 14
    photo = read_photo(with_noise(data, start, 200 if kind == "HEIC" else 20))
    assert difference(photo.pixels, STREET) < 16
    assert len(photo.warnings) == 1 and saying(photo, "transparency")


@pytest.mark.parametrize("kind", ["HEIC", "AVIF"])
def test_a_colour_box_that_no_decoder_takes_does_not_cost_the_picture(kind: str) -> None:
    data = saved(street(), kind)
    at = data.index(b"colr") + 4
    photo = read_photo(data[:at] + b"????" + data[at + 4 :])
    assert difference(photo.pixels, STREET) < 16
    assert len(saying(photo, "colour profile")) == len(photo.warnings) <= 1


def test_a_short_colour_segment_does_not_cost_a_jpeg() -> None:
    for segment in (b"\xff\xe0\x00\x07JFIF\x00", b"\xff\xee\x00\x07Adobe"):
        assert np.array_equal(
            read_photo(after_start(JPEG, segment)).pixels, read_photo(JPEG).pixels
        )


def test_a_cut_chunk_beside_the_picture_does_not_cost_a_webp() -> None:
    data = WEBP + b"EXIF" + (1000).to_bytes(4, "little") + b"II*"
    assert difference(read_photo(data).pixels, STREET) < 16


@pytest.mark.parametrize("name", odd_files())
def test_an_odd_photo_is_read(name: str) -> None:
    assert isinstance(read_photo(odd_files()[name]), Photo)
