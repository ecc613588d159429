"""Several photos of one place: what val decides, and the gain as places would count it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import softmax

from geoloc.models.card import MultiViewCalibration
from geoloc.models.multi_view import MultiView
from training.calibration.multi_view import Judged, as_card, fit, metrics, places, pooled, truth_of
from training.evaluation.metrics import log_loss

CLASSES = 5
EVEN = MultiView(np.full(CLASSES, 1 / CLASSES))


def world(
    shared: float, count: int = 400, views: int = 4, seed: int = 0
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Calibrated answers (B, N), truth and places; views share a part of what they show.

    With `shared` 0 each view is evidence of its own, with 1 all show the same.
    """
    rng = np.random.default_rng(seed)
    prior = np.array([0.4, 0.3, 0.15, 0.1, 0.05])
    truth = rng.choice(CLASSES, size=count, p=prior)
    common = rng.normal(size=(count, 1, CLASSES))
    own = rng.normal(size=(count, views, CLASSES))
    noise = np.sqrt(shared) * common + np.sqrt(1 - shared) * own
    seen = 1.5 * np.eye(CLASSES)[truth][:, None] + noise
    # The likelihood of what is seen, of unit noise around 1.5 at the true class.
    told = softmax(np.log(prior) + 1.5 * seen, axis=2).reshape(-1, CLASSES)
    return told, truth.repeat(views), np.arange(count).repeat(views).astype(str)


@pytest.mark.parametrize(("shared", "low", "high"), [(0.0, 0.9, 1.0), (1.0, 0.0, 0.1)])
def test_gamma_says_how_far_views_are_evidence_of_their_own(shared, low, high):
    assert low <= fit(*world(shared)).gamma <= high


def test_half_shared_evidence_lies_between():
    assert 0.1 < fit(*world(0.3)).gamma < 0.8


@given(st.floats(0, 1))
def test_no_gamma_makes_the_truth_of_places_more_likely(gamma):
    told, truth, groups = world(0.3, count=60)
    seen = places(truth, groups)
    best = fit(told, truth, groups)
    other = MultiView(best.prior, gamma)
    losses = [log_loss(pooled(told, seen, how), truth_of(seen, truth)) for how in (best, other)]
    assert losses[0] <= losses[1] + 1e-6


def test_sets_of_unseen_places_hold_the_truth_as_often_as_promised():
    how = fit(*world(0.3, seed=1))
    told, truth, groups = world(0.3, seed=2)
    scores = metrics(Judged.by(how, None, told, truth, groups), truth)
    assert 0.86 <= scores["set_coverage"] <= 0.96


def test_places_of_one_photo_fit_nothing():
    told, truth, _ = world(0.5, count=10, views=1)
    assert fit(told, truth, np.arange(10).astype(str)) is None
    assert as_card(None) is None


def test_a_place_has_several_photos_of_one_country():
    truth = np.array([0, 1, 0, 2, 0, 1, 3])
    groups = np.array(["b", "a", "b", "c", "b", "a", "c"])
    assert [rows.tolist() for rows in places(truth, groups)] == [[1, 5], [0, 2, 4]]


def test_what_is_fitted_comes_back_from_its_card():
    how = fit(*world(0.3, count=60))
    again = MultiViewCalibration.model_validate_json(as_card(how).model_dump_json())
    assert (again.gamma, again.conformal_threshold) == (how.gamma, how.conformal_threshold)
    assert np.array_equal(again.prior, how.prior)


def test_a_place_counts_once_however_many_photos_it_has():
    sure = np.eye(CLASSES) * 0.9 + 0.02
    told = sure[[0, 0, 1, 2, 2, 3]]
    truth = np.array([0, 0, 0, 0, 4, 4])
    groups = np.array(["a", "a", "a", "a", "b", "b"])
    scores = metrics(Judged.by(EVEN, None, told, truth, groups), truth)
    assert (scores["places"], scores["photos"], scores["views"]) == (2, 6, 3)
    assert scores["top1_single"] == pytest.approx((2 / 4 + 0) / 2)
    assert scores["top1"] == 0.5 and scores["gain_top1"] == pytest.approx(0.25)
    assert scores["macro_recall_single"] == pytest.approx((2 / 4 + 0) / 2)
    assert scores["macro_recall"] == 0.5 and "set_coverage" not in scores


def test_the_gain_comes_with_an_interval_over_places():
    told, truth, groups = world(0.0)
    how = fit(told, truth, groups)
    scores = metrics(Judged.by(how, None, told, truth, groups), truth)
    low, high = scores["gain_top1_interval"]
    assert 0 < low < scores["gain_top1"] < high
    assert scores["top1"] - scores["top1_single"] == pytest.approx(scores["gain_top1"])


def test_without_such_places_there_is_nothing_to_pool():
    told, truth, _ = world(0.5, count=10, views=1)
    judged = Judged.by(EVEN, 0.5, told, truth, np.arange(10).astype(str))
    assert judged.seen == [] and judged.places.shape == (0, CLASSES)
