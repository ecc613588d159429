"""Whether a photo is from the city at all."""

import numpy as np
import pytest

from geoloc.city.density import Density
from geoloc.city.ood import doubts, speaks_for
from geoloc.city.prediction import CityPrediction, Likeness
from geoloc.geo import PITTSBURGH_BOX, City, LatLon
from geoloc.geo.grid import Grid
from geoloc.tasks.country import CountryPrediction

GRID = Grid.over(PITTSBURGH_BOX, 8)
FLAT = Density(GRID, np.full(len(GRID), 1 / len(GRID)))
CITY = City("pittsburgh", "Pittsburgh", PITTSBURGH_BOX, "US")


def predicted(similarity: float | None = None, city: City = CITY) -> CityPrediction:
    alike = None if similarity is None else Likeness(similarity, threshold=0.5)
    return CityPrediction("m", city, FLAT.median, FLAT, None, {}, likeness=alike)


def country(us: float) -> CountryPrediction:
    rest = (1 - us) / 2
    return CountryPrediction.of(
        "c", ("FR", "JP", "US"), np.array([rest + 0.01, rest - 0.01, us]), 0.9
    )


def test_a_photo_like_the_citys_own_from_its_country_is_not_doubted():
    assert doubts(predicted(0.7), country(0.9)) == ()


@pytest.mark.parametrize(
    ("similarity", "us", "said"),
    [(0.3, 0.9, "looks little like"), (None, 0.01, "probably not United States")],
)
def test_each_reason_is_a_sentence(similarity, us, said):
    (told,) = doubts(predicted(similarity), country(us))
    assert said in str(told)


def test_a_country_never_overrules_a_likeness_that_fits():
    assert doubts(predicted(0.7), country(0.01)) == ()


@pytest.mark.parametrize(
    ("similarity", "us", "position", "speaks"),
    [
        (0.7, 0.9, None, True),
        (0.3, 0.9, None, False),
        (None, 0.9, None, True),
        (None, 0.01, None, False),
        (0.3, 0.01, PITTSBURGH_BOX.center, True),
        (0.7, 0.9, LatLon(48.0, 2.0), False),
    ],
)
def test_position_speaks_before_likeness_and_likeness_before_the_country(
    similarity, us, position, speaks
):
    assert speaks_for(predicted(similarity), position, country(us)) is speaks


def test_both_reasons_can_hold():
    assert len(doubts(predicted(0.3), country(0.01))) == 2


def test_what_is_not_known_casts_no_doubt():
    nowhere = City("town", "Town", PITTSBURGH_BOX)
    assert doubts(predicted(), None) == ()
    assert doubts(predicted(city=nowhere), country(0.01)) == ()
