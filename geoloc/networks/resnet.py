"""ResNet-18 (He et al. 2016, arXiv:1512.03385), torchvision's, from random weights."""

from __future__ import annotations

from torch import Tensor, nn

from geoloc.networks.base import Features, GeoNetwork, register
from geoloc.networks.standardise import Standardise
from geoloc.networks.vision import torchvision


@register("resnet18")
class ResNet18(GeoNetwork):
    """(B, 3, H, W) in [0, 1] -> (B, outputs), from the mean over positions of its last maps.

    At 120x240 layer1 gives (B, 64, 30, 60), layer2 (B, 128, 15, 30), layer3 (B, 256, 8, 15) and
    layer4 (B, 512, 4, 8).

    Args:
        outputs: number of classes, or of regressed coordinates.
        dropout: share of the 512 pooled features dropped while training.

    Example:
        >>> import torch
        >>> list(ResNet18(outputs=55).eval().features(torch.rand(1, 3, 120, 240)).maps)
        ['layer1', 'layer2', 'layer3', 'layer4']
    """

    backbone: torchvision.models.ResNet

    def __init__(self, outputs: int, dropout: float = 0.2) -> None:
        super().__init__()
        self.standardise = Standardise()
        self.backbone = torchvision.models.resnet18(weights=None)
        self.backbone.fc = nn.Sequential(nn.Dropout(dropout), nn.Linear(512, outputs))

    @property
    def head(self) -> nn.Module:  # type: ignore[override]  # a view, not to be set
        return self.backbone.fc

    def features(self, x: Tensor) -> Features:
        net, maps = self.backbone, {}
        x = net.maxpool(net.relu(net.bn1(net.conv1(self.standardise(x)))))
        for layer in ("layer1", "layer2", "layer3", "layer4"):
            x = maps[layer] = getattr(net, layer)(x)
        embedding = net.avgpool(x).flatten(1)
        return Features(maps, net.fc(embedding), embedding)

    def forward(self, x: Tensor) -> Tensor:
        return self.backbone(self.standardise(x))
