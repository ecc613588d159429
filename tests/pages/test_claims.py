"""What is said of how good a model is: by its card, and no part of it taken for granted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from geoloc.models.card import of_json
from geoloc.models.release import Release
from pages.shared.claims import city_claim, country_claim
from tests.geoloc import cards, small_models

RIGHT = {"photos": 1234, "top1": 0.321, "top1_interval": [0.301, 0.341], "baseline": {"top1": 0.1}}
OFF = {
    "photos": 145,
    "p50": 812.0,
    "p50_interval": [700.0, 950.0],
    "p90": 2345.0,
    "gain_p50": 3000.0,
    "gain_p50_interval": [2500.0, 3500.0],
    "baseline": {"p50": 3900.0},
}


def country(scores: dict[str, Any], split: str = "test", **card: Any) -> str:
    card = small_models.country_card(metrics={split: scores}, **card)
    return country_claim(Release(Path("small"), of_json(card)))


def city(scores: dict[str, Any]) -> str:
    card = small_models.city_card(metrics={"test": scores})
    return city_claim(Release(Path("small"), of_json(card)))


def without(scores: dict[str, Any], part: str) -> dict[str, Any]:
    return {key: value for key, value in scores.items() if key != part}


def test_a_country_model_is_told_beside_an_answer_that_never_changes():
    data = {"name": "world", "countries": {"train": {"FR": 30, "US": 70}}}
    assert country(RIGHT, data=data) == (
        "On 1,234 test photos that it had never seen, Small named the right country for **32.1%** "
        "(95% interval: 30.1% to 34.1%). Always answering “United States” would have been right "
        "for 10.0%."
    )
    assert "which the interval does not exclude." in country(RIGHT | {"top1_interval": [0.1, 0.5]})


def test_a_city_model_is_told_beside_the_middle():
    assert city(OFF) == (
        "On 145 test photos that it had never seen, half of the pins were within **812 m** of the "
        "truth (95% interval: 700 m to 950 m). Nine in ten were within **2.3 km**. Always marking "
        "the middle of the training photos comes within 3.9 km for half."
    )


@pytest.mark.parametrize("part", ["top1_interval", "baseline"])
def test_a_country_model_is_told_also_where_its_card_lacks_a_part(part):
    told = country(without(RIGHT, part))
    assert "Small named the right country for **32.1%**" in told
    assert ("interval" in told) == (part != "top1_interval")
    assert ("would have been right" in told) == (part != "baseline")


@pytest.mark.parametrize("part", ["p50_interval", "p90", "gain_p50_interval", "baseline"])
def test_a_city_model_is_told_also_where_its_card_lacks_a_part(part):
    told = city(without(OFF, part))
    assert "half of the pins were within **812 m** of the truth" in told
    assert ("interval" in told) == (part != "p50_interval")
    assert ("Nine in ten" in told) == (part != "p90")
    assert ("Always marking the middle" in told) == (part != "baseline")


@pytest.mark.parametrize("interval", [[-200.0, 700.0], [0.0, 700.0], None])
def test_a_pin_that_is_not_shown_to_beat_the_middle_is_not_relied_on(interval):
    told = city(OFF | {"gain_p50_interval": interval})
    assert "**don't rely on its pin**" in told
    assert "rely" not in city(OFF)


def test_what_nobody_measured_is_not_claimed():
    scores = {"photos": 3}
    assert country(scores) == "How often Small is right has not been measured."
    assert city(scores) == "How far Small, Town is off has not been measured."


def test_validation_photos_and_places_are_named():
    told = country(cards.country_scores(small_models.CLASSES), "val")
    assert told.startswith(f"On {cards.PHOTOS} validation photos of 60 places, which also decided")


def test_a_title_is_shown_as_it_stands():
    assert r"\*Odd\* named the right country" in country(RIGHT, title="*Odd*")
