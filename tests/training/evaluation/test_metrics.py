"""Scores against scikit-learn's, their baselines, and intervals that resample places."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import softmax
from sklearn import metrics as known

from training.evaluation.metrics import (
    bootstrap,
    calibration_error,
    calibration_floor,
    city_metrics,
    country_metrics,
    log_loss,
    macro_recall,
    reliability,
    set_metrics,
    top_k,
)

seeds = st.integers(0, 2**32)


def answers(seed: int = 0, size: int = 200, classes: int = 7) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities (B, N) and the truths (B,) that are drawn from them."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 2, (size, classes))
    return softmax(logits, axis=1), (logits + rng.gumbel(size=logits.shape)).argmax(axis=1)


@given(seeds, st.integers(1, 6))
def test_top_k_is_scikit_learns(seed, k):
    probabilities, truth = answers(seed)
    expected = known.top_k_accuracy_score(truth, probabilities, k=k, labels=range(7))
    assert top_k(probabilities, truth, k).mean() == pytest.approx(expected)


@given(seeds)
def test_macro_recall_is_scikit_learns(seed):
    probabilities, truth = answers(seed)
    guess = probabilities.argmax(axis=1)
    expected = known.recall_score(truth, guess, average="macro", labels=np.unique(truth))
    assert macro_recall((guess == truth).astype(float), truth) == pytest.approx(expected)


@given(seeds)
def test_weighted_macro_recall_is_that_of_photos_repeated(seed):
    rng = np.random.default_rng(seed)
    truth, correct = rng.integers(0, 4, 60), rng.random(60) < 0.6
    weights = rng.integers(0, 4, 60)
    expected = macro_recall(correct.repeat(weights).astype(float), truth.repeat(weights))
    assert macro_recall(correct.astype(float), truth, weights.astype(float)) == pytest.approx(
        expected
    )


@given(seeds)
def test_the_log_loss_is_scikit_learns(seed):
    probabilities, truth = answers(seed)
    expected = known.log_loss(truth, probabilities, labels=range(7))
    assert log_loss(probabilities, truth) == pytest.approx(expected)


def test_the_log_loss_of_an_impossible_truth_is_finite():
    assert np.isfinite(log_loss(np.array([[1.0, 0.0]]), np.array([1])))


def test_ties_count_against_the_model():
    even = np.full((3, 4), 0.25)
    truth = np.array([0, 1, 3])
    assert not top_k(even, truth, 1).any() and not top_k(even, truth, 3).any()
    assert top_k(even, truth, 4).all()
    assert top_k(np.array([[0.4, 0.4, 0.2]]), np.array([2]), 3).tolist() == [True]


def test_a_class_without_photos_does_not_lower_the_macro_recall():
    assert macro_recall(np.array([1.0, 0.0]), np.array([5, 2])) == 0.5


def top_answers(probabilities: np.ndarray, truth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return probabilities.max(axis=1), (probabilities.argmax(axis=1) == truth).astype(float)


def test_a_perfectly_calibrated_model_has_a_small_calibration_error():
    probabilities, truth = answers(size=20_000)
    assert calibration_error(*top_answers(probabilities, truth)) < 0.015


def test_a_model_that_is_too_sure_has_a_large_calibration_error():
    probabilities, truth = answers(size=20_000)
    sure = probabilities**3 / (probabilities**3).sum(axis=1, keepdims=True)
    assert calibration_error(*top_answers(sure, truth)) > 0.1


def test_the_calibration_error_is_the_mean_gap_of_its_bins():
    confidence = np.array([0.95, 0.95, 0.55, 0.55, 1.0])
    correct = np.array([1.0, 0.0, 1.0, 1.0, 1.0])
    # Ten bins: |0.5 - 0.95| for two photos, |1 - 0.55| for two; 1.0 falls into the last bin.
    assert calibration_error(confidence, correct, bins=10) == pytest.approx(
        (abs(2.0 - 2.9) + abs(2.0 - 1.1)) / 5
    )


def test_true_probabilities_show_the_error_that_chance_makes_and_more_photos_less_of_it():
    floors = []
    for size in (200, 5000):
        shown = []
        for seed in range(20):
            confidence, correct = top_answers(*answers(seed, size))
            shown.append(calibration_error(confidence, correct))
        floors.append(calibration_floor(confidence))
        assert floors[-1] == pytest.approx(np.mean(shown), rel=0.15)
    assert floors[0] > 3 * floors[1]


def test_the_reliability_curve_names_each_bin_that_holds_photos():
    curve = reliability(np.array([0.95, 0.91, 0.55, 1.0]), np.array([1.0, 0.0, 1.0, 1.0]), bins=10)
    assert [point["photos"] for point in curve] == [1, 3]
    assert curve[1]["confidence"] == pytest.approx(0.9533, abs=1e-3)
    assert curve[1]["accuracy"] == pytest.approx(2 / 3)


@given(seeds)
def test_the_calibration_error_follows_from_the_reliability_curve(seed):
    confidence, correct = top_answers(*answers(seed))
    curve = reliability(confidence, correct)
    gaps = [p["photos"] * abs(p["confidence"] - p["accuracy"]) for p in curve]
    assert calibration_error(confidence, correct) == pytest.approx(sum(gaps) / len(correct))


def mean_of(values: np.ndarray):
    return lambda weights: float(np.average(values, weights=weights))


def test_photos_of_their_own_have_the_interval_of_statistics():
    values = np.random.default_rng(0).normal(5, 2, 400)
    low, high = bootstrap(mean_of(values), np.arange(400))
    half = 1.96 * values.std() / 20
    assert (low, high) == pytest.approx((values.mean() - half, values.mean() + half), abs=0.05)


def test_photos_of_one_place_count_as_little_more_than_one():
    """Ten photos a place that are right or wrong together: as if there were a tenth of them."""
    right = np.random.default_rng(0).random(40) < 0.5
    correct, places = right.repeat(10).astype(float), np.arange(40).repeat(10)
    by_place = np.diff(bootstrap(mean_of(correct), places))[0]
    by_photo = np.diff(bootstrap(mean_of(correct), np.arange(400)))[0]
    assert by_place == pytest.approx(np.sqrt(10) * by_photo, rel=0.2)


def test_an_interval_can_be_drawn_again():
    values, groups = np.arange(30.0), np.arange(30) // 3
    assert bootstrap(mean_of(values), groups) == bootstrap(mean_of(values), groups)
    assert bootstrap(mean_of(values), groups, seed=1) != bootstrap(mean_of(values), groups)


numbers = st.floats(-1e6, 1e6)


def test_a_country_models_scores_stand_beside_those_of_the_constant_answer():
    probabilities = np.array([[0.7, 0.2, 0.1], [0.2, 0.5, 0.3], [0.6, 0.3, 0.1], [0.1, 0.2, 0.7]])
    scores = country_metrics(
        probabilities,
        truth=np.array([0, 1, 1, 2]),
        groups=np.array(["a", "a", "b", "c"]),
        prior=np.array([0.2, 0.2, 0.6]),
    )
    assert (scores["photos"], scores["places"]) == (4, 3)
    assert scores["top1"] == 0.75 and scores["top5"] == 1.0
    assert scores["macro_recall"] == pytest.approx((1 + 0.5 + 1) / 3)
    assert scores["baseline"]["top1"] == 0.25 and scores["baseline"]["top5"] == 1.0
    assert scores["baseline"]["macro_recall"] == pytest.approx(1 / 3)
    low, high = scores["top1_interval"]
    assert 0 <= low < 0.75 < high <= 1


def test_a_baseline_names_one_class_where_several_are_equally_frequent():
    truth = np.array([0, 1, 2])
    scores = country_metrics(np.eye(3), truth, groups=truth, prior=np.full(3, 1 / 3))
    assert scores["baseline"]["top1"] == pytest.approx(1 / 3)


@given(seeds, st.floats(0, 1))
@settings(max_examples=15)
def test_a_sets_coverage_counts_the_truths_it_holds(seed, mass):
    probabilities, truth = answers(seed, size=20)
    held = []
    for row, own in zip(probabilities, truth, strict=True):
        named, above = [], 0.0
        for country in np.argsort(-row):
            if above <= mass + 1e-12:
                named.append(country)
            above += row[country]
        held.append((own in named, len(named)))
    scores = set_metrics(probabilities, truth, np.arange(20), mass)
    coverage, size = np.mean(held, axis=0)
    assert (scores["set_coverage"], scores["set_size"]) == pytest.approx((coverage, size))


def test_a_city_models_errors_stand_beside_those_of_the_centroid():
    errors = np.array([10.0, 40.0, 90.0, 200.0, 600.0])
    baseline = np.array([100.0, 300.0, 400.0, 700.0, 1000.0])
    scores = city_metrics(errors, baseline, groups=np.arange(5))
    assert (scores["p25"], scores["p50"], scores["p75"]) == (40, 90, 200)
    assert scores["p90"] == pytest.approx(440) and scores["mean"] == pytest.approx(188)
    within = [scores[f"within_{metres}m"] for metres in (25, 50, 100, 250, 500)]
    assert within == pytest.approx([0.2, 0.4, 0.6, 0.8, 0.8])
    assert scores["gain_p50"] == 310 and scores["skill"] == pytest.approx(1 - 90 / 400)
    assert scores["baseline"]["p50"] == 400
    low, high = scores["p50_interval"]
    assert 10 <= low <= 90 <= high <= 600


def test_the_gain_is_the_difference_of_the_medians_beside_it():
    """Of an even number of photos, the median lies between the two in the middle."""
    rng = np.random.default_rng(0)
    errors, baseline = rng.uniform(0, 500, 144), rng.uniform(0, 1000, 144)
    scores = city_metrics(errors, baseline, groups=np.arange(144) // 3)
    assert scores["gain_p50"] == scores["baseline"]["p50"] - scores["p50"]
    assert scores["skill"] == pytest.approx(1 - scores["p50"] / scores["baseline"]["p50"])
    assert scores["gain_p50_interval"][0] < scores["gain_p50"] < scores["gain_p50_interval"][1]


def test_a_model_no_better_than_the_centroid_has_no_skill():
    errors = np.random.default_rng(0).uniform(0, 1000, 50)
    scores = city_metrics(errors, errors, groups=np.arange(50) // 5)
    assert scores["skill"] == 0 and scores["gain_p50_interval"] == (0, 0)
