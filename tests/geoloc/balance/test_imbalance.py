"""Imbalance: the numbers that say how unequal classes are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoloc.balance.imbalance import Imbalance

sizes = st.dictionaries(st.text("ABCDE", min_size=1, max_size=2), st.integers(1, 999), min_size=1)


def test_the_numbers_of_a_small_example() -> None:
    found = Imbalance.of({"US": 60, "FR": 20, "DE": 15, "LU": 5, "AQ": 0})
    assert (found.classes, found.total, found.half) == (4, 100, 1)
    assert (found.largest, found.smallest) == (("US", 60), ("LU", 5))
    assert found.ratio == 12 and found.share_of_largest == 0.6


@given(sizes)
def test_so_many_of_the_largest_hold_half_and_one_fewer_do_not(sizes) -> None:
    half = Imbalance.of(sizes).half
    order = sorted(sizes.values(), reverse=True)
    assert 2 * sum(order[:half]) >= sum(order) > 2 * sum(order[: half - 1])


@given(st.integers(1, 60), st.integers(1, 99))
def test_even_classes_are_even(classes, size) -> None:
    found = Imbalance.of({str(number): size for number in range(classes)})
    assert found.ratio == 1 and found.half == -(-classes // 2)


def test_without_any_element_there_is_no_imbalance() -> None:
    with pytest.raises(ValueError, match="no class"):
        Imbalance.of({"FR": 0})
