"""The gallery: photos that anyone may copy, with the credit they deserve and nothing hidden."""

import io
import json
from pathlib import Path

import pytest
from PIL import Image

import pages.gallery
from geoloc import countries
from pages.gallery import GalleryPhoto, entries

each = pytest.mark.parametrize("photo", entries(), ids=lambda photo: photo.file)


def test_there_are_many_photos_of_a_dozen_countries() -> None:
    assert len(entries()) > 24
    assert len({photo.country for photo in entries()}) > 12


def test_the_answer_that_is_promised_is_of_a_photo_that_comes_with_the_app() -> None:
    answer = json.loads((Path(pages.gallery.__file__).parent / "promise.json").read_text())
    assert answer["file"] in {photo.file for photo in entries()}
    assert all(countries.name(code) for code, _share in answer["countries"])


def test_every_file_is_credited_and_every_credit_has_its_file() -> None:
    files = {path.name for path in Path(pages.gallery.__file__).parent.glob("*.jpg")}
    assert files == {photo.file for photo in entries()}


@each
def test_a_photo_may_be_copied_and_says_whose_it_is(photo: GalleryPhoto) -> None:
    assert photo.licence in {"Public Domain", "CC0-1.0"}
    assert photo.source.startswith("https://commons.wikimedia.org/wiki/File:")
    assert photo.author and photo.author in photo.credit
    assert photo.title in photo.credit and "\n" not in photo.credit


@each
def test_a_photo_is_a_small_jpeg_without_metadata(photo: GalleryPhoto) -> None:
    data = photo.read()
    assert len(data) < 120_000
    with Image.open(io.BytesIO(data)) as image:
        assert (image.format, image.mode) == ("JPEG", "RGB")
        assert max(image.size) <= 800
        assert not image.getexif()
        assert not {"comment", "icc_profile", "xmp", "exif"} & set(image.info)


@each
def test_a_landmark_stands_in_its_country(photo: GalleryPhoto) -> None:
    assert countries.name(photo.country)
    if photo.position is not None:
        assert countries.country_at(photo.position) == photo.country
