"""A place network's answer comes in parts, and its maps are as fine as its input is large."""

import pytest
import torch
from torch import Tensor

from geoloc.networks import build


def described(**shape) -> tuple[Tensor, Tensor, Tensor]:
    torch.manual_seed(0)
    trunk = "test_efficientnet"
    network = build("place", outputs=3 * 2 + 8, cells=2, trunk=trunk, **shape).eval()
    with torch.inference_mode():
        return network.describe(torch.rand(1, 3, 120, 240))


def test_descriptors_are_the_last_of_the_outputs_and_of_length_1():
    outputs, descriptors, _ = described()
    assert torch.equal(outputs[:, 6:], descriptors)
    assert descriptors.norm(dim=1).item() == pytest.approx(1, abs=1e-5)


def test_an_enlarged_input_has_finer_maps():
    _, _, plain = described()
    _, _, finer = described(height=240)
    assert plain.shape[2:] == (8, 15)
    assert finer.shape[2:] == (15, 30)


def test_a_descriptor_needs_outputs_of_its_own():
    with pytest.raises(ValueError, match="6 outputs leave none for a descriptor beside 2 cells"):
        build("place", outputs=6, cells=2, trunk="test_efficientnet")
