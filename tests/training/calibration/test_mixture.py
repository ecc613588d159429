"""A city model's mixture and regions, fitted on few photos and met by many."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from geoloc.city.density import Density
from geoloc.city.gallery import Views
from geoloc.geo import Box
from geoloc.geo.grid import Grid
from geoloc.models.release import save
from geoloc.networks import build
from geoloc.tasks.city import CityLocator, CityReading, open_city
from tests.geoloc import small_models
from training.calibration import mixture
from training.evaluation.folds import FOLDS, folds

VIEWS, ALIKE = 60, 8


@pytest.fixture(scope="module")
def locator(tmp_path_factory) -> CityLocator:
    """A network that names one point, and views all over its box."""
    rng = np.random.default_rng(0)
    shape = {"outputs": 2, "backbone": "test_efficientnet"}
    network = build("pretrained", **shape)
    card = small_models.city_card(network={"name": "pretrained", "shape": shape})
    released = save(tmp_path_factory.mktemp("town"), network, card)
    grid = Grid.over(Box(**small_models.BOX))
    cells = rng.integers(len(grid), size=VIEWS)
    known = torch.nn.functional.normalize(torch.randn(VIEWS, 4), dim=1)
    views = Views(grid, known, cells, np.full(VIEWS, -1))
    return open_city(released.with_views(views), torch.device("cpu"))


def guessing(locator: CityLocator, photos: int, rng: np.random.Generator):
    """What is said of photos by a model that knows nothing of them, and where they are."""
    similar = -np.sort(-rng.uniform(0.4, 0.9, (photos, ALIKE)), axis=1)
    rows = rng.integers(VIEWS, size=(photos, ALIKE))
    xy, logits = rng.random((photos, 1, 2)), np.zeros((photos, 1))
    reading = CityReading(xy, logits, similar, rows, similar.mean(axis=1))
    places = [locator.city.box.denormalise(*point) for point in rng.random((photos, 2))]
    lats, lons = (np.array([getattr(p, key) for p in places]) for key in ("lat", "lon"))
    return reading, lats, lons


def depth(locator: CityLocator, found: mixture.Mixture, reading, lats, lons) -> np.ndarray:
    """How much mass lies above each photo's true cell, (B,)."""
    masses = found.mix(locator.parts(reading, found))
    densities = [Density(locator.grid, mass) for mass in masses]
    return mixture.held(densities, locator.grid.cell_of(lats, lons))


def test_no_photo_has_a_part_in_the_mixture_that_tells_how_deep_it_lies(locator):
    reading, lats, lons = guessing(locator, 19, np.random.default_rng(1))
    groups = np.arange(19).astype(str)
    above = np.zeros(19)
    for held in folds(groups):
        others = mixture.fit(locator, reading.of(~held), lats[~held], lons[~held], groups[~held])
        above[held] = depth(locator, others, reading.of(held), lats[held], lons[held])
    found = mixture.fit(locator, reading, lats, lons, groups)
    assert found.regions == pytest.approx({50: np.sort(above)[9], 90: np.sort(above)[17]})
    itself = np.sort(depth(locator, found, reading, lats, lons))
    assert found.regions[50] > itself[9]


def test_the_mixture_itself_is_fitted_on_all_photos(locator):
    val = guessing(locator, 15, np.random.default_rng(2))
    each = mixture.fit(locator, *val, np.arange(15).astype(str))
    as_one = mixture.fit(locator, *val, np.full(15, "one place"))
    assert each.regions != as_one.regions
    assert replace(each, regions={}) == replace(as_one, regions={})


def test_folds_hold_out_each_photo_once_and_with_it_all_of_its_place():
    groups = np.array(list("aabbccddeeffgg"))
    held = np.stack(list(folds(groups)))
    assert len(held) == FOLDS and (held.sum(axis=0) == 1).all()
    for group in np.unique(groups):
        assert (held[:, groups == group].any(axis=1) == held[:, groups == group].all(axis=1)).all()


def test_a_region_that_so_few_places_cannot_promise_is_left_out(locator):
    """Nine places are needed for nine times in ten, however many photos each has."""
    reading, lats, lons = guessing(locator, 36, np.random.default_rng(3))
    for places, promised in ((8, {50}), (9, {50, 90})):
        groups = (np.arange(36) % places).astype(str)
        assert mixture.fit(locator, reading, lats, lons, groups).regions.keys() == promised


def test_nineteen_in_twenty_photos_of_new_places_look_enough_like_the_city():
    """Many photos of places that look much like the city would set the bar too high."""
    rng = np.random.default_rng(0)
    kept = []
    for _ in range(800):
        usual = rng.normal(0.6, 0.1, 61)
        photos = np.where(usual[:60] > 0.6, 10, 1)
        seen, groups = np.repeat(usual[:60], photos), np.repeat(np.arange(60), photos)
        kept.append(usual[60] >= mixture.likeness_threshold(seen, groups))
    assert np.mean(kept) == pytest.approx(mixture.KEPT, abs=0.02)


def test_of_few_places_every_photo_looks_enough_like_the_city():
    likeness = np.linspace(0.2, 0.9, 40)
    assert mixture.likeness_threshold(likeness, np.arange(40) % 4) == 0.2
