"""The two questions: their targets, losses and scores."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from geoloc.balance import Adjusted, Weighted
from geoloc.countries import distances_km
from geoloc.geo import PITTSBURGH_BOX, City, LatLon, haversine_m
from geoloc.networks import build
from training.recipe import Fit
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


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_the_countries_loss_is_the_cross_entropy(smoothing):
    task = Countries(("DE", "FR", "SE"), smoothing)
    outputs, truth = torch.randn(5, 3), torch.tensor([0, 2, 1, 1, 0])
    expected = F.cross_entropy(outputs, truth, label_smoothing=smoothing)
    assert task.loss(outputs, F.one_hot(truth, 3).float()) == pytest.approx(float(expected))


PLACES = ("AU", "BE", "DE", "FR", "US")


def taught(task: Countries) -> np.ndarray:
    """What the loss wants the answers to photos of each class to be, (N, N).

    The gradient of a cross-entropy is the answer less the target.
    """
    outputs = torch.zeros(task.outputs, task.outputs, dtype=torch.float64, requires_grad=True)
    task.loss(outputs, torch.eye(task.outputs, dtype=torch.float64)).backward()
    offset = torch.tensor(task.offset or (0.0,) * task.outputs, dtype=torch.float64)
    return (offset.softmax(0) - task.outputs * outputs.grad).numpy()


@given(st.floats(0, 0.5), st.sampled_from([0.0, 100.0, 1500.0, 1e6]))
def test_a_smoothed_target_is_a_probability_that_the_true_country_has_most_of(smoothing, km):
    found = taught(Countries(PLACES, smoothing, km))
    assert found.sum(axis=1) == pytest.approx(np.ones(5))
    assert (found.argmax(axis=1) == np.arange(5)).all()
    assert found.min() > -1e-6


def test_without_a_distance_all_other_countries_get_the_same():
    found = taught(Countries(PLACES, 0.2))
    assert found == pytest.approx(0.8 * np.eye(5) + 0.2 / 5)


def test_nearer_countries_get_more_of_a_smoothed_target():
    km = 1500.0
    found, apart = taught(Countries(PLACES, 0.2, km)), distances_km(PLACES)
    for row, distances in zip(found, apart, strict=True):
        assert (np.diff(row[np.argsort(distances)]) < 0).all()
    belgium, germany, france, states = (PLACES.index(code) for code in ("BE", "DE", "FR", "US"))
    ratio = found[france, germany] / found[france, states]
    expected = np.exp((apart[france, states] - apart[france, germany]) / km)
    assert ratio == pytest.approx(expected, rel=1e-3)
    assert found[france, belgium] > 0.03 and found[france, states] < 0.003


@pytest.mark.parametrize("km", [0.0, 1500.0])
def test_under_an_offset_a_smoothed_target_goes_to_countries_as_often_as_they_occur(km):
    offset = (-3.0, -1.0, 0.5, -2.0, -0.1)
    plain, tilted = (
        taught(Countries(PLACES, 0.2, km)),
        taught(Countries(PLACES, 0.2, km, (), offset)),
    )
    assert tilted.sum(axis=1) == pytest.approx(np.ones(5))
    others = ~np.eye(5, dtype=bool)
    ratio = (tilted / plain / np.exp(offset))[others].reshape(5, 4)
    assert ratio == pytest.approx(ratio[:, :1].repeat(4, axis=1), rel=1e-2)


@pytest.mark.parametrize("smoothing", [0.0, 0.3])
def test_a_photo_weighs_as_much_as_its_country_whatever_its_target_names_beside(smoothing):
    weights = (0.2, 1.0, 3.0)
    plain, weighted = (Countries(tuple("ABC"), smoothing, weights=w) for w in ((), weights))
    outputs = torch.randn(3, 3, generator=torch.Generator().manual_seed(0))
    for number, weight in enumerate(weights):
        target = F.one_hot(torch.tensor([number]), 3).float()
        alone = outputs[number : number + 1]
        expected = weight * float(plain.loss(alone, target))
        assert float(weighted.loss(alone, target)) == pytest.approx(expected, rel=1e-5)


def test_a_mixed_photo_weighs_as_its_parts_do():
    task = Countries(tuple("ABC"), 0.1, weights=(0.2, 1.0, 3.0))
    outputs = torch.randn(1, 3, generator=torch.Generator().manual_seed(0))
    parts = [float(task.loss(outputs, row[None])) for row in torch.eye(3)]
    mixed = float(task.loss(outputs, torch.tensor([[0.7, 0.0, 0.3]])))
    assert mixed == pytest.approx(0.7 * parts[0] + 0.3 * parts[2], rel=1e-5)


def test_an_offset_is_added_while_training_only():
    offset = (0.0, -2.0, 1.0)
    task = Countries(tuple("ABC"), offset=offset)
    outputs, targets = torch.zeros(1, 3), torch.tensor([[0.0, 1.0, 0.0]])
    expected = F.cross_entropy(torch.tensor([offset]), torch.tensor([1]))
    assert float(task.loss(outputs, targets)) == pytest.approx(float(expected), rel=1e-5)
    assert task.scores(outputs, targets)["loss"] == pytest.approx(np.log(3), rel=1e-5)


def test_a_recipe_says_how_countries_are_asked():
    table = pd.DataFrame({"country": ["SE", "FR", "FR", "FR"], "split": "train"})
    fit = Fit(epochs=1, smoothing=0.2, smoothing_km=900.0)
    task = Countries.of(table, fit, Weighted(1.0))
    assert (task.smoothing, task.smoothing_km) == (0.2, 900.0)
    assert task.weights == pytest.approx((2 / 3, 2.0)) and task.offset == (0.0, 0.0)
    adjusted = Countries.of(table, fit, Adjusted(0.5))
    assert adjusted.offset == pytest.approx((0.5 * np.log(0.75), 0.5 * np.log(0.25)))
    assert adjusted.weights == (1.0, 1.0)


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
    assert CITY.truth(pd.DataFrame({"lat": [1.0, 2.0]})).tolist() == [0, 0]


def test_a_pin_outside_the_box_counts_as_one_on_its_edge():
    inside = CITY.errors_m(np.array([[1.0, 0.5]]), np.array([[0.5, 0.5]]))
    outside = CITY.errors_m(np.array([[9.0, 0.5]]), np.array([[0.5, 0.5]]))
    assert outside == inside
    east = LatLon(PITTSBURGH_BOX.center.lat, PITTSBURGH_BOX.east)
    assert inside[0] == pytest.approx(haversine_m(PITTSBURGH_BOX.center, east))


def test_a_weighted_loss_is_that_at_the_best_temperature():
    task = Countries(("DE", "FR", "IT"))
    rng = np.random.default_rng(0)
    outputs = torch.from_numpy(rng.normal(size=(300, 3)))
    drawn = [rng.choice(3, p=row) for row in outputs.softmax(dim=1).numpy()]
    targets, even = torch.eye(3)[drawn], np.full(300, 1 / 300)
    plain, steep = (task.scores(k * outputs, targets, even)["loss"] for k in (1, 5))
    assert plain == pytest.approx(steep, abs=1e-6)
    assert plain <= task.scores(outputs, targets)["loss"] + 1e-6


def test_weights_say_what_a_photo_counts():
    task = Countries(("DE", "FR"))
    outputs, targets = torch.tensor([[2.0, 0.0], [2.0, 0.0]]), torch.eye(2)
    assert task.scores(outputs, targets, np.array([0.75, 0.25]))["top1"] == 0.75
