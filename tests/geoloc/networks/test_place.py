"""A place network's answer comes in parts."""

import pytest
import torch

from geoloc.networks import build


def test_descriptors_are_the_last_of_the_outputs_and_of_length_1():
    network = build("place", outputs=3 * 2 + 8, cells=2, backbone="test_efficientnet").eval()
    with torch.inference_mode():
        features = network.features(torch.rand(1, 3, 120, 240))
    assert torch.equal(features.logits[:, 6:], features.embedding)
    assert features.embedding.norm(dim=1).item() == pytest.approx(1, abs=1e-5)


def test_a_descriptor_needs_outputs_of_its_own():
    with pytest.raises(ValueError, match="6 outputs leave none for a descriptor beside 2 cells"):
        build("place", outputs=6, cells=2, backbone="test_efficientnet")
