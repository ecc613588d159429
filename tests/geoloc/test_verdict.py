"""How far an answer is to be believed: bounds, pictures of no street, and what is restricted."""

from dataclasses import replace

import numpy as np
import pytest

from geoloc.ood import OodDetector, OodScore
from geoloc.predict import CountryPrediction
from geoloc.verdict import VERDICTS, VerdictBounds

BOUNDS = VerdictBounds(leaning=0.3, sure=0.7)
STREET, PAGE = OodScore(0.1, 0.5), OodScore(0.9, 0.5)
ANSWER = CountryPrediction(
    "m", ("FR", "US", "DE", "ES"), (0.5, 0.3, 0.15, 0.05), likely=2, ood=STREET, bounds=BOUNDS
)


@pytest.mark.parametrize(
    ("probability", "ood", "verdict"),
    [
        (0.29, None, "wild guess"),
        (0.3, None, "leaning"),
        (0.69, STREET, "leaning"),
        (0.7, STREET, "fairly sure"),
        (1.0, PAGE, "no street photo"),
        (0.1, PAGE, "no street photo"),
    ],
)
def test_a_verdict_follows_the_probability_unless_it_is_no_street(probability, ood, verdict):
    assert BOUNDS.of(probability, ood) == verdict
    assert verdict in VERDICTS


@pytest.mark.parametrize("wrong", [(0.7, 0.3), (-0.1, 0.5), (0.5, 1.1)])
def test_bounds_out_of_order_are_refused(wrong):
    with pytest.raises(ValueError, match="do not rise"):
        VerdictBounds(*wrong)


def test_a_model_without_bounds_has_no_verdict():
    assert replace(ANSWER, bounds=None).verdict is None
    assert ANSWER.verdict == "leaning"


def test_a_restricted_prediction_shares_the_probability_among_what_is_left():
    told = ANSWER.restricted(["DE", "US", "JP"])
    assert told.codes == ("US", "DE")
    assert told.probabilities == pytest.approx((2 / 3, 1 / 3))
    assert told.likely == 1


def test_a_restricted_prediction_has_the_verdict_of_its_own_probability():
    assert ANSWER.restricted(["FR", "ES"]).verdict == "fairly sure"
    assert replace(ANSWER, ood=PAGE).restricted(["FR"]).verdict == "no street photo"


def test_a_set_is_never_empty():
    assert ANSWER.restricted(["ES"]).likely == 1


@pytest.mark.parametrize("codes", [[], ["JP"]])
def test_countries_that_the_model_does_not_know_are_no_restriction(codes):
    with pytest.raises(ValueError, match="m knows none of"):
        ANSWER.restricted(codes)


def test_a_detector_judges_directions_whatever_the_length():
    detector = OodDetector(np.array([2.0, 0.0]), -1.0, threshold=0.0)
    features = np.array([[5.0, 0.0], [0.1, 0.0], [0.0, 3.0], [0.0, 0.0]])
    assert detector.scores(features) == pytest.approx([1, 1, -1, -1])
    assert [found.is_street for found in detector.judged(features)] == [False, False, True, True]


def test_a_detector_is_stored_and_read_back():
    detector = OodDetector(np.array([0.5, -0.25]), 0.125, threshold=0.75)
    found = OodDetector.from_tensors(detector.to_tensors(), 0.75)
    assert found.bias == detector.bias and found.threshold == detector.threshold
    assert np.array_equal(found.weight, detector.weight)


def test_a_detector_of_no_numbers_is_refused():
    with pytest.raises(ValueError, match="finite"):
        OodDetector(np.array([np.nan]), 0.0, 0.0)
