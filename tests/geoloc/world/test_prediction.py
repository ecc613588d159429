"""Where in the world: what holds of every prediction."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import softmax

from geoloc.errors import GeolocError
from geoloc.geo import LatLon, distances_m, haversine_m
from geoloc.geo.score import geo_score
from geoloc.world.cells import WorldCells
from geoloc.world.prediction import WorldPrediction, together

CODES = ("FJ", "NZ", "FR")


def cells(count: int, seed: int = 0) -> WorldCells:
    """Some cells all over the world, the first at Fiji's antimeridian."""
    rng = np.random.default_rng(seed)
    lats = np.r_[-17.0, np.degrees(np.arcsin(rng.uniform(-1, 1, count - 1)))]
    lons = np.r_[180.0, rng.uniform(-180, 180, count - 1)]
    return WorldCells(lats, lons, rng.uniform(1e3, 1e5, count), CODES, rng.integers(-1, 3, count))


def prediction(count: int, seed: int, sharpness: float = 3.0) -> WorldPrediction:
    rng = np.random.default_rng(seed)
    shares = softmax(sharpness * rng.normal(size=count))
    return WorldPrediction("world", cells(count, seed), shares, {50: 0.5, 90: 0.9})


sizes, seeds = st.integers(1, 40), st.integers(0, 10_000)


@given(sizes, seeds)
def test_no_cell_earns_more_than_the_pin(count, seed):
    answer = prediction(count, seed)
    here = answer.cells
    distances = distances_m(here.lats[:, None], here.lons[:, None], here.lats, here.lons)
    best = (geo_score(distances) @ answer.probabilities).max()
    assert answer.expected_score >= best - 1e-3
    pin = answer.position
    earned = geo_score(distances_m(pin.lat, pin.lon, here.lats, here.lons)) @ answer.probabilities
    assert earned == pytest.approx(answer.expected_score, abs=0.1)


@given(sizes, seeds)
def test_a_region_is_the_fewest_square_kilometres_that_hold_its_share(count, seed):
    answer = prediction(count, seed)
    for share in (50, 90):
        held = answer.probabilities[answer.region(share)].sum()
        assert held >= share / 100 - 1e-9
        density = answer.probabilities / answer.cells.km2
        outside = density[~answer.region(share)]
        assert not outside.size or density[answer.region(share)].min() >= outside.max()


@given(sizes, seeds)
def test_countries_share_what_lies_in_any(count, seed):
    answer = prediction(count, seed)
    nowhere = answer.probabilities[answer.cells.country < 0].sum()
    assert sum(dict(answer.countries).values()) == pytest.approx(1 - nowhere)
    shares = [share for _code, share in answer.countries]
    assert shares == sorted(shares, reverse=True)


def test_the_pin_of_two_sides_of_the_antimeridian_lies_between_them():
    fiji = WorldCells(
        np.array([-17.0, -17.0]), np.array([179.0, -179.0]), np.ones(2), CODES, np.zeros(2, int)
    )
    answer = WorldPrediction("world", fiji, np.array([0.5, 0.5]))
    assert haversine_m(answer.position, LatLon(-17.0, 180.0)) < 110_000
    assert fiji.cell_of([-17.0, -17.0], [179.9, -179.9]).tolist() == [0, 1]


def test_the_pin_keeps_to_the_heavier_of_two_continents():
    far = WorldCells(
        np.array([50.0, -30.0]), np.array([5.0, 140.0]), np.ones(2), CODES, np.zeros(2, int)
    )
    pin = WorldPrediction("world", far, np.array([0.6, 0.4])).position
    assert haversine_m(pin, LatLon(50.0, 5.0)) < 1_000


def test_a_pin_among_many_positions_is_as_good_as_among_few():
    """A gallery has more positions than are tried one by one."""
    rng = np.random.default_rng(0)
    many = 20_000
    lats, lons = rng.normal(45, 8, many), rng.normal(10, 12, many)
    gallery = WorldCells(lats, lons, np.ones(many), CODES, np.full(many, 2))
    answer = WorldPrediction("gallery", gallery, np.full(many, 1 / many))
    tried = [(lat, lon) for lat in range(38, 53) for lon in range(2, 19)]
    best = max(geo_score(distances_m(*place, lats, lons)).mean() for place in tried)
    assert answer.expected_score >= best


def test_photos_of_one_place_count_as_one_witness():
    one = prediction(10, 1)
    assert together([one]) is one
    same = together([one, one, one])
    assert np.allclose(same.probabilities, one.probabilities)
    with pytest.raises(ValueError, match="at least one photo"):
        together([])


def test_what_is_known_of_the_country_leaves_its_cells_alone():
    answer = prediction(30, 4)
    among = answer.restricted(["FJ"])
    assert dict(among.countries)["FJ"] == pytest.approx(1)
    with pytest.raises(GeolocError, match="world knows none of these countries: DE"):
        answer.restricted(["DE"])


def test_it_is_written_as_json():
    values = json.loads(json.dumps(prediction(12, 2).to_dict()))
    assert set(values) == {
        "model", "lat", "lon", "expected_score", "region_km2", "countries", "cells",
    }  # fmt: skip
    assert values["region_km2"].keys() == {"50", "90"} and len(values["cells"]) == 10


def test_cells_are_stored_to_the_metre():
    before = cells(50)
    after = WorldCells.from_tensors(before.to_tensors(), before.codes)
    assert distances_m(before.lats, before.lons, after.lats, after.lons).max() < 2
    assert (after.country == before.country).all()


@pytest.mark.parametrize(
    "wrong", [{"lats": np.array([91.0])}, {"km2": np.zeros(1)}, {"country": np.array([3])}]
)
def test_what_are_no_cells_is_refused(wrong):
    right = {
        "lats": np.zeros(1), "lons": np.zeros(1), "km2": np.ones(1), "country": np.zeros(1, int),
    }  # fmt: skip
    WorldCells(codes=CODES, **right)
    with pytest.raises(ValueError, match="cell"):
        WorldCells(codes=CODES, **{**right, **wrong})
