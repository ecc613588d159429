"""Forwards that give a network's maps beside its answer.

Libraries put hooks on the network for this. Visitors share one network, and two hooks at work at
once get each other's maps; a forward of our own leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class Features:
    """What a forward gives.

    Attributes:
        maps: layer -> (B, K, h, w), the last layer last.
        logits: (B, N), computed from these very tensors: gradients lead from one to the other.
    """

    maps: dict[str, Tensor]
    logits: Tensor


def _cnn(network: nn.Module, batch: Tensor) -> Features:
    maps = network.maps(batch)
    return Features(maps, network.head(maps["conv_3"]))


def _resnet(network: nn.Module, batch: Tensor) -> Features:
    trunk = network.trunk
    x = trunk.maxpool(trunk.relu(trunk.bn1(trunk.conv1(network.standardise(batch)))))
    layer3 = trunk.layer3(trunk.layer2(trunk.layer1(x)))
    layer4 = trunk.layer4(layer3)
    logits = trunk.fc(trunk.avgpool(layer4).flatten(1))
    return Features({"layer3": layer3, "layer4": layer4}, logits)


def _vit(network: nn.Module, batch: Tensor) -> Features:
    blocks = network.encoder.layers
    before = on_grid(blocks[:-1](network.embed(batch)))
    # From the maps, not from the tokens they were made of, so that gradients reach them.
    last = on_grid(network.encoder.ln(blocks[-1](before.flatten(2).transpose(1, 2))))
    maps = {f"block {len(blocks) - 1}": before, f"block {len(blocks)}": last}
    return Features(maps, network.head(last.mean(dim=(2, 3))))


def _pretrained(network: nn.Module, batch: Tensor) -> Features:
    from timm.models.vision_transformer import VisionTransformer  # this network has imported it

    trunk = network.trunk
    x = network.prepare(batch)
    if isinstance(trunk, VisionTransformer):
        return _tokens(network, x)
    last, stages = trunk.forward_intermediates(x, norm=True)
    logits = network.head(trunk.forward_head(last, pre_logits=True))
    return Features({f"stage {len(stages) - 1}": stages[-2], "last stage": last}, logits)


def _tokens(network: nn.Module, x: Tensor) -> Features:
    """A Vision Transformer's patches before its last block: after it, only its own token counts."""
    trunk, before = network.trunk, len(network.trunk.blocks) - 2
    ((maps, own),) = trunk.forward_intermediates(
        x, indices=[before], return_prefix_tokens=True, stop_early=True, intermediates_only=True
    )
    tokens = torch.cat([own, maps.flatten(2).transpose(1, 2)], dim=1)
    last = trunk.norm(trunk.blocks[-1](tokens))
    logits = network.head(trunk.forward_head(last, pre_logits=True))
    return Features({f"block {before + 1}": maps}, logits)


def on_grid(tokens: Tensor) -> Tensor:
    """The ViT's tokens (B, 120, K) as maps (B, K, 8, 15)."""
    from geoloc.networks.vit import GRID  # imports torchvision, which takes seconds

    return tokens.transpose(1, 2).unflatten(2, GRID)


FORWARDS: dict[str, Callable[[nn.Module, Tensor], Features]] = {
    "cnn": _cnn,
    "resnet18": _resnet,
    "vit": _vit,
    "pretrained": _pretrained,
}
"""A network's name on a card -> its forward."""


def layers(name: str, network: nn.Module) -> tuple[str, ...]:
    """The layers whose maps a network of this name gives, the last layer last.

    None for a trunk of another kind, whose own answer a forward here does not give: its maps would
    explain something else.
    """
    device = next(network.parameters()).device
    batch = torch.rand(1, 3, 120, 240, generator=torch.Generator().manual_seed(0)).to(device)
    with torch.inference_mode():
        features = FORWARDS[name](network, batch)
        same = torch.allclose(features.logits, network(batch), rtol=1e-3, atol=1e-3)
    return tuple(features.maps) if same else ()
