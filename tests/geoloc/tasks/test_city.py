"""From photos to pins: one point that a network names, or cells and the views that look alike."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from geoloc.city.gallery import Views
from geoloc.city.mixture import Mixture
from geoloc.geo import Box, LatLon
from geoloc.geo.coverage import Coverage
from geoloc.geo.grid import Grid
from geoloc.models.card import CountGrid, as_json
from geoloc.models.release import ReleaseError, save
from geoloc.networks import build
from geoloc.photo.inputs import prepare, to_batch
from geoloc.tasks.city import CityLocator, open_city
from geoloc.tasks.predictor import IN_CACHE
from tests.geoloc import small_models

CPU = torch.device("cpu")
CORNERS = [[0.0, 0.0, 0.5, 1.0], [0.5, 0.0, 1.0, 1.0]]


def pinned(folder, x: float, y: float, **card) -> CityLocator:
    """A locator that puts every photo at (x, y) of its box's unit square."""
    network = small_models.network(outputs=2)
    network.head[2].weight.data.zero_()
    network.head[2].bias.data = torch.tensor([float(x), float(y)])
    return open_city(save(folder, network, small_models.city_card(**card)), CPU)


@pytest.mark.parametrize(("x", "y"), [(0, 0), (0.25, 0.75), (1, 1), (0.5, 0.125)])
def test_a_pin_is_where_the_network_puts_it(tmp_path, x, y):
    box = Box(**small_models.BOX)
    told = pinned(tmp_path, x, y).predict(small_models.photos(2))
    for answer in told:
        assert answer.position.lat == pytest.approx(48.80 + 0.02 * y)
        assert answer.position.lon == pytest.approx(2.30 + 0.05 * x)
        assert answer.city.box == box and answer.model == "town-small"


def test_an_answer_beyond_the_city_is_pinned_to_its_edge(tmp_path):
    told = pinned(tmp_path, 1.5, -3.0).predict(small_models.photos(1))[0]
    assert told.position == LatLon(48.80, 2.35)


def test_photos_get_pins_of_their_own(tmp_path):
    released = save(tmp_path, small_models.network(outputs=2), small_models.city_card())
    pins = [told.position for told in open_city(released, CPU).predict(small_models.photos(3))]
    assert len(set(pins)) == 3


def test_a_pin_comes_with_the_error_measured_on_test_photos(tmp_path):
    metrics = {
        "val": {"photos": 9, "p50": 1.0},
        "test": {"photos": 9, "p50": 400.0, "p90": 900.0, "mean": 500.0},
    }
    told = pinned(tmp_path, 0.5, 0.5, metrics=metrics).predict(small_models.photos(1))[0]
    assert told.error_m == {"p50": 400.0, "p90": 900.0}


def test_an_error_that_was_never_measured_is_not_made_up(tmp_path):
    assert pinned(tmp_path, 0.5, 0.5).predict(small_models.photos(1))[0].error_m == {}


def test_a_pin_comes_with_what_the_model_has_seen_of_the_city(tmp_path):
    coverage = Coverage.of(Box(**small_models.BOX), [48.81], [2.31], cell_m=500)
    released = pinned(tmp_path, 0.5, 0.5).checkpoint
    changed = released.changed(data={"coverage": CountGrid.of(coverage)})
    locator = open_city(changed, CPU)
    found = locator.predict(small_models.photos(1))[0].coverage
    assert np.array_equal(found.counts, coverage.counts)


def test_the_pin_of_several_photos_stands_where_the_expected_distance_is_smallest(tmp_path):
    locator = open_city(
        save(tmp_path, small_models.network(outputs=2), small_models.city_card()), CPU
    )
    photos = small_models.photos(3)
    told = locator.predict_place(photos)
    assert told.position == told.density.median and told.city.box.contains(told.position)
    one = locator.predict_place(photos[:1])
    assert one.position == locator.predict(photos[:1])[0].position


def test_without_photos_there_is_nothing_to_say(tmp_path):
    locator = pinned(tmp_path, 0.5, 0.5)
    assert locator.predict([]) == []
    with pytest.raises(ValueError, match="at least one photo"):
        locator.predict_place([])


def test_probability_lies_around_the_pin_and_where_training_photos_lie(tmp_path):
    coverage = Coverage.of(Box(**small_models.BOX), [48.802], [2.345], cell_m=200)
    mixture = Mixture(0.6, 0.0, 0.4, own_m=50.0, views_m=1.0, prior_m=50.0, regions={90: 0.9})
    card = {"data": {"coverage": CountGrid.of(coverage)}, "calibration": {"mixture": mixture}}
    (told,) = pinned(tmp_path, 0.1, 0.9, **card).predict(small_models.photos(1))
    west = told.density.rows[:, : told.density.grid.columns // 2].sum()
    assert west == pytest.approx(0.6, abs=0.05)
    assert told.regions == {90: 0.9} and told.region_km2(90) < 3.0


@pytest.fixture(scope="module")
def finder(tmp_path_factory) -> CityLocator:
    """A locator with two cells that remembers three views, the first photo's among them."""
    torch.manual_seed(0)
    shape = {"outputs": 3 * 2 + 16, "cells": 2, "backbone": "test_efficientnet"}
    network = build("place", **shape).eval()
    mixture = Mixture(0.05, 0.9, 0.05, 50.0, 30.0, 300.0, retrieval_temperature=0.001)
    card = small_models.city_card(
        network={"name": "place", "shape": shape},
        city={"name": "town", "title": "Town", "box": small_models.BOX, "cells": CORNERS},
        calibration={
            "mixture": mixture,
            "ood": {"threshold": 0.6},
        },
    )
    folder = tmp_path_factory.mktemp("finder")
    released = save(folder, network, card)
    band = prepare(small_models.photos(1)[0].pixels)
    with torch.inference_mode():
        known = network.parts(network(to_batch(band[None], CPU)))[2]
    others = F.normalize(-known + 0.1 * torch.randn(2, 16), dim=1)
    grid = Grid.over(Box(**small_models.BOX))
    cells = grid.cell_of([48.815, 48.802, 48.803], [2.310, 2.34, 2.345])
    views = Views(grid, torch.cat([known, others]), cells, np.array([90, -1, 0]))
    return open_city(released.with_views(views).publish(), CPU)


def test_a_photo_is_found_where_the_view_like_it_was_taken(finder):
    (told,) = finder.predict(small_models.photos(1))
    first = told.views[0]
    assert (first.row, first.heading) == (0, 90) and first.similarity > 0.99
    assert told.position.lat == pytest.approx(48.815, abs=5e-4)
    assert told.position.lon == pytest.approx(2.310, abs=5e-4)
    assert [view.similarity for view in told.views] == sorted(
        (view.similarity for view in told.views), reverse=True
    )


def test_likeness_is_measured_against_what_the_card_asks(finder):
    (told,) = finder.predict(small_models.photos(1))
    assert told.likeness.similarity == pytest.approx(np.mean([v.similarity for v in told.views]))
    assert told.likeness.here == (told.likeness.similarity >= 0.6)


def test_without_its_views_it_answers_by_its_cells_alone(finder, tmp_path):
    card = finder.card
    (told,) = open_city(save(tmp_path, finder.checkpoint.network(), card), CPU).predict(
        small_models.photos(1)
    )
    assert told.views == () and told.likeness is None and told.density.mass.sum() > 0.99


def test_views_of_another_grid_are_refused(finder, tmp_path):
    many = Grid(Box(**small_models.BOX), 300, 300)
    views = Views(many, torch.ones(1, 16), np.array([89_999]), np.array([0]))
    released = save(tmp_path, finder.checkpoint.network(), finder.card).with_views(views)
    with pytest.raises(ReleaseError, match="damaged"):
        open_city(released, CPU)


@pytest.fixture
def comparing(tmp_path) -> CityLocator:
    """A network that names one point, and two views: the first two photos, in the west."""
    torch.manual_seed(0)
    shape = {"outputs": 2, "backbone": "test_efficientnet"}
    network = build("pretrained", **shape).eval()
    network.head[1].weight.data.zero_()
    network.head[1].bias.data = torch.tensor([0.9, 0.5])
    mixture = Mixture(0.2, 0.8, 0.0, 50.0, 30.0, 50.0, retrieval_temperature=0.001)
    card = small_models.city_card(
        network={"name": "pretrained", "shape": shape},
        calibration={
            "mixture": mixture,
            "ood": {"threshold": 0.6},
        },
    )
    released = save(tmp_path, network, card)
    with torch.inference_mode():
        bands = np.stack([prepare(photo.pixels) for photo in small_models.photos(2)])
        known = F.normalize(network.embed(to_batch(bands, CPU)), dim=1)
    grid = Grid.over(Box(**small_models.BOX))
    cells = grid.cell_of([48.805, 48.815], [2.305, 2.310])
    views = Views(grid, known, cells, np.array([-1, -1]))
    return open_city(released.with_views(views), CPU)


def test_a_network_that_names_one_point_compares_its_features(comparing):
    told = comparing.predict(small_models.photos(2))
    assert [answer.views[0].row for answer in told] == [0, 1]


def test_where_views_have_a_say_the_pin_stands_where_the_expected_distance_is_smallest(comparing):
    for answer, place in zip(
        comparing.predict(small_models.photos(2)), [(48.805, 2.305), (48.815, 2.310)], strict=True
    ):
        assert answer.position == answer.density.median
        assert (answer.position.lat, answer.position.lon) == pytest.approx(place, abs=5e-4)


def test_an_answer_from_crops_and_their_mirror_images_is_that_to_the_mirrored_photo(comparing):
    released = comparing.checkpoint.changed(input={"tta": {"offsets": [-20, 0], "mirror": True}})
    locator = open_city(released, CPU)
    (photo,) = small_models.photos(1)
    mirrored = replace(photo, pixels=np.ascontiguousarray(photo.pixels[:, ::-1]))
    one, other = locator.predict([photo, mirrored])
    assert one.likeness.similarity == pytest.approx(other.likeness.similarity, abs=1e-5)
    assert one.position == other.position
    alone, turned = comparing.predict([photo, mirrored])
    assert alone.likeness.similarity != pytest.approx(turned.likeness.similarity, abs=1e-5)


def test_a_network_with_other_cells_than_its_city_is_refused(finder, tmp_path):
    card = as_json(finder.card)
    card["city"] = {**card["city"], "cells": CORNERS[:1]}
    with pytest.raises(ReleaseError, match="1 cells"):
        save(tmp_path, finder.checkpoint.network(), card)


def test_many_photos_are_read_as_each_would_be_alone(tmp_path):
    locator = open_city(
        save(tmp_path, small_models.network(outputs=2), small_models.city_card()), CPU
    )
    bands = np.stack([prepare(photo.pixels) for photo in small_models.photos(IN_CACHE + 3)])
    together = locator.positions(bands)
    alone = [locator.positions(band[None]) for band in bands]
    np.testing.assert_allclose(together[0], [lat[0] for lat, _ in alone], rtol=0, atol=1e-6)
    np.testing.assert_allclose(together[1], [lon[0] for _, lon in alone], rtol=0, atol=1e-6)
