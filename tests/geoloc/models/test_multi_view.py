"""Several photos of one place become one answer: countries by evidence, pins by their median."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import softmax

from geoloc.models.card import CardError, of_json
from geoloc.models.multi_view import MultiView
from tests.geoloc import small_models

PRIOR = np.array([0.5, 0.3, 0.15, 0.05])
EVEN = np.full(4, 0.25)

views = st.integers(1, 6).flatmap(
    lambda n: arrays(float, (n, 4), elements=st.floats(-8, 8)).map(lambda z: softmax(z, axis=1))
)
gammas = st.floats(0, 1)


@given(views, gammas)
def test_the_answer_is_made_of_probabilities(told, gamma):
    answer = MultiView(PRIOR, gamma).pooled(told)
    assert answer.shape == (4,) and (answer > 0).all()
    assert answer.sum() == pytest.approx(1)


@given(views, gammas)
def test_one_photo_is_never_changed(told, gamma):
    assert np.array_equal(MultiView(PRIOR, gamma).pooled(told[:1]), told[0])


@given(views, gammas, st.randoms())
def test_the_order_of_the_photos_does_not_matter(told, gamma, random):
    shuffled = told[random.sample(range(len(told)), len(told))]
    how = MultiView(PRIOR, gamma)
    assert how.pooled(shuffled) == pytest.approx(how.pooled(told))


@given(views)
def test_without_gamma_it_is_the_mean_of_log_probabilities_whatever_the_prior(told):
    mean = softmax(np.log(told).mean(axis=0))
    assert MultiView(PRIOR).pooled(told) == pytest.approx(mean, abs=1e-9)
    assert MultiView(EVEN).pooled(told) == pytest.approx(mean, abs=1e-9)


def test_views_that_err_independently_are_joined_as_by_naive_bayes():
    rng = np.random.default_rng(0)
    likelihood = rng.random((3, 4))
    told = PRIOR * likelihood / (PRIOR * likelihood).sum(axis=1, keepdims=True)
    posterior = PRIOR * likelihood.prod(axis=0)
    expected = posterior / posterior.sum()
    assert MultiView(PRIOR, 1.0).pooled(told) == pytest.approx(expected)


@given(st.integers(2, 12), gammas)
def test_photos_that_show_nothing_add_nothing_however_many(count, gamma):
    assert MultiView(PRIOR, gamma).pooled(np.tile(PRIOR, (count, 1))) == pytest.approx(PRIOR)


@given(gammas)
def test_views_that_agree_are_surer_together(gamma):
    told = np.tile([0.25, 0.6, 0.1, 0.05], (4, 1))
    assert MultiView(PRIOR, gamma).pooled(told)[1] >= 0.6 - 1e-9


def test_a_view_that_rules_a_country_out_does_not_rule_it_out_for_all():
    told = np.array([[0.0, 1.0, 0.0, 0.0], [0.9, 0.1, 0.0, 0.0], [0.9, 0.1, 0.0, 0.0]])
    answer = MultiView(PRIOR, 0.5).pooled(told)
    assert np.isfinite(answer).all() and answer[0] > 0


WRONG = {
    "a negative gamma": (PRIOR, -0.1, None),
    "a large gamma": (PRIOR, 1.1, None),
    "no number": (PRIOR, float("nan"), None),
    "an impossible class": (np.array([0.5, 0.5, 0.0, 0.0]), 0.5, None),
    "too much": (PRIOR * 2, 0.5, None),
    "a threshold above 1": (PRIOR, 0.5, 1.5),
}


@pytest.mark.parametrize(("prior", "gamma", "threshold"), WRONG.values(), ids=WRONG)
def test_what_makes_no_sense_is_refused(prior, gamma, threshold):
    with pytest.raises(ValueError, match=r"gamma|prior|threshold"):
        MultiView(prior, gamma, threshold)


def test_without_a_word_in_the_card_photos_are_averaged_and_the_threshold_is_theirs():
    card = of_json(small_models.country_card(calibration={"conformal_threshold": 0.8}))
    assert (card.multi_view.gamma, card.multi_view.conformal_threshold) == (0, 0.8)


def test_a_card_tells_prior_gamma_and_threshold():
    fitted = {"prior": PRIOR.tolist(), "gamma": 0.4, "conformal_threshold": 0.7}
    calibration = {"conformal_threshold": 0.8, "multi_view": fitted}
    how = of_json(small_models.country_card(calibration=calibration)).multi_view
    assert (how.gamma, how.conformal_threshold) == (0.4, 0.7)
    assert np.array_equal(how.prior, PRIOR)
    fitted["prior"] = [0.2] * 5
    with pytest.raises(CardError, match="4 are needed"):
        of_json(small_models.country_card(calibration=calibration))
