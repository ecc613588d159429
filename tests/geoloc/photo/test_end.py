"""Where a JPEG ends: by its rows, not by its marker."""

from __future__ import annotations

import re

import numpy as np
import pytest
from PIL import Image

from geoloc.photo import PhotoError, read_photo
from tests.geoloc.bad_files import saved, street
from tests.geoloc.photo_files import ENCODINGS

END = b"\xff\xd9"
TALL = street(160, 240)


@pytest.mark.parametrize("name", ENCODINGS)
@pytest.mark.parametrize(
    "rest",
    [b"", b"\xff", b"\x00" * 4096, b"\xff\xd8\xff\xe0", END[::-1]],
    ids=["cut", "half a marker", "zeros", "another picture", "nonsense"],
)
def test_a_jpeg_that_has_all_its_rows_needs_no_end(name: str, rest: bytes) -> None:
    data = saved(TALL, "JPEG", **ENCODINGS[name])
    photo = read_photo(data.removesuffix(END) + rest)
    assert np.array_equal(photo.pixels, read_photo(data).pixels)
    assert photo.warnings == ()


def test_a_large_jpeg_that_is_reduced_while_it_is_read_needs_no_end() -> None:
    data = saved(TALL.resize((3200, 4800)), "JPEG")
    assert np.array_equal(read_photo(data[:-2]).pixels, read_photo(data).pixels)


@pytest.mark.parametrize("colours", ["L", "CMYK"])
def test_a_jpeg_of_other_colours_needs_no_end(colours: str) -> None:
    data = saved(TALL.convert(colours), "JPEG")
    assert np.array_equal(read_photo(data[:-2]).pixels, read_photo(data).pixels)
    with pytest.raises(PhotoError, match="breaks off"):
        read_photo(data[: len(data) * 2 // 3] + END)


@pytest.mark.parametrize("name", ENCODINGS)
@pytest.mark.parametrize("share", [0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99])
@pytest.mark.parametrize("rest", [b"", b"\xff\xd8\xff\xe0"], ids=["cut", "another picture"])
def test_a_jpeg_that_lacks_rows_is_refused(name: str, share: float, rest: bytes) -> None:
    data = saved(TALL, "JPEG", **ENCODINGS[name])
    with pytest.raises(PhotoError, match="breaks off before its end"):
        read_photo(data[: int(len(data) * share)] + rest)


@pytest.mark.parametrize("name", [name for name in ENCODINGS if name != "progressive"])
@pytest.mark.parametrize("share", [0.5, 0.7, 0.9])
def test_an_end_does_not_stand_for_the_rows_before_it(name: str, share: float) -> None:
    data = saved(TALL, "JPEG", **ENCODINGS[name])
    with pytest.raises(PhotoError, match="breaks off before its end"):
        read_photo(data[: int(len(data) * share)] + END)


@pytest.mark.parametrize("name", ["restart markers", "many restart markers"])
def test_a_jpeg_cut_at_any_restart_marker_is_refused(name: str) -> None:
    data = saved(TALL, "JPEG", **ENCODINGS[name])
    markers = [match.start() for match in re.finditer(rb"\xff[\xd0-\xd7]", data)]
    assert len(markers) > 8
    for at in markers:
        for end in (at, at + 2):
            with pytest.raises(PhotoError, match="breaks off"):
                read_photo(data[:end])


def test_a_progressive_jpeg_that_lacks_a_layer_is_refused() -> None:
    data = saved(TALL, "JPEG", progressive=True)
    with pytest.raises(PhotoError, match="breaks off"):
        read_photo(data[: data.rindex(b"\xff\xda")])


def test_a_photo_that_is_grey_to_its_last_corner_is_no_broken_one() -> None:
    for colours in ("L", "RGB"):
        grey = Image.new("L", (160, 160), 128).convert(colours)
        pixels = read_photo(saved(grey, "JPEG")).pixels
        assert np.unique(pixels).tolist() == [128]
