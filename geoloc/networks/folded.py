"""Convolutions that do what surrounds them along the way: the same answers in less time.

A trained batch normalisation scales and shifts each channel by constants, which the convolution
before it can take into its weights (Jacob et al. 2018, section 3.2, arXiv:1712.05877).
"""

from __future__ import annotations

from typing import TypeVar

import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from geoloc.networks.base import GeoNetwork
from geoloc.networks.device import channels_last
from geoloc.networks.same_padding import without_copies

Network = TypeVar("Network", bound=GeoNetwork)


def fold(network: Network) -> Network:
    """Fold every batch normalisation that directly follows a convolution into it, and padding.

    A run of a black photo shows what follows what. The standardisation before the first convolution
    stays: that one pads with zeros, which are the mean colour after it and black before.

    Args:
        network: in evaluation mode, each convolution used once in it; changed in place, and not to
            be trained any more.

    Returns:
        The network itself; its outputs stay the same but for rounding.
    """
    if any(isinstance(module, nn.BatchNorm2d) for module in network.modules()):
        _fold_norms(network)
    without_copies(network)
    return channels_last(network, next(network.parameters()).device)


def _fold_norms(network: GeoNetwork) -> None:
    device = next(network.parameters()).device
    example = torch.zeros(1, 3, *network.input_size, device=device)
    parents = {child: (m, name) for m in network.modules() for name, child in m.named_children()}
    for convolution, norm in _followed(network, example):
        folded = fuse_conv_bn_eval(convolution, norm)
        convolution.weight, convolution.bias = folded.weight, folded.bias
        parent, name = parents[norm]
        # timm's normalisations hold the activation that follows them.
        setattr(parent, name, getattr(norm, "act", nn.Identity()))


@torch.no_grad()
def _followed(network: nn.Module, example: Tensor) -> list[tuple[nn.Conv2d, nn.BatchNorm2d]]:
    convolutions: dict[int, tuple[nn.Conv2d, Tensor]] = {}
    pairs: list[tuple[nn.Conv2d, nn.BatchNorm2d]] = []

    def convolved(module: nn.Conv2d, _: tuple[Tensor], output: Tensor) -> None:
        # The tensor is kept along with its number, so that no later one can take that over.
        convolutions[id(output)] = module, output

    def normalised(module: nn.BatchNorm2d, inputs: tuple[Tensor]) -> None:
        if id(inputs[0]) in convolutions:
            pairs.append((convolutions[id(inputs[0])][0], module))

    hooks = []
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            hooks.append(module.register_forward_hook(convolved))
        elif isinstance(module, nn.BatchNorm2d):
            hooks.append(module.register_forward_pre_hook(normalised))
    try:
        network(example)
    finally:
        for hook in hooks:
            hook.remove()
    return pairs
