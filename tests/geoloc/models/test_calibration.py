"""Probabilities that mean what they say, and country sets that hold the truth often enough."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import log_softmax, softmax

from geoloc.models.calibration import (
    COVERAGE,
    conformal_quantile,
    fit_set_mass,
    fit_temperature,
    fit_temperature_and_prior,
    set_sizes,
)


def guesses(size: int, classes: int = 8, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Logits (B, N), and truths (B,) that are drawn from just the probabilities they mean."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 2, (size, classes))
    truth = (logits + rng.gumbel(size=logits.shape)).argmax(axis=1)
    return logits, truth


def loss(logits: np.ndarray, truth: np.ndarray, temperature: float) -> float:
    log_p = log_softmax(logits / temperature, axis=1)
    return -log_p[np.arange(len(truth)), truth].mean()


@pytest.mark.parametrize("boldness", [0.3, 1.0, 2.5, 8.0])
def test_the_temperature_takes_back_how_much_too_sure_a_model_is(boldness):
    logits, truth = guesses(5000)
    assert fit_temperature(boldness * logits, truth) == pytest.approx(boldness, rel=0.05)


@given(st.integers(0, 1000), st.floats(0.2, 5))
@settings(max_examples=20)
def test_no_temperature_makes_the_truth_more_likely_than_the_fitted_one(seed, other):
    logits, truth = guesses(200, seed=seed)
    best = fit_temperature(logits, truth)
    assert loss(logits, truth, best) <= loss(logits, truth, other) + 1e-6


@pytest.mark.parametrize(("sign", "limit"), [(1, 0.05), (-1, 20.0)])
def test_the_temperature_stays_in_its_bounds(sign, limit):
    truth = np.zeros(20, int)
    logits = np.tile([sign * 1.0, 0.0, 0.0], (20, 1))
    assert fit_temperature(logits, truth) == pytest.approx(limit, rel=0.01)


def test_sets_of_unseen_photos_hold_the_truth_as_often_as_promised():
    """The guarantee holds on average over calibration sets, so it is averaged over many."""
    held = []
    for seed in range(60):
        logits, truth = guesses(300, seed=seed)
        probabilities = softmax(logits, axis=1)
        mass = fit_set_mass(probabilities[:100], truth[:100], np.arange(100))
        order = np.argsort(-probabilities[100:], axis=1)
        rank = (order == truth[100:, None]).argmax(axis=1)
        held.append((rank < set_sizes(probabilities[100:], mass)).mean())
    assert COVERAGE - 0.005 <= np.mean(held) <= COVERAGE + 0.04


def test_a_new_place_is_held_as_often_as_promised_though_easy_places_have_the_most_photos():
    """To count photos as if each were a place would promise too much."""
    rng = np.random.default_rng(0)
    by_place, by_photo = [], []
    for _ in range(1500):
        hard = rng.normal(size=61)
        scores, new = hard[:60] + rng.normal(0, 0.1, 60), hard[60] + rng.normal(0, 0.1)
        photos = np.where(hard[:60] < 0, 10, 1)
        copies, groups = np.repeat(scores, photos), np.repeat(np.arange(60), photos)
        by_place.append(new <= conformal_quantile(copies, groups, 0.9))
        by_photo.append(new <= conformal_quantile(copies, np.arange(len(copies)), 0.9))
    assert np.mean(by_place) == pytest.approx(0.9, abs=0.03)
    assert np.mean(by_photo) < 0.6


@given(st.lists(st.floats(0, 1), min_size=9, max_size=60), st.sampled_from([0.5, 0.8, 0.9]))
def test_photos_of_places_of_their_own_each_count_as_one(scores, coverage):
    found = conformal_quantile(np.array(scores), np.arange(len(scores)), coverage)
    assert found == np.sort(scores)[int(np.ceil(coverage * (len(scores) + 1) - 1e-9)) - 1]


def test_a_place_with_many_photos_counts_as_one_with_a_single_photo():
    scores = np.array([0.1] * 50 + [0.4, 0.6, 0.8])
    assert conformal_quantile(scores, np.array(["a"] * 50 + ["b", "c", "d"]), 0.5) == 0.6
    assert conformal_quantile(scores, np.arange(53), 0.5) == 0.1


@pytest.mark.parametrize(("photos", "least"), [(1, 1.0), (8, 1.0), (9, 0.0)])
def test_too_few_photos_promise_nothing_but_all_countries(photos, least):
    """Nine are needed, so that even the worst of them stands for nine photos in ten."""
    told = np.tile([0.7, 0.2, 0.1], (photos, 1))
    mass = fit_set_mass(told, np.zeros(photos, int), np.arange(photos))
    assert mass == least
    assert set_sizes(told[:1], mass).tolist() == [3 if least else 1]


def test_many_photos_of_few_places_promise_no_more_than_one_of_each():
    scores = np.linspace(0, 1, 240)
    assert conformal_quantile(scores, np.arange(240) % 8, 0.9) == np.inf
    assert conformal_quantile(scores, np.arange(240) % 9, 0.9) < 1


def test_each_photo_may_have_a_mass_of_its_own():
    told = np.tile([0.7, 0.2, 0.1], (3, 1))
    assert set_sizes(told, np.array([0.0, 0.7, 1.0])).tolist() == [1, 2, 3]


@given(st.integers(0, 1000), st.integers(20, 300), st.sampled_from([0.5, 0.8, 0.9]))
@settings(max_examples=30)
def test_the_sets_hold_a_little_more_than_promised_of_the_photos_they_were_fitted_on(
    seed, size, coverage
):
    """Conformal prediction asks for ceil((n + 1) coverage) of n, as the next photo counts too."""
    logits, truth = guesses(size, seed=seed)
    probabilities = softmax(logits, axis=1)
    sizes = set_sizes(probabilities, fit_set_mass(probabilities, truth, np.arange(size), coverage))
    rank = (np.argsort(-probabilities, axis=1) == truth[:, None]).argmax(axis=1)
    assert (rank < sizes).sum() >= np.ceil((size + 1) * coverage)


@given(st.integers(0, 1000), st.floats(0, 1), st.floats(0, 1))
@settings(max_examples=30)
def test_more_mass_never_makes_a_set_smaller(seed, one, other):
    probabilities = softmax(guesses(20, seed=seed)[0], axis=1)
    few, many = (set_sizes(probabilities, mass) for mass in sorted((one, other)))
    assert (few >= 1).all() and (few <= many).all() and (many <= 8).all()


def test_a_set_grows_where_the_model_is_unsure():
    probabilities = np.array([[0.9, 0.06, 0.03, 0.01], [0.3, 0.27, 0.23, 0.2]])
    assert set_sizes(probabilities, 0.7).tolist() == [1, 3]
    assert set_sizes(probabilities, 0.0).tolist() == [1, 1]
    assert set_sizes(probabilities, 1.0).tolist() == [4, 4]


def test_more_coverage_needs_more_mass():
    logits, truth = guesses(500)
    probabilities = softmax(logits, axis=1)
    of_its_own = np.arange(500)
    masses = [fit_set_mass(probabilities, truth, of_its_own, c) for c in (0.5, 0.8, 0.9, 0.99)]
    assert masses == sorted(set(masses))


def test_a_prior_that_training_moved_is_moved_back():
    rng = np.random.default_rng(0)
    natural, trained = np.array([0.8, 0.15, 0.05]), np.full(3, 1 / 3)
    truth = rng.choice(3, size=4000, p=natural)
    logits = np.eye(3)[truth] + rng.normal(size=(4000, 3))
    prior = np.log(natural / trained)
    temperature, weight = fit_temperature_and_prior(logits, prior, truth)
    assert temperature == pytest.approx(1, abs=0.1) and weight == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize(("boldness", "weight"), [(2.5, 0.4), (0.5, 1.6)])
def test_temperature_and_prior_are_told_apart(boldness, weight):
    prior = np.log([8, 4, 2, 1, 0.5, 0.25, 1, 1])
    logits, truth = guesses(8000)
    found = fit_temperature_and_prior(boldness * (logits - weight * prior), prior, truth)
    assert found == pytest.approx((boldness, weight), rel=0.07)


def test_without_a_shift_of_the_prior_only_the_temperature_is_fitted():
    rng = np.random.default_rng(0)
    logits, truth = rng.normal(size=(200, 3)), rng.integers(0, 3, 200)
    told = fit_temperature_and_prior(logits, np.zeros(3), truth)
    assert told == (fit_temperature(logits, truth), 0.0)
