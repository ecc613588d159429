"""How the parts of a city model's answer are mixed."""

import dataclasses

import numpy as np
import pytest

from geoloc.city.mixture import Mixture
from geoloc.geo import PITTSBURGH_BOX
from geoloc.models.card import CityCalibration

MIXTURE = Mixture(0.5, 0.3, 0.2, 40.0, 20.0, 100.0, 1.5, 0.05, {50: 0.4, 90: 0.92})


def test_the_shares_weigh_the_parts():
    parts = np.eye(3)[:, None]
    assert MIXTURE.mix(parts) == pytest.approx(np.array([[0.5, 0.3, 0.2]]))


def test_a_part_without_an_answer_leaves_the_others_their_proportions():
    parts = np.eye(3)[:, None] * [[[1.0]], [[0.0]], [[1.0]]]
    assert MIXTURE.mix(parts) == pytest.approx(np.array([[5 / 7, 0, 2 / 7]]))


def test_a_mixture_comes_back_from_a_card():
    written = CityCalibration(mixture=MIXTURE).model_dump_json()
    assert CityCalibration.model_validate_json(written).mixture == MIXTURE


def test_without_calibration_the_network_has_all_the_say_and_no_region_is_promised():
    told = Mixture.uncalibrated(PITTSBURGH_BOX)
    assert (told.own, told.views, told.prior) == (1.0, 0.0, 0.0) and not told.regions


@pytest.mark.parametrize(
    "change",
    [
        {"own": 0.9},
        {"views_m": 0.0},
        {"retrieval_temperature": float("nan")},
        {"regions": {90: 1.2}},
    ],
)
def test_what_is_no_mixture_is_refused(change):
    with pytest.raises(ValueError, match="shares|above 0|mass"):
        dataclasses.replace(MIXTURE, **change)
