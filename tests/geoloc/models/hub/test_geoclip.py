"""GeoCLIP: its real encoder of positions, on a small CLIP: places in the world and in any city."""

from __future__ import annotations

import numpy as np
import pytest

import geoloc
from geoloc.cli import main
from geoloc.models.hub import geoclip, models
from geoloc.models.registry import available
from tests.geoloc import small_models as small
from tests.geoloc.models.hub import stand_in
from tests.geoloc.models.hub.test_get import agreed

PARIS, VERSAILLES = (48.86, 2.35), (48.80, 2.13)
TOKYO, YOKOHAMA = (35.68, 139.69), (35.44, 139.64)
SYDNEY, AUCKLAND = (-33.87, 151.2), (-36.85, 174.76)
NEW_YORK, NEWARK = (40.71, -74.0), (40.74, -74.17)


@pytest.mark.parametrize(
    ("place", "near", "far"),
    [
        (PARIS, VERSAILLES, TOKYO),
        (TOKYO, YOKOHAMA, PARIS),
        (NEW_YORK, NEWARK, SYDNEY),
        (SYDNEY, AUCKLAND, PARIS),
    ],
)
def test_places_near_each_other_mean_more_alike(place, near, far):
    own, close, away = geoclip.location_features(np.array([place, near, far]))
    assert own @ close > own @ away


@pytest.fixture
def world(hub, place, monkeypatch):
    """GeoCLIP as it was fetched, with a gallery of four towns, and no city at hand."""
    stand_in.few_positions(monkeypatch, [PARIS, TOKYO, SYDNEY, NEW_YORK])
    models.get("geoclip", agreed, hub)
    return geoloc.load("geoclip")


def test_a_photo_gets_a_pin_in_the_world_and_countries_by_summing(world):
    prediction = world.predict(small.photos(1)[0])
    assert prediction.probabilities.sum() == pytest.approx(1)
    assert {code for code, _share in prediction.countries} == {"FR", "JP", "AU", "US"}
    assert sum(share for _code, share in prediction.countries) == pytest.approx(1)
    assert not prediction.regions and world.problem.code == "world_uncalibrated"


def test_any_city_gets_pins_from_positions_all_over_its_box_without_a_photo(world, capsys):
    assert main(["models", "city", "lyon", "--within", "45.70,4.78,45.80,4.90"]) == 0
    locator = geoloc.load("lyon-geoclip")
    prediction = locator.predict(small.photos(1)[0])
    assert locator.city.title == "Lyon" and locator.city.country == "FR"
    assert locator.city.box.contains(prediction.position)
    assert locator.problem.code == "city_without_photos"
    # Both are made of one CLIP, which lies in memory once.
    assert locator.network.backbone is world.network.backbone


def test_removing_geoclip_removes_the_cities_that_were_made_of_it(world, place):
    assert main(["models", "city", "lyon", "--within", "45.70,4.78,45.80,4.90"]) == 0
    models.remove("geoclip")
    assert not {"geoclip", "lyon-geoclip"} & {model.name for model in available()[0]}
