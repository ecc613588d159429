"""The game's arithmetic: points, distances, pins of models, photos dealt, turns taken."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoloc.countries import centroid, distances_km
from geoloc.geo import LatLon
from geoloc.tasks.country import CountryPrediction
from pages.play.game import (
    MOST_POINTS,
    ROUNDS,
    SCALE_KM,
    Game,
    Mark,
    away_km,
    best_country,
    deal,
    model_mark,
    points,
)

COUNTRIES = ("BR", "DE", "FR", "IN", "JP", "PL", "US")


@dataclass(frozen=True)
class Scene:
    """A photo of nothing."""

    file: str
    country: str
    position: LatLon | None = None

    def read(self) -> bytes:
        return b""


places = st.builds(LatLon, st.floats(-90, 90), st.floats(-180, 180))
kilometres = st.floats(0, 20_100)


def album(*photos_of_each: int) -> list[Scene]:
    return [
        Scene(f"{country} {number}", country)
        for country, photos in zip(COUNTRIES, photos_of_each, strict=False)
        for number in range(photos)
    ]


def played(scenes: int) -> Game:
    return Game(0, tuple(album(1, 1, 1, 1, 1)[:scenes]))


@given(kilometres, kilometres)
def test_a_nearer_pin_never_gets_fewer_points(one, other) -> None:
    near, far = sorted((one, other))
    assert 0 <= points(far) <= points(near) <= MOST_POINTS


def test_points_are_those_of_osv_5m() -> None:
    assert points(0) == 5000
    assert points(SCALE_KM) == round(5000 / np.e) == 1839
    assert points(20_015) == 0


@given(places)
def test_a_pin_on_the_spot_is_0_km_away(place) -> None:
    assert away_km(Scene("a", "FR", place), place) == 0


CASES_OF_COUNTRIES = {
    "inside": ("FR", LatLon(47.0, 2.0), 0, 0),
    "across the Channel": ("FR", LatLon(51.5, -0.1), 100, 200),
    "beyond a long straight border": ("US", LatLon(50.0, -100.0), 80, 140),
    "the other side of the antimeridian": ("FJ", LatLon(-17.0, -179.0), 0, 200),
}


@pytest.mark.parametrize("case", CASES_OF_COUNTRIES)
def test_where_only_the_country_is_known_its_border_counts(case) -> None:
    country, pin, least, most = CASES_OF_COUNTRIES[case]
    assert least <= away_km(Scene("a", country), pin) <= most


def test_a_model_that_is_sure_puts_its_pin_there() -> None:
    sure = CountryPrediction("m", ("JP", "FR"), (0.99, 0.01))
    mark = model_mark("M", Scene("a", "JP", LatLon(35.7, 139.7)), sure)
    assert mark.position == centroid("JP") and mark.answer == ("JP", 0.99)
    assert mark.points == points(mark.km) > 4000


def test_between_likely_neighbours_the_pin_is_not_in_a_far_first_answer() -> None:
    torn = CountryPrediction("m", ("BR", "DE", "PL", "FR"), (0.3, 0.25, 0.25, 0.2))
    assert best_country(torn) == "DE"


@given(st.lists(st.floats(0.01, 1), min_size=len(COUNTRIES), max_size=len(COUNTRIES)))
def test_no_other_country_s_middle_promises_more_points(raw) -> None:
    shares = sorted((share / sum(raw) for share in raw), reverse=True)
    prediction = CountryPrediction("m", COUNTRIES, tuple(shares))
    promised = np.exp(-distances_km(COUNTRIES) / SCALE_KM) @ np.array(shares)
    best = COUNTRIES.index(best_country(prediction))
    assert promised[best] == pytest.approx(promised.max())


@given(st.lists(st.integers(1, 4), min_size=5, max_size=7), st.integers(0, 500))
def test_a_game_asks_each_country_once_where_there_are_enough(photos, number) -> None:
    dealt = deal(album(*photos), number)
    assert len(dealt) == ROUNDS
    assert len({scene.country for scene in dealt}) == ROUNDS


@given(st.integers(0, 500), st.randoms())
def test_a_number_always_deals_the_same_game(number, random) -> None:
    photos = album(3, 2, 4, 1, 2, 2)
    shuffled = photos.copy()
    random.shuffle(shuffled)
    assert deal(photos, number) == deal(shuffled, number)


@given(st.integers(0, 200))
def test_an_even_game_and_the_next_share_no_photo_of_a_gallery_of_twelve(half) -> None:
    gallery = [Scene(str(country), str(country)) for country in range(12)]
    assert not set(deal(gallery, 2 * half)) & set(deal(gallery, 2 * half + 1))


@pytest.mark.parametrize("photos", [0, 1, 4])
def test_too_few_photos_make_a_shorter_game(photos) -> None:
    assert len(deal(album(photos), 7)) == photos


@given(st.integers(0, 300))
def test_with_few_countries_no_photo_is_asked_twice(number) -> None:
    dealt = deal(album(6, 6), number)
    assert len(set(dealt)) == ROUNDS


def test_a_game_goes_from_photo_to_photo_to_its_end() -> None:
    game = played(2)
    for number in range(2):
        assert not game.revealed and not game.over and game.shown == number
        game = game.pinned(LatLon(1, 2))
        assert game.pin == LatLon(1, 2)
        game = game.guessed([Mark("You", game.pin, 0.0), Mark("M", LatLon(0, 0), 1e9)])
        assert game.revealed and game.pin is None
        game = game.turned()
    assert game.over
    assert game.totals() == {"You": 2 * MOST_POINTS, "M": 0}


def test_a_guess_counts_once_and_a_photo_is_not_left_unguessed() -> None:
    game = played(2)
    assert game.turned() == game
    guessed = game.guessed([Mark("You", LatLon(0, 0), 5.0)])
    assert guessed.guessed([Mark("You", LatLon(0, 0), 0.0)]) == guessed
    assert guessed.pinned(LatLon(3, 3)) == guessed


def test_a_photo_that_cannot_be_shown_is_dropped() -> None:
    game = played(2)
    assert game.dropped().scenes == game.scenes[1:]
    guessed = game.guessed([Mark("You", LatLon(0, 0), 5.0)])
    assert guessed.dropped() == guessed
    assert played(1).dropped().over
