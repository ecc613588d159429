"""Every way of evening classes out keeps its word: its sizes, its weights, the world it shows."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from geoloc.balance import (
    METHODS,
    Adjusted,
    Balance,
    Growth,
    Sampled,
    Untouched,
    Weighted,
    as_card,
    from_card,
    prior_shift,
)
from training.tasks.tasks import Countries

share = st.floats(0, 1)
growths = st.builds(Growth, share, share, share, share, target=st.floats(0.01, 1))
methods = st.one_of(
    st.just(Untouched()),
    growths,
    *(st.builds(kind, share) for kind in (Weighted, Adjusted, Sampled)),
)
counts = st.lists(st.integers(1, 3000), min_size=2, max_size=9).map(np.array)
seeds = st.integers(0, 2**32)

STRONG = [
    Untouched(),
    Growth(1.0, 0.5, 0.25, 0.25, target=0.5),
    Weighted(0.5),
    Adjusted(1.0),
    Sampled(0.5),
    Sampled(1.0),
]
by_name = pytest.mark.parametrize("balance", STRONG, ids=repr)


@by_name
def test_a_plan_has_the_sizes_that_are_told_on_average(balance):
    photos = np.array([60, 25, 7, 1])
    labels, rng = np.repeat(np.arange(4), photos), np.random.default_rng(0)
    drawn = np.array(
        [np.bincount(labels[balance.plan(labels, rng).row], minlength=4) for _ in range(600)]
    )
    error = drawn.std(axis=0) / np.sqrt(len(drawn))
    assert (np.abs(drawn.mean(axis=0) - balance.sizes(photos)) <= 4.5 * error + 1e-9).all()


@by_name
def test_a_plan_can_be_drawn_again(balance):
    labels = np.repeat(np.arange(3), [30, 10, 2])
    first, again = (balance.plan(labels, np.random.default_rng(5)) for _ in range(2))
    assert np.array_equal(first.row, again.row) and np.array_equal(first.holed, again.holed)


@pytest.mark.parametrize("balance", [Untouched(), Weighted(1.0), Adjusted(1.0)], ids=repr)
def test_what_needs_no_copies_shows_each_photo_once_as_it_is(balance):
    plan = balance.plan(np.repeat([0, 1], [9, 3]), np.random.default_rng(0))
    assert plan.row.tolist() == list(range(12))
    assert not (plan.mirrored.any() or plan.holed.any() or plan.camera.any())


def test_sampling_draws_as_many_photos_as_there_are_and_none_of_a_class_without_any():
    labels = np.array([0] * 90 + [2] * 10)
    row = Sampled(1.0).plan(labels, np.random.default_rng(0)).row
    assert len(row) == 100
    assert 30 < (labels[row] == 2).sum() < 70


@given(methods, counts)
def test_a_photo_weighs_1_on_average(balance, photos):
    weights = balance.weights(photos)
    assert (weights > 0).all()
    assert np.average(weights, weights=photos) == pytest.approx(1)


def best_answer(balance: Balance, photos: np.ndarray, seed: int, smoothing: float):
    """A kind of photo that each class shows now and then: what the loss says of some outputs to it.

    Returns:
        how likely each class shows it; the loss's gradient at logits, as a function of them.
    """
    likelihood = np.random.default_rng(seed).uniform(0.05, 1, len(photos))
    task = Countries(
        tuple(map(str, range(len(photos)))),
        smoothing,
        weights=tuple(balance.weights(photos)),
        offset=tuple(balance.offset(photos)),
    )
    met = balance.sizes(photos) * likelihood
    targets = torch.eye(len(photos), dtype=torch.float64)

    def gradient(logits: np.ndarray) -> np.ndarray:
        outputs = torch.tensor(logits, requires_grad=True)
        losses = [task.loss(outputs[None], row[None]) for row in targets]
        share = torch.tensor(met / (met * balance.weights(photos)).sum())
        (torch.stack(losses) @ share).backward()
        return outputs.grad.numpy()

    return likelihood, gradient


@given(methods, counts, seeds)
@settings(max_examples=60)
def test_the_best_logits_answer_for_the_world_that_is_told(balance, photos, seed):
    likelihood, gradient = best_answer(balance, photos, seed, smoothing=0.0)
    logits = np.log(balance.shown(photos) * likelihood)
    assert gradient(logits) == pytest.approx(0, abs=1e-6)
    # The gradient is not flat: of another world, these logits would be wrong.
    assert np.abs(gradient(logits + np.eye(len(photos))[0])).max() > 1e-5


@given(methods, counts, seeds, st.floats(0.01, 0.5))
@settings(max_examples=60)
def test_smoothing_does_not_change_which_answer_is_best(balance, photos, seed, smoothing):
    likelihood, gradient = best_answer(balance, photos, seed, smoothing)
    felt = balance.sizes(photos) * balance.weights(photos) * likelihood
    tilt = np.exp(balance.offset(photos))
    # The answer without smoothing, blended with one that is alike for all: the order stays.
    best = (1 - smoothing) * felt / tilt + smoothing * felt.sum() / tilt.sum()
    assert gradient(np.log(best)) == pytest.approx(0, abs=1e-6)
    assert best.argmax() == (balance.shown(photos) * likelihood).argmax()


@given(methods, counts)
def test_the_prior_moves_from_the_world_that_was_shown_to_the_one_there_is(balance, photos):
    moved = balance.shown(photos) * np.exp(prior_shift(balance, photos))
    assert moved / moved.sum() == pytest.approx(photos / photos.sum())


def test_without_balancing_there_is_no_prior_to_move():
    assert not prior_shift(Untouched(), np.array([2117, 18])).any()


EVENED = [Weighted, Adjusted, Sampled]


@pytest.mark.parametrize("kind", EVENED)
@given(photos=counts)
@settings(max_examples=20)
def test_power_0_is_no_balancing_and_power_1_evens_classes_out(kind, photos):
    none = kind(0.0)
    assert none.sizes(photos) == pytest.approx(photos)
    assert none.weights(photos) == pytest.approx(1)
    assert none.offset(photos) == pytest.approx(0)
    assert prior_shift(none, photos) == pytest.approx(0, abs=1e-9)
    whole = kind(1.0).shown(photos)
    assert whole == pytest.approx(whole[0])


@given(counts)
def test_growth_by_nothing_is_no_balancing(photos):
    assert Growth().sizes(photos) == pytest.approx(photos)


@pytest.mark.parametrize("kind", EVENED)
@pytest.mark.parametrize("power", [-0.1, 1.1, float("nan")])
def test_a_power_outside_0_to_1_is_refused(kind, power):
    with pytest.raises(ValueError, match="power"):
        kind(power)


@given(methods)
def test_a_card_tells_the_method_and_its_settings(balance):
    told = json.loads(json.dumps(as_card(balance)))
    assert from_card(told) == balance
    assert METHODS[told["method"]] is type(balance)
