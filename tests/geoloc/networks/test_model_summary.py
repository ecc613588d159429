"""A network's stages: shapes that follow each other, and no parameter lost."""

import pytest

from geoloc.networks import build
from geoloc.networks.cnn import MAPS
from geoloc.networks.model_summary import model_summary

NETWORKS = [
    ("cnn", {"outputs": 5, "width": 4}),
    ("resnet18", {"outputs": 5}),
    ("vit", {"outputs": 5, "width": 24, "depth": 2, "heads": 2}),
]


@pytest.mark.parametrize(("name", "shape"), NETWORKS)
def test_stages_lead_from_the_photo_to_the_outputs_and_hold_all_parameters(name, shape):
    stages = model_summary(name, shape)
    assert stages[0].name == "photo" and stages[0].shape == (3, 120, 240)
    assert stages[-1].shape == (5,)
    assert len(stages) > 3
    parameters = sum(part.numel() for part in build(name, **shape).parameters())
    assert sum(stage.parameters for stage in stages) == parameters


def test_the_cnns_stages_are_those_that_its_maps_come_from():
    shapes = {stage.name: stage.shape for stage in model_summary("cnn", {"outputs": 55})}
    assert shapes["conv_2"] == MAPS["conv_2"] and shapes["conv_3"] == MAPS["conv_3"]
    assert list(shapes) == ["photo", "conv_1", "conv_2", "conv_3", "head"]


def test_a_network_that_does_not_exist_has_no_summary():
    with pytest.raises(ValueError, match="no network named"):
        model_summary("lenet", {"outputs": 2})
