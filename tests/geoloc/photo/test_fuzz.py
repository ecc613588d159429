"""Broken photos by the thousand: each is read, or refused with a sentence."""

from benchmarks.fuzz import fuzz, mutant


def test_a_number_is_always_the_same_file():
    assert mutant(7) == mutant(7) != mutant(7 + 1000)


def test_no_broken_photo_does_more_than_be_refused():
    outcome = fuzz(first=0, count=10_000)
    assert not outcome.raised
    assert 0 < outcome.refused < 10_000
