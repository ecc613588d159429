"""The two questions: their targets, losses and scores."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from geoloc.geo import PITTSBURGH_BOX, City, LatLon, haversine_m
from geoloc.networks import build
from training.tasks import Countries, Position

CITY = Position(City("pittsburgh", "Pittsburgh", PITTSBURGH_BOX))
shares = st.floats(0, 1)


def test_the_classes_are_the_countries_of_the_training_photos_in_order():
    table = pd.DataFrame({"country": ["SE", "FR", "SE", "DE"], "split": ["train"] * 3 + ["val"]})
    task = Countries.of(table)
    assert task.classes == ("FR", "SE") and task.outputs == 2


def test_a_countrys_target_is_its_place_among_the_classes():
    task = Countries(("DE", "FR", "SE"))
    table = pd.DataFrame({"country": ["FR", "SE", "DE", "XK", None]}, dtype=object)
    assert task.truth(table).tolist() == [1, 2, 0, -1, -1]
    assert task.targets(table[:3]).tolist() == [[0, 1, 0], [0, 0, 1], [1, 0, 0]]
    assert task.labels(table[:4]).tolist() == ["FR", "SE", "DE", "XK"]


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_the_countries_loss_is_the_cross_entropy(smoothing):
    task = Countries(("DE", "FR", "SE"), smoothing)
    outputs, truth = torch.randn(5, 3), torch.tensor([0, 2, 1, 1, 0])
    expected = F.cross_entropy(outputs, truth, label_smoothing=smoothing)
    assert task.loss(outputs, F.one_hot(truth, 3).float()) == pytest.approx(float(expected))


def test_the_countries_scores_are_those_of_the_probabilities():
    task = Countries(tuple("ABCDEF"))
    outputs = torch.tensor([[5.0, 0, 0, 0, 0, -9], [5.0, 0, 0, 0, 0, -9]])
    scores = task.scores(outputs, F.one_hot(torch.tensor([0, 5]), 6).float())
    assert scores["top1"] == 0.5 and scores["top5"] == 0.5 and scores["macro_recall"] == 0.5
    expected = F.cross_entropy(outputs, torch.tensor([0, 5]))
    assert scores["loss"] == pytest.approx(float(expected), abs=1e-5)


@given(shares, shares, shares, shares)
def test_the_citys_loss_is_the_distance_on_the_ground_in_kilometres(x, y, to_x, to_y):
    pin, truth = PITTSBURGH_BOX.denormalise(x, y), PITTSBURGH_BOX.denormalise(to_x, to_y)
    loss = CITY.loss(torch.tensor([[x, y]]), torch.tensor([[to_x, to_y]]))
    # A box is flat and the Earth is not: 0.1 % over nine kilometres.
    assert float(loss) == pytest.approx(haversine_m(pin, truth) / 1000, rel=1e-3, abs=2e-4)


def test_the_citys_loss_is_the_mean_over_photos_and_learns_even_where_it_is_0():
    outputs = torch.tensor([[0.5, 0.5], [0.5, 1.0]], requires_grad=True)
    loss = CITY.loss(outputs, torch.full((2, 2), 0.5))
    assert loss.item() == pytest.approx(PITTSBURGH_BOX.height_m / 1000 / 4, rel=1e-3)
    loss.backward()
    assert outputs.grad.isfinite().all() and outputs.grad[1, 1] > 0


def test_a_citys_target_is_the_place_in_the_unit_square():
    box = PITTSBURGH_BOX
    table = pd.DataFrame({"lat": [box.south, box.north], "lon": [box.west, box.center.lon]})
    assert CITY.targets(table).flatten().tolist() == pytest.approx([0, 0, 0.5, 1])
    assert CITY.targets(table).dtype == torch.float32


@given(st.lists(st.tuples(shares, shares, shares, shares), min_size=1, max_size=9))
def test_errors_are_distances_between_pins_and_truth(pairs):
    outputs, targets = np.array(pairs)[:, :2], np.array(pairs)[:, 2:]
    box = PITTSBURGH_BOX
    expected = [
        haversine_m(box.denormalise(*one), box.denormalise(*other))
        for one, other in zip(outputs, targets, strict=True)
    ]
    assert CITY.errors_m(outputs, targets).tolist() == pytest.approx(expected, abs=1e-3)


def test_the_citys_scores_are_the_mean_in_kilometres_and_the_median_in_metres():
    truth = torch.full((3, 2), 0.5)
    outputs = truth + torch.tensor([[0, 0], [0, 0.1], [0, 0.4]])
    scores = CITY.scores(outputs, truth)
    height = PITTSBURGH_BOX.height_m
    assert scores["median_m"] == pytest.approx(0.1 * height, rel=1e-3)
    assert scores["loss"] == pytest.approx(0.5 * height / 3 / 1000, rel=1e-3)


def test_a_city_network_starts_near_the_middle_of_its_box():
    torch.manual_seed(0)
    network = build("cnn", outputs=2, width=4)
    CITY.initialise(network)
    with torch.no_grad():
        pins = network.eval()(torch.rand(8, 3, 120, 240))
    assert (pins - 0.5).abs().max() < 0.3


def test_every_photo_of_a_city_is_of_one_class_for_balancing():
    assert CITY.labels(pd.DataFrame({"lat": [1.0, 2.0]})).tolist() == [0, 0]


def test_a_pin_outside_the_box_counts_as_one_on_its_edge():
    inside = CITY.errors_m(np.array([[1.0, 0.5]]), np.array([[0.5, 0.5]]))
    outside = CITY.errors_m(np.array([[9.0, 0.5]]), np.array([[0.5, 0.5]]))
    assert outside == inside
    east = LatLon(PITTSBURGH_BOX.center.lat, PITTSBURGH_BOX.east)
    assert inside[0] == pytest.approx(haversine_m(PITTSBURGH_BOX.center, east))
