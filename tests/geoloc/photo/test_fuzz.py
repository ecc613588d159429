"""Broken photos by the thousand: each is read, or refused with a sentence."""

import pytest

from benchmarks.fuzz import fuzz, mutant
from geoloc.photo import PhotoError, read_photo, read_position
from tests.geoloc.photo_files import odd_files


def test_a_number_is_always_the_same_file():
    assert mutant(7) == mutant(7) != mutant(7 + 1000)


def test_no_broken_photo_does_more_than_be_refused():
    outcome = fuzz(first=0, count=10_000)
    assert not outcome.raised
    assert 0 < outcome.refused < 10_000


@pytest.mark.parametrize("data", odd_files().values(), ids=odd_files())
def test_a_position_is_the_same_without_decoding(data):
    try:
        photo = read_photo(data)
    except PhotoError:
        return
    assert read_position(data)[0] == photo.position
