"""Calibration on sources that nothing was trained on, and scores source by source."""

import numpy as np
import pytest
from scipy.special import softmax

from geoloc.verdict import VerdictBounds
from training import unseen

CLASSES = 4


def answers(count: int = 600, seed: int = 0):
    """Logits that are right in proportion to their softmax, twice as steep as they should be."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(size=(count, CLASSES)) * 1.5
    truth = np.array([rng.choice(CLASSES, p=row) for row in softmax(logits, axis=1)])
    sources = np.array([f"s{i % 12}" for i in range(count)])
    return 2 * logits, truth, np.arange(count), sources


EVEN = np.full(CLASSES, 1 / CLASSES)
ALL = np.ones(10_000, bool)


def test_logits_that_are_too_steep_are_cooled():
    logits, truth, groups, sources = answers()
    fitted = unseen.fit(logits, EVEN, truth, groups, sources, ALL[: len(truth)])
    assert fitted.temperature == pytest.approx(2, rel=0.2)
    assert len(fitted.sources) == 12


def test_a_prior_that_training_put_on_top_is_divided_out():
    logits, truth, groups, sources = answers()
    shown = np.array([0.85, 0.05, 0.05, 0.05])
    tilted = logits / 2 + np.log(shown)
    fitted = unseen.fit(tilted, shown, truth, groups, sources, ALL[: len(truth)])
    assert fitted.prior_power == pytest.approx(1, abs=0.15)
    plain = logits / 2
    back = (logits / 2 + np.log(shown)) / fitted.temperature + np.array(fitted.bias)
    gap = softmax(back, axis=1) - softmax(plain, axis=1)
    assert np.abs(gap).mean() < 0.05


def test_how_sure_to_be_is_fitted_on_the_sources_set_aside_alone():
    logits, truth, groups, sources = answers()
    aside = np.isin(sources, ["s0", "s1", "s2", "s3", "s4", "s5"])
    seen_best = np.where(aside[:, None], logits, 4 * logits)
    fitted = unseen.fit(seen_best, EVEN, truth, groups, sources, aside)
    assert fitted.temperature == pytest.approx(2, rel=0.25)
    assert fitted.sources == ("s0", "s1", "s2", "s3", "s4", "s5")


def test_sets_hold_nine_truths_in_ten_of_a_source_that_was_left_out():
    logits, truth, groups, sources = answers(1200)
    left_out = unseen.fit(logits, EVEN, truth, groups, sources, ALL[: len(truth)]).left_out
    assert set(left_out) == set(sources)
    assert np.mean([scores.set_coverage for scores in left_out.values()]) > 0.87


def test_fairly_sure_is_right_as_often_as_it_shall_be():
    logits, truth, groups, sources = answers(3000)
    fitted = unseen.fit(logits, EVEN, truth, groups, sources, ALL[: len(truth)])
    fresh, true, *_ = answers(3000, seed=1)
    probabilities = softmax(fresh / fitted.temperature, axis=1)
    found = unseen.by_verdict(probabilities, true, fitted.verdict)
    assert found["fairly sure"]["right"] > 0.75
    assert found["fairly sure"]["right"] > found["leaning"]["right"] > found["wild guess"]["right"]
    assert sum(scores["share"] for scores in found.values()) == pytest.approx(1)


def test_a_model_that_is_never_right_is_never_sure():
    wrong = np.eye(CLASSES)[np.zeros(50, int)]
    limits = unseen.bounds(0.9 * wrong + 0.025, np.ones(50, int), np.full(50, 0.02))
    assert limits == VerdictBounds(1.0, 1.0)


def test_scores_by_source_name_the_worst():
    right = np.eye(6)[np.repeat([0, 5], 20)]
    probabilities = 0.9 * right + 0.1 * np.array([0.3, 0.25, 0.2, 0.15, 0.08, 0.02])
    truth, sources = np.repeat([0, 4], 20), np.repeat(["good", "bad"], 20)
    scores = unseen.by_source(probabilities, truth, sources, threshold=0.9)
    assert scores["sources"]["good"]["top1"] == 1 and scores["sources"]["bad"]["top1"] == 0
    assert scores["source_mean"]["top1"] == pytest.approx(0.5)
    assert scores["worst_source"] == "bad"
