"""ResNet-18 (He et al. 2016, arXiv:1512.03385), torchvision's, from scratch at 120x240."""

from __future__ import annotations

from torch import Tensor, nn

from geoloc.networks.standardise import Standardise
from geoloc.networks.vision import torchvision


class ResNet18(nn.Module):
    """(B, 3, 120, 240) in [0, 1] -> (B, outputs); its last maps are (B, 512, 4, 8).

    Args:
        outputs: number of classes, or of regressed coordinates.
        dropout: share of the 512 pooled features dropped while training.
    """

    def __init__(self, outputs: int, dropout: float = 0.2) -> None:
        super().__init__()
        self.standardise = Standardise()
        self.trunk = torchvision.models.resnet18(weights=None)
        self.trunk.fc = nn.Sequential(nn.Dropout(dropout), nn.Linear(512, outputs))

    def forward(self, x: Tensor) -> Tensor:
        return self.trunk(self.standardise(x))
