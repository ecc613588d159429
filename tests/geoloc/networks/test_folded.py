"""Folding takes a trained network's batch normalisations into its convolutions."""

import pytest
import torch
from torch import nn

from geoloc.networks import Features, GeoNetwork, build
from geoloc.networks.folded import fold

PHOTOS = torch.rand(2, 3, 120, 240, generator=torch.Generator().manual_seed(0))


def trained(network: nn.Module) -> nn.Module:
    """With statistics of its own in every normalisation, as training leaves them."""
    torch.manual_seed(0)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.normal_()
            module.running_var.uniform_(0.5, 2)
            nn.init.uniform_(module.weight, 0.5, 2)
            nn.init.normal_(module.bias)
    return network.eval()


class Late(GeoNetwork):
    """A normalisation that follows an activation."""

    def __init__(self) -> None:
        super().__init__()
        self.backbone = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.BatchNorm2d(4))

    def features(self, x: torch.Tensor) -> Features:
        maps = self.backbone(x)
        embedding = maps.mean(dim=(2, 3))
        return Features({"maps": maps}, embedding, embedding)


NETWORKS = {
    "cnn": {},
    "resnet18": {},
    "pretrained": {"backbone": "tf_efficientnet_lite0"},
}


@pytest.mark.parametrize("name", NETWORKS)
def test_a_folded_network_answers_as_before(name):
    network = trained(build(name, outputs=3, **NETWORKS[name]))
    with torch.no_grad():
        before = network(PHOTOS)
        after = fold(network)(PHOTOS)
    torch.testing.assert_close(after, before, rtol=1e-3, atol=1e-4 * before.abs().max().item())


@pytest.mark.parametrize("name", NETWORKS)
def test_no_normalisation_is_left_after_a_convolution(name):
    network = fold(trained(build(name, outputs=3, **NETWORKS[name])))
    assert not any(isinstance(module, nn.BatchNorm2d) for module in network.modules())


def test_a_normalisation_of_something_else_stays():
    network = fold(Late().eval())
    assert isinstance(network.backbone[2], nn.BatchNorm2d)


def test_folding_leaves_no_hook_behind():
    network = fold(trained(build("cnn", outputs=3)))
    assert not any(m._forward_hooks or m._forward_pre_hooks for m in network.modules())
