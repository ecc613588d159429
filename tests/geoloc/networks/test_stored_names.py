"""Weights that were stored in earlier words are read in today's."""

import torch

from geoloc.networks.stored_names import lifted_weights


def test_weights_of_a_trunk_are_those_of_a_backbone():
    names = ["trunk.fc.1.weight", "head.1.bias", "stem.trunk.weight", "backbone.bn1.bias"]
    weights = {name: torch.rand(1) for name in names}
    assert list(lifted_weights(weights)) == ["backbone.fc.1.weight", *names[1:]]
