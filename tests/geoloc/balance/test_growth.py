"""Balancing by growth: how large a class grows, and what its copies are."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoloc.balance import NOISY, ORIGINAL, RESAMPLED, Growth, Plan, Shares, grow, shares_for

share = st.floats(0, 1)
shares = st.builds(Shares, share, share, share, share)
seeds = st.integers(0, 2**32)
FULL = Shares(1.0, 1.0, 1.0, 1.0)


def draws(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.mark.parametrize(
    ("chosen", "factor"),
    [
        (Shares(), 1.0),
        (Shares(a=1.0), 2.0),
        (Shares(a=0.5, b=0.2), 1.8),
        (Shares(a=0.5, b=0.2, c=0.25, d=0.15), 2.52),
        (FULL, 12.0),
    ],
)
def test_the_mean_of_the_plan_is_x_times_its_factor(chosen, factor):
    assert chosen.factor == pytest.approx(factor)
    rows, rng = np.arange(7), draws()
    sizes = [len(grow(rows, chosen, rng)) for _ in range(1500)]
    error = np.std(sizes) / np.sqrt(len(sizes))
    assert np.mean(sizes) == pytest.approx(7 * factor, abs=4 * error + 1e-9)


@given(st.integers(0, 200), shares, seeds)
def test_a_single_plan_strays_from_its_mean_by_rounding_only(count, chosen, seed):
    size = len(grow(np.arange(count), chosen, draws(seed)))
    after_holes = 1 * (1 + chosen.b) + 1
    assert abs(size - count * chosen.factor) < after_holes * (1 + chosen.c + chosen.d) + 2


@given(st.integers(1, 60), shares, seeds)
def test_every_photo_is_there_once_as_it_is(count, chosen, seed):
    plan = grow(10 + np.arange(count), chosen, draws(seed))
    untouched = ~plan.mirrored & ~plan.holed & (plan.camera == ORIGINAL)
    assert sorted(plan.row[untouched]) == list(10 + np.arange(count))


@given(st.integers(1, 60), shares, seeds)
def test_no_photo_is_copied_the_same_way_twice(count, chosen, seed):
    plan = grow(np.arange(count), chosen, draws(seed))
    ways = list(zip(plan.row, plan.mirrored, plan.holed, plan.camera, strict=True))
    assert len(set(ways)) == len(ways)


def test_each_share_counts_the_copies_it_is_named_for():
    plan = grow(np.arange(1000), Shares(a=0.5, b=0.2, c=0.1, d=0.3), draws())
    cameras = [(plan.camera == kind).sum() for kind in (ORIGINAL, RESAMPLED, NOISY)]
    assert cameras == [1800, 180, 540]
    before_camera = plan.take(np.flatnonzero(plan.camera == ORIGINAL))
    assert before_camera.holed.sum() == 300
    assert before_camera.mirrored[~before_camera.holed].sum() == 500


@given(st.integers(1, 10_000), st.floats(1, 1e6), shares)
def test_a_class_reaches_its_target_or_the_cap(count, target, most):
    found = shares_for(count, target, most)
    wished = max(1.0, target / count)
    assert found.factor == pytest.approx(min(wished, most.factor), rel=1e-6)


@given(st.integers(2, 1000), shares)
def test_a_class_larger_than_its_target_stays_as_it_is(count, most):
    assert shares_for(count, count - 1, most) == Shares()
    assert shares_for(count, count, most) == Shares()


def test_shares_keep_their_proportions():
    found = shares_for(100, 200, Shares(a=1.0, b=0.5, c=0.25, d=0.125))
    assert (found.b / found.a, found.c / found.a, found.d / found.a) == pytest.approx(
        (0.5, 0.25, 0.125)
    )


LABELS = np.repeat([0, 1, 2], [400, 100, 5])
GROWTH = Growth(1.0, 1.0, 1.0, 1.0, target=0.5)


def test_small_classes_grow_to_the_target_and_large_ones_do_not():
    sizes = np.bincount(LABELS[GROWTH.plan(LABELS, draws()).row])
    assert sizes[0] == 400 and sizes[2] == 60
    assert sizes[1] == pytest.approx(200, abs=8)


def test_the_growth_of_each_class_is_told():
    largest, middle, smallest = GROWTH.shares([400, 100, 5])
    assert largest == Shares() and smallest == FULL
    assert middle.factor == pytest.approx(2)
    assert GROWTH.sizes(np.array([400, 100, 5])) == pytest.approx([400, 200, 60])


def test_a_class_without_photos_has_no_part_in_the_plan():
    plan = GROWTH.plan(np.array([3, 0, 3]), draws())
    assert set(plan.row) == {0, 1, 2}


def test_an_epochs_plan_can_be_drawn_again_and_another_epochs_differs():
    first, again, other = (GROWTH.plan(LABELS, draws(seed)) for seed in (1, 1, 2))
    assert np.array_equal(first.row, again.row) and np.array_equal(first.camera, again.camera)
    assert len(other) != len(first) or not np.array_equal(first.row, other.row)


def test_plans_are_taken_apart_and_joined():
    plan = grow(np.arange(20), FULL, draws())
    halves = [plan.take(np.arange(100)), plan.take(np.arange(100, len(plan)))]
    joined = Plan.joined(halves)
    for field in ("row", "mirrored", "holed", "camera"):
        assert np.array_equal(getattr(joined, field), getattr(plan, field))


@pytest.mark.parametrize("wrong", [{"a": 1.1}, {"b": -0.1}, {"d": float("nan")}])
def test_a_share_outside_0_to_1_is_refused(wrong):
    with pytest.raises(ValueError, match="each share lies in"):
        Shares(**wrong)


@pytest.mark.parametrize("target", [0.0, -1.0, 1.01])
def test_a_target_beyond_the_largest_class_is_refused(target):
    with pytest.raises(ValueError, match="target"):
        Growth(a=1.0, target=target)


def test_a_growth_has_the_shares_that_one_may_have():
    with pytest.raises(ValueError, match="each share lies in"):
        Growth(a=1.5)
