"""Whether a photo is from the city at all."""

import numpy as np
import pytest

from geoloc.city.density import Density
from geoloc.city.ood import doubts
from geoloc.city.prediction import CityPrediction, Likeness
from geoloc.geo import PITTSBURGH_BOX, City
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
    [(0.3, 0.9, "looks little like"), (0.7, 0.01, "probably not United States")],
)
def test_each_reason_is_a_sentence(similarity, us, said):
    (told,) = doubts(predicted(similarity), country(us))
    assert said in str(told)


def test_both_reasons_can_hold():
    assert len(doubts(predicted(0.3), country(0.01))) == 2


def test_what_is_not_known_casts_no_doubt():
    nowhere = City("town", "Town", PITTSBURGH_BOX)
    assert doubts(predicted(), None) == ()
    assert doubts(predicted(city=nowhere), country(0.01)) == ()
