"""The small CNN's shapes, and networks by name."""

import pytest
import torch

from geoloc.networks import build
from geoloc.networks.cnn import CNN, MAPS


@pytest.fixture(scope="module")
def photos() -> torch.Tensor:
    return torch.rand(3, 3, 120, 240, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize(
    "shape", [{"width": 4}, {"width": 8, "depth": 2}, {"width": 4, "depth": 0}]
)
def test_the_maps_have_the_shapes_that_cams_are_drawn_from(photos, shape):
    network = CNN(outputs=7, **shape).eval()
    maps = network.features(photos).maps
    assert maps["conv_2"].shape == (3, 40, 5, 10)
    assert maps["conv_3"].shape == (3, 60, 2, 5)
    assert network(photos).shape == (3, 7)


def test_the_released_shape_is_what_the_module_promises(photos):
    network = build("cnn", outputs=55).eval()
    maps = network.features(photos[:1]).maps
    assert {layer: values.shape[1:] for layer, values in maps.items()} == MAPS
    assert network(photos[:1]).shape == (1, 55)


def test_no_activation_is_negative_and_not_all_are_zero(photos):
    for maps in CNN(outputs=3, width=4).eval().features(photos).maps.values():
        assert maps.min() == 0 < maps.max()


def test_the_answer_is_read_from_the_last_maps_alone(photos):
    network = CNN(outputs=3, width=4).eval()
    assert torch.equal(network(photos), network.head(network.features(photos).maps["conv_3"]))


def test_a_photos_answer_does_not_depend_on_its_neighbours_in_the_batch(photos):
    network = CNN(outputs=3, width=4).eval()
    alone = torch.cat([network(photo[None]) for photo in photos])
    assert torch.allclose(network(photos), alone, atol=1e-5)


def test_every_weight_learns(photos):
    network = CNN(outputs=3, width=4)
    network(photos).square().sum().backward()
    assert all(parameter.grad.abs().sum() > 0 for parameter in network.parameters())


def test_no_statistics_of_the_input_are_stored_with_the_weights():
    assert not [key for key in CNN(outputs=3, width=4).state_dict() if "standardise" in key]


def test_an_unknown_network_is_named_and_so_are_those_there_are():
    with pytest.raises(ValueError, match="'alexnet'.*cnn"):
        build("alexnet", outputs=3)


def test_an_unknown_shape_is_named_and_so_is_what_the_network_takes():
    with pytest.raises(ValueError, match="takes outputs, width, depth, dropout, not widht"):
        build("cnn", outputs=3, widht=4)
