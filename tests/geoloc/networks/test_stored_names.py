"""Cards and weights of format 1 are read in today's words."""

import torch

from geoloc.networks.stored_names import lifted_shape, lifted_weights


def test_a_trunk_is_a_backbone_and_nothing_else_changes():
    shape = {"trunk": "tf_efficientnet_lite0", "tune": "head", "outputs": 2}
    lifted = {"backbone": "tf_efficientnet_lite0", "tune": "head", "outputs": 2}
    assert lifted_shape(shape) == lifted_shape(lifted) == lifted


def test_weights_of_a_trunk_are_those_of_a_backbone():
    names = ["trunk.fc.1.weight", "head.1.bias", "stem.trunk.weight", "backbone.bn1.bias"]
    weights = {name: torch.rand(1) for name in names}
    assert list(lifted_weights(weights)) == ["backbone.fc.1.weight", *names[1:]]
