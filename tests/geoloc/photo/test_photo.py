"""Reading photos: colours, rotation, bounds, and what is said about files that are no photo."""

from __future__ import annotations

import hashlib
import os
import random
import re
import struct
import warnings
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import pillow_heif
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageFile

import geoloc.photo.sides
import geoloc.photo.webp
from geoloc.photo import (
    EXTENSIONS,
    LONGEST_SIDE,
    MAX_BYTES,
    MAX_PIXELS,
    Photo,
    PhotoError,
    is_photo_name,
    read_photo,
)
from tests.geoloc.bad_files import (
    BAD_FILES,
    BROKEN_EXIF,
    BadFile,
    png_chunk,
    saved,
    street,
    with_app1,
)
from tests.geoloc.photo_files import exif_with, odd_files, retagged, told_by_exif

STREET = np.asarray(street())
LOSSLESS = {"PNG": {}, "WEBP": {"lossless": True}}
LOSSY = {
    "JPEG": {"quality": 95, "subsampling": 0},
    "HEIC": {"quality": 95, "chroma": 444},
    "AVIF": {"quality": 95, "subsampling": "4:4:4"},
}


def difference(pixels: np.ndarray, others: np.ndarray) -> float:
    return float(np.abs(pixels.astype(int) - others.astype(int)).mean())


# Kinds and colours


@pytest.mark.parametrize(("kind", "options"), LOSSLESS.items())
def test_a_lossless_photo_keeps_each_pixel(kind: str, options: dict) -> None:
    photo = read_photo(saved(street(), kind, **options))
    assert photo.pixels.dtype == np.uint8
    assert np.array_equal(photo.pixels, STREET)


@pytest.mark.parametrize(("kind", "options"), LOSSY.items())
def test_a_lossy_photo_keeps_its_look(kind: str, options: dict) -> None:
    photo = read_photo(saved(street(), kind, **options))
    assert photo.pixels.shape == STREET.shape
    # Mirrored or turned, the picture is off by 85.
    assert difference(photo.pixels, STREET) < 8


def palette_image(**transparency: object) -> tuple[Image.Image, dict]:
    """Left half index 0 (red), right half index 1 (blue)."""
    image = Image.fromarray(np.repeat([[0] * 20 + [1] * 20], 40, axis=0).astype(np.uint8), "L")
    image = image.copy()
    image.putpalette([255, 0, 0, 0, 0, 255])
    return image, transparency


def halves(left: object, right: object, mode: str) -> Image.Image:
    image = Image.new(mode, (40, 40), left)
    image.paste(right, (20, 0, 40, 40))
    return image


COLOURS = {
    "RGB": (halves((9, 8, 7), (1, 2, 3), "RGB"), {}, (9, 8, 7), (1, 2, 3)),
    "RGB with a transparent colour": (
        halves((9, 8, 7), (1, 2, 3), "RGB"),
        {"transparency": (1, 2, 3)},
        (9, 8, 7),
        (255, 255, 255),
    ),
    "RGBA": (
        halves((100, 0, 0, 255), (100, 0, 0, 0), "RGBA"),
        {},
        (100, 0, 0),
        (255, 255, 255),
    ),
    "RGBA half transparent": (
        halves((0, 0, 0, 255), (0, 0, 0, 127), "RGBA"),
        {},
        (0, 0, 0),
        (128, 128, 128),
    ),
    "grey": (halves(12, 200, "L"), {}, (12, 12, 12), (200, 200, 200)),
    "grey with a transparent shade": (
        halves(12, 200, "L"),
        {"transparency": 12},
        (255, 255, 255),
        (200, 200, 200),
    ),
    "grey with alpha": (halves((12, 255), (12, 0), "LA"), {}, (12, 12, 12), (255, 255, 255)),
    "one bit": (halves(0, 1, "1"), {}, (0, 0, 0), (255, 255, 255)),
    "palette": (*palette_image(), (255, 0, 0), (0, 0, 255)),
    "palette with a transparent colour": (
        *palette_image(transparency=1),
        (255, 0, 0),
        (255, 255, 255),
    ),
    "palette with alpha": (
        *palette_image(transparency=bytes([255, 127])),
        (255, 0, 0),
        (128, 128, 255),
    ),
}


@pytest.mark.parametrize("name", COLOURS)
def test_any_kind_of_colour_becomes_rgb_on_white(name: str) -> None:
    image, options, left, right = COLOURS[name]
    pixels = read_photo(saved(image, "PNG", **options)).pixels
    assert tuple(pixels[20, 5]) == left
    assert tuple(pixels[20, 35]) == right


def grey_of_sixteen_bits(values: np.ndarray) -> Image.Image:
    return Image.fromarray(values.astype(np.uint16))


def test_sixteen_bit_grey_is_scaled_and_not_clipped() -> None:
    values = np.linspace(0, 65535, 64 * 64).reshape(64, 64).astype(np.uint16)
    pixels = read_photo(saved(grey_of_sixteen_bits(values), "PNG")).pixels
    assert np.array_equal(pixels[..., 0], np.round(values / 257).astype(np.uint8))


def test_a_transparent_shade_of_sixteen_bit_grey_becomes_white() -> None:
    values = np.full((40, 40), 1000)
    values[:, 20:] = 1001
    data = saved(grey_of_sixteen_bits(values), "PNG")
    at = data.index(b"IDAT") - 4
    pixels = read_photo(data[:at] + png_chunk(b"tRNS", struct.pack(">H", 1001)) + data[at:]).pixels
    assert (pixels[20, 5, 0], pixels[20, 35, 0]) == (4, 255)


def test_ink_of_a_cmyk_jpeg_is_not_taken_for_light() -> None:
    pixels = read_photo(
        saved(halves((0, 0, 0, 0), (0, 255, 255, 0), "CMYK"), "JPEG", quality=95)
    ).pixels
    assert pixels[20, 5].min() > 245
    assert pixels[20, 35, 0] > 245
    assert pixels[20, 35, 1:].max() < 10


def test_a_grey_jpeg_becomes_rgb() -> None:
    pixels = read_photo(saved(Image.new("L", (40, 40), 77), "JPEG")).pixels
    assert np.unique(pixels).tolist() == [77]


# Colour profiles


SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def swapped_profile() -> bytes:
    """A profile by which the first channel is green light and the second red."""
    names = {b"rXYZ": b"gXYZ", b"gXYZ": b"rXYZ"}
    profile = re.sub(b"[rg]XYZ", lambda match: names[match[0]], SRGB)
    return profile.replace("sRGB".encode("utf-16-be"), "GRB!".encode("utf-16-be"))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "HEIC"])
def test_colours_pass_through_their_profile(kind: str) -> None:
    pixels = read_photo(
        saved(Image.new("RGB", (64, 64), "red"), kind, icc_profile=swapped_profile())
    ).pixels
    assert pixels[32, 32, 1] > 245
    assert pixels[32, 32, [0, 2]].max() < 15


def test_what_is_transparent_is_white_by_any_profile() -> None:
    image = halves((255, 0, 0, 255), (255, 0, 0, 0), "RGBA")
    pixels = read_photo(saved(image, "PNG", icc_profile=swapped_profile())).pixels
    assert pixels[20, 5].tolist() == [0, 255, 0]
    assert pixels[20, 35].tolist() == [255, 255, 255]


def test_srgb_s_own_profile_changes_nothing() -> None:
    photo = read_photo(saved(street(), "PNG", icc_profile=SRGB))
    assert np.array_equal(photo.pixels, STREET)
    assert photo.warnings == ()


def test_a_profile_for_other_channels_changes_nothing() -> None:
    page = Image.new("CMYK", (40, 40), (0, 0, 0, 0))
    photo = read_photo(saved(page, "JPEG", icc_profile=swapped_profile()))
    assert photo.pixels.min() > 245
    assert len(photo.warnings) == 1 and "colour profile" in str(photo.warnings[0])


def test_a_grey_photo_with_an_rgb_profile_stays_grey() -> None:
    grey = Image.new("L", (40, 40), 90)
    pixels = read_photo(saved(grey, "PNG", icc_profile=swapped_profile())).pixels
    assert np.ptp(pixels.astype(int)) <= 1


# Rotation


TURNED = {
    1: lambda upright: upright,
    2: lambda upright: upright[:, ::-1],
    3: lambda upright: upright[::-1, ::-1],
    4: lambda upright: upright[::-1],
    5: lambda upright: upright.transpose(1, 0, 2),
    6: lambda upright: np.rot90(upright, 1),
    7: lambda upright: upright[::-1, ::-1].transpose(1, 0, 2),
    8: lambda upright: np.rot90(upright, -1),
}
"""How a camera stores an upright picture when it writes each of EXIF's orientations."""


@settings(max_examples=40, deadline=None)
@given(
    orientation=st.sampled_from(sorted(TURNED)),
    kind=st.sampled_from(sorted(LOSSLESS)),
    width=st.integers(32, 60),
    height=st.integers(32, 60),
)
def test_a_photo_stands_upright_however_it_was_stored(
    orientation: int, kind: str, width: int, height: int
) -> None:
    upright = np.asarray(street(width, height))
    stored = Image.fromarray(np.ascontiguousarray(TURNED[orientation](upright)))
    data = saved(stored, kind, exif=exif_with(orientation), **LOSSLESS[kind])
    assert np.array_equal(read_photo(data).pixels, upright)


@pytest.mark.parametrize("kind", LOSSY)
@pytest.mark.parametrize("orientation", sorted(TURNED))
def test_a_lossy_photo_stands_upright_and_is_turned_once(kind: str, orientation: int) -> None:
    stored = Image.fromarray(np.ascontiguousarray(TURNED[orientation](STREET)))
    data = saved(stored, kind, exif=exif_with(orientation), **LOSSY[kind])
    pixels = read_photo(data).pixels
    assert pixels.shape == STREET.shape
    assert difference(pixels, STREET) < 8


@pytest.mark.parametrize("kind", ["HEIC", "AVIF"])
@pytest.mark.parametrize("orientation", sorted(TURNED))
def test_where_the_container_says_nothing_exif_tells_how_to_turn(
    kind: str, orientation: int
) -> None:
    stored = Image.fromarray(np.ascontiguousarray(TURNED[orientation](STREET)))
    data = told_by_exif(stored, kind, orientation, **LOSSY[kind])
    assert b"irot" not in data and b"imir" not in data
    photo = read_photo(data)
    assert photo.pixels.shape == STREET.shape
    assert difference(photo.pixels, STREET) < 8


@pytest.mark.parametrize("kind", ["HEIC", "AVIF"])
@pytest.mark.parametrize("other", [1, 3, 6, 8])
@pytest.mark.parametrize("orientation", [2, 3, 6, 7, 8])
def test_a_container_that_turns_is_obeyed_whatever_exif_says(
    kind: str, orientation: int, other: int
) -> None:
    stored = Image.fromarray(np.ascontiguousarray(TURNED[orientation](STREET)))
    exif = Image.Exif()
    exif[0x0112], exif[0x0113] = orientation, other
    data = saved(stored, kind, exif=exif.tobytes(), **LOSSY[kind])
    assert b"irot" in data or b"imir" in data
    if kind == "HEIC":
        # It keeps the rotation, as none: out of the way with it.
        data = retagged(data, 0x0112, 0x0111)
    photo = read_photo(retagged(data, 0x0113, 0x0112))
    assert photo.pixels.shape == STREET.shape
    assert difference(photo.pixels, STREET) < 8


# Size


@settings(max_examples=20, deadline=None)
@given(
    longest=st.integers(1000, 4000),
    shape=st.floats(0.2, 1.0),
    tall=st.booleans(),
    kind=st.sampled_from(["JPEG", "PNG"]),
)
def test_the_longest_side_is_bounded_and_the_shape_kept(
    longest: int, shape: float, tall: bool, kind: str
) -> None:
    size = (longest, max(32, round(longest * shape)))
    size = size[::-1] if tall else size
    height, width = read_photo(saved(Image.new("L", size), kind)).pixels.shape[:2]
    assert max(width, height) == min(longest, LONGEST_SIDE)
    scale = min(1.0, LONGEST_SIDE / longest)
    # Reduced in two steps, the shorter side may be rounded twice.
    assert abs(width - size[0] * scale) <= 2
    assert abs(height - size[1] * scale) <= 2


def test_a_reduced_jpeg_looks_like_the_whole_one() -> None:
    large = street(160, 80).resize((4000, 2000))
    pixels = read_photo(saved(large, "JPEG")).pixels
    assert difference(pixels, np.asarray(large.resize((1600, 800)))) < 2


def test_a_108_megapixel_jpeg_of_a_phone_is_read() -> None:
    assert read_photo(hundred_megapixels()).pixels.shape == (1200, 1600, 3)


def hundred_megapixels() -> bytes:
    return saved(Image.new("L", (12000, 9000), 130), "JPEG")


@pytest.mark.parametrize("mode", ["L", "RGB", "P", "LA", "RGBA", "I;16"])
def test_a_picture_read_in_bands_is_the_one_read_at_once(mode: str) -> None:
    # Six bands or more, rows of every filter, and as large as it may be without being reduced.
    x, y = np.meshgrid(np.arange(1600), np.arange(1500))
    waves = 128 + 60 * np.sin(x / 37) + 60 * np.cos(y / 23)
    noise = np.random.default_rng(0).integers(0, 8, waves.shape)
    if mode == "I;16":
        image = Image.fromarray((waves * 200 + noise).astype(np.uint16))
        expected = np.round(np.asarray(image) / 257).astype(np.uint8)
        expected = np.repeat(expected[..., None], 3, axis=-1)
    else:
        grey = Image.fromarray((waves + noise).astype(np.uint8))
        image = Image.merge("RGB", (grey, grey.rotate(180), street(1600, 1500).getchannel("R")))
        image = image.quantize(64) if mode == "P" else image.convert(mode)
        expected = np.asarray(image.convert("RGB"))
    assert np.array_equal(read_photo(saved(image, "PNG")).pixels, expected)


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "HEIC", "AVIF"])
def test_a_large_picture_is_reduced_to_what_it_looks_like(kind: str) -> None:
    large = street(200, 25).resize((3200, 400))
    pixels = read_photo(saved(large, kind)).pixels
    assert pixels.shape == (200, 1600, 3)
    assert difference(pixels, np.asarray(large.resize((1600, 200)))) < 4


def interlaced(image: Image.Image) -> bytes:
    """A grey PNG in Adam7's seven passes, none of them filtered."""
    pixels = np.asarray(image)
    passes = ((0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2))
    rows = b"".join(
        b"\x00" + row.tobytes()
        for top, left, down, across in (*passes, (1, 0, 2, 1))
        for row in pixels[top::down, left::across]
    )
    header = struct.pack(">IIBBBBB", *image.size, 8, 0, 0, 0, 1)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(*chunk) for chunk in chunks)


def test_an_interlaced_png_keeps_each_pixel() -> None:
    grey = street().convert("L")
    assert np.array_equal(read_photo(interlaced(grey)).pixels[..., 0], np.asarray(grey))


def progressive(jpeg: bytes) -> bytes:
    return jpeg.replace(b"\xff\xc0", b"\xff\xc2", 1)


def jpeg_measuring(width: int, height: int) -> bytes:
    data = bytearray(saved(street(), "JPEG"))
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = struct.pack(">HH", height, width)
    return bytes(data)


def webp_measuring(width: int, height: int) -> bytes:
    data = bytearray(saved(street(), "WEBP", exif=exif_with(1)))
    assert data[12:16] == b"VP8X"
    data[24:27] = (width - 1).to_bytes(3, "little")
    data[27:30] = (height - 1).to_bytes(3, "little")
    return bytes(data)


def container_measuring(kind: str, width: int, height: int) -> bytes:
    data = bytearray(saved(street(), kind))
    at = data.index(b"ispe") + 8
    data[at : at + 8] = struct.pack(">II", width, height)
    return bytes(data)


FORGED = {
    "JPEG": jpeg_measuring(60_000, 50_000),
    "progressive JPEG": progressive(jpeg_measuring(12_000, 9_000)),
    "PNG": BAD_FILES["huge PNG"].data,
    "WebP": webp_measuring(16_000_000, 9_000_000),
    "HEIC": container_measuring("HEIC", 30_000, 30_000),
    "AVIF": container_measuring("AVIF", 16_000, 16_000),
}


@pytest.mark.parametrize("kind", FORGED)
def test_too_many_pixels_are_refused_before_any_is_decoded(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def decoded(*_: object) -> None:
        pytest.fail("pixels were decoded")

    monkeypatch.setattr(ImageFile.ImageFile, "load", decoded)
    monkeypatch.setattr(pillow_heif.HeifImage, "load", decoded)
    monkeypatch.setattr(cv2, "imdecode", decoded)
    with pytest.raises(PhotoError, match="megapixels"):
        read_photo(FORGED[kind])


def test_a_picture_larger_than_its_container_says_is_refused() -> None:
    data = bytearray(saved(street(512, 512), "HEIC"))
    at = data.index(b"ispe") + 8
    data[at : at + 8] = struct.pack(">II", 64, 64)
    with pytest.raises(PhotoError, match="damaged"):
        read_photo(bytes(data))


def test_a_jpeg_of_endless_scans_is_refused() -> None:
    data = saved(street(), "JPEG", progressive=True)
    last = data[data.rindex(b"\xff\xda") : -2]
    with pytest.raises(PhotoError, match="layers"):
        read_photo(data[:-2] + 100 * last + data[-2:])


def test_a_comment_that_holds_an_end_of_image_hides_no_scans() -> None:
    data = saved(street(), "JPEG", progressive=True)
    last = data[data.rindex(b"\xff\xda") : -2]
    comment = b"\xff\xfe\x00\x04\xff\xd9"
    with pytest.raises(PhotoError, match="layers"):
        read_photo(data[:-2] + comment + 100 * last + data[-2:])
    assert np.array_equal(
        read_photo(data[:-2] + comment + data[-2:]).pixels, read_photo(data).pixels
    )


def test_segments_without_end_between_the_scans_of_a_jpeg_are_refused() -> None:
    data = saved(street(), "JPEG", progressive=True)
    with pytest.raises(PhotoError):
        read_photo(data[:-2] + 10_000 * b"\xff\xfe\x00\x02" + data[-2:])


def test_a_profile_repeated_in_a_png_is_inflated_once(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def counted(data: bytes, most: int) -> bytes:
        seen.append(1)
        return original(data, most)

    original = geoloc.photo.sides.inflated
    monkeypatch.setattr(geoloc.photo.sides, "inflated", counted)
    data = saved(street(), "PNG", icc_profile=SRGB)
    start, end = data.index(b"iCCP") - 4, data.index(b"IDAT") - 4
    read_photo(data[:start] + 50 * data[start:end] + data[end:])
    assert seen == [1]


# Files that are no photo


@pytest.mark.parametrize("name", BAD_FILES)
def test_each_bad_file_gets_one_sentence_for_its_owner(name: str) -> None:
    bad = BAD_FILES[name]
    with pytest.raises(PhotoError) as refusal:
        read_photo(bad.data)
    said = str(refusal.value)
    assert bad.says in said
    assert said.endswith(".")
    assert "\n" not in said and len(said) < 250
    assert not re.search("Pillow|PIL|libheif|Error|Traceback|0x|/", said)


@pytest.mark.parametrize(
    "start", [b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\x00\x00\x00\x00WEBP"]
)
def test_a_signature_with_nothing_behind_it_is_refused(start: bytes) -> None:
    with pytest.raises(PhotoError):
        read_photo(start)


@pytest.mark.parametrize(
    "name",
    [
        "IMG_1.jpg", "IMG_1.JPG", "a.jpeg", "a.jpe", "a.jfif", "DSC1.HIF", "a.hif", "a.heic",
        "a.HEIF", "a.avif", "a.png", "a.webp", "b/c.d.JPeG",
    ],
)  # fmt: skip
def test_a_photo_is_known_by_the_end_of_its_name(name: str) -> None:
    assert is_photo_name(name)
    assert Path(name).suffix[1:].lower() in EXTENSIONS


@pytest.mark.parametrize("name", ["jpg", "a.txt", "a.jpg.part", "a.tif", "a.mp4", "a.zip", ""])
def test_another_name_is_no_photo_s(name: str) -> None:
    assert not is_photo_name(name)


@pytest.mark.parametrize("kind", [*LOSSLESS, *LOSSY])
@pytest.mark.parametrize("extension", EXTENSIONS)
def test_a_photo_of_any_kind_is_read_under_any_photo_s_name(
    kind: str, extension: str, tmp_path: Path
) -> None:
    path = tmp_path / f"photo.{extension}"
    path.write_bytes(saved(street(), kind))
    assert read_photo(path).pixels.shape == STREET.shape


def test_the_name_of_a_file_decides_nothing(tmp_path: Path) -> None:
    named_wrongly = tmp_path / "photo.txt"
    named_wrongly.write_bytes(saved(street(), "PNG"))
    assert np.array_equal(read_photo(named_wrongly).pixels, STREET)


def test_photos_with_broken_exif_are_answered_with_a_warning() -> None:
    photo = read_photo(BROKEN_EXIF.data)
    assert photo.pixels.shape == (480, 640, 3)
    assert (photo.position, photo.taken, photo.heading) == (None, None, None)
    assert len(photo.warnings) == 1
    assert BROKEN_EXIF.says in str(photo.warnings[0])


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "HEIC", "AVIF"])
def test_broken_exif_never_costs_a_photo_of_any_kind(kind: str) -> None:
    data = saved(street(), kind, exif=b"Exif\x00\x00" + TIFF)
    assert data.count(TIFF) == 1
    photo = read_photo(data.replace(TIFF, b"??" + TIFF[2:]))
    assert photo.pixels.shape == STREET.shape
    assert BROKEN_EXIF.says in " ".join(map(str, photo.warnings))


TIFF = b"MM\x00*\x00\x00\x00\x08\x00\x01\x01\x10\x00\x02\x00\x00\x00\x04cam\x00\x00\x00\x00\x00"
"""An EXIF block that names a camera and tells nothing else."""


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF"])
def test_of_an_animation_the_first_frame_is_read_with_a_warning(kind: str) -> None:
    others = [Image.new("RGB", (96, 64), "black")] * 2
    options = LOSSLESS.get(kind, {})
    photo = read_photo(saved(street(), kind, save_all=True, append_images=others, **options))
    assert difference(photo.pixels, STREET) < 12
    assert list(map(str, photo.warnings)) == [
        "This picture is animated; only its first frame is used."
    ]


# Paths


def test_a_path_and_its_bytes_give_the_same_photo(tmp_path: Path) -> None:
    data = saved(street(), "PNG")
    path = tmp_path / "photo.png"
    path.write_bytes(data)
    assert read_photo(path) == read_photo(str(path)) == read_photo(data)


def refused_path(path: str | Path) -> str:
    with pytest.raises(PhotoError) as refusal:
        read_photo(path)
    said = str(refusal.value)
    assert str(path) not in said
    return said


def test_a_path_that_leads_to_no_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    os.symlink(tmp_path / "loop", tmp_path / "loop")
    assert "folder" in refused_path(tmp_path)
    assert "no such file" in refused_path(tmp_path / "missing.jpg")
    assert "pipe" in refused_path(tmp_path / "pipe")
    assert "cannot be read" in refused_path(tmp_path / "loop")
    assert "cannot be read" in refused_path("photo\x00.jpg")
    assert "cannot be read" in refused_path("x" * 5000)


def test_a_file_that_may_not_be_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "photo.png"
    path.write_bytes(b"")

    # Not chmod: the tests may run as root, who reads everything.
    def denied(*_: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "open", denied)
    assert "permissions" in refused_path(path)


def test_a_file_that_is_too_large_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    with path.open("wb") as file:
        # Sparse: it takes no room on disk, and would take 64 GB of memory.
        file.truncate(64_000_000_000)
    assert "64000 MB" in refused_path(path)


def test_a_file_as_large_as_allowed_is_read_and_one_byte_more_refused() -> None:
    data = saved(street(), "JPEG").ljust(MAX_BYTES, b"\x00")
    assert read_photo(data).pixels.shape == STREET.shape
    with pytest.raises(PhotoError, match="has 31 MB, and at most 30 MB"):
        read_photo(data + b"\x00")


# What surrounds a photo


def test_a_photo_is_known_by_its_bytes_and_cannot_be_changed() -> None:
    data = saved(street(), "PNG")
    photo = read_photo(data)
    assert photo.sha256 == hashlib.sha256(data).hexdigest()
    assert photo == read_photo(data)
    assert hash(photo) == hash(read_photo(data))
    assert photo != read_photo(saved(street(97, 64), "PNG"))
    with pytest.raises(ValueError, match="read-only"):
        photo.pixels[0, 0] = 0


def outcome(data: bytes) -> Photo | str:
    try:
        return read_photo(data)
    except PhotoError as error:
        return str(error)


def many_files() -> list[BadFile]:
    good = [BadFile(kind, saved(street(), kind), "") for kind in (*LOSSLESS, *LOSSY)]
    return [*BAD_FILES.values(), BROKEN_EXIF, *good]


def test_threads_read_as_one_does() -> None:
    files = [file.data for file in many_files() if len(file.data) < 1_000_000] * 3
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(outcome, files)) == [outcome(data) for data in files]


def test_reading_warns_nobody_and_leaves_global_settings_alone() -> None:
    before = Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES, list(Image.ID)
    damaged_index = with_app1(saved(street(), "JPEG"), b"Exif\x00\x00" + TIFF[:12] + b"\xff\xff")
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        for file in many_files():
            outcome(file.data)
        for data in (hundred_megapixels(), damaged_index):
            outcome(data)
    assert [str(warning.message) for warning in heard] == []
    assert before == (Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES, list(Image.ID))


def test_reading_writes_nothing_to_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    for file in many_files():
        outcome(file.data)
    assert list(tmp_path.iterdir()) == []


# Mutations


def mutated(data: bytes, chance: random.Random) -> bytes:
    if chance.random() < 0.2:
        return data[: chance.randrange(len(data))]
    mutant = bytearray(data)
    for _ in range(chance.choice((1, 2, 8))):
        at = chance.randrange(len(mutant))
        if chance.random() < 0.7:
            mutant[at] = chance.choice((0, 1, 0x7F, 0xFF, chance.randrange(256)))
        elif chance.random() < 0.5:
            del mutant[at : at + 4]
        else:
            mutant[at:at] = chance.randbytes(4)
    return bytes(mutant)


@pytest.mark.parametrize("kind", [*LOSSLESS, *LOSSY])
def test_a_mutated_photo_is_read_or_refused_and_nothing_else(kind: str) -> None:
    chance = random.Random(kind)
    data = saved(street(48, 40), kind, exif=exif_with(6), icc_profile=swapped_profile())
    assert isinstance(outcome(data), Photo)
    read = 0
    for _ in range(150):
        result = outcome(mutated(data, chance))
        if isinstance(result, Photo):
            read += 1
            assert result.pixels.shape[2] == 3
            assert result.pixels.size <= 3 * MAX_PIXELS
    # Neither all nor none: the mutations do reach the decoders.
    assert 0 < read < 150


def test_a_mutated_odd_photo_is_read_or_refused_and_nothing_else() -> None:
    chance = random.Random(2)
    read = [
        isinstance(outcome(mutated(data, chance)), Photo)
        for data in odd_files().values()
        for _ in range(20)
    ]
    assert 0 < sum(read) < len(read)
