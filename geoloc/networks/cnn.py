"""The small CNN: three convolution blocks whose maps can be read as class activation maps.

The maps shrink from 120x240 to 40 maps of 5x10 after conv_2 and 60 maps of 2x5 after conv_3, few
enough that a linear model over their means explains a country (Zhou et al. 2016, arXiv:1512.04150).
Inside a block: residual 3x3 convolutions (He et al. 2016, arXiv:1512.03385), then a 1x1 convolution
onto the few maps that the block hands on.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from geoloc.networks.base import Features, GeoNetwork, register
from geoloc.networks.standardise import Standardise

MAPS = {"conv_2": (40, 5, 10), "conv_3": (60, 2, 5)}
"""Layer -> (maps, height, width) of what a CAM is made of, for photos of 120x240."""


def _convolution(inside: int, outside: int, size: int = 3, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inside, outside, size, stride, padding=size // 2, bias=False),
        nn.BatchNorm2d(outside),
    )


class Residual(nn.Module):
    """x + two 3x3 convolutions of x, at constant width."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = _convolution(width, width)
        self.second = _convolution(width, width)

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(x + self.second(torch.relu(self.first(x))))


def _stage(inside: int, width: int, stride: int, depth: int) -> nn.Sequential:
    return nn.Sequential(
        _convolution(inside, width, stride=stride),
        nn.ReLU(inplace=True),
        *(Residual(width) for _ in range(depth)),
    )


@register("cnn")
class CNN(GeoNetwork):
    """(B, 3, 120, 240) in [0, 1] -> (B, outputs), from maps that can be shown.

    conv_2 gives (B, 40, 5, 10), conv_3 (B, 60, 2, 5), none negative; the logits are W x + b of the
    600 numbers x of conv_3. A larger photo has larger maps after conv_2, and as many after conv_3.

    Args:
        outputs: number of classes, or of regressed coordinates.
        width: channels inside conv_1; the later blocks have twice and four times as many.
        depth: residual pairs a stage.
        dropout: share of the 600 features dropped before the classifier while training.

    Example:
        >>> network = CNN(outputs=55, width=8).eval()
        >>> network.embed(torch.rand(2, 3, 120, 240)).shape
        torch.Size([2, 600])
    """

    def __init__(self, outputs: int, width: int = 32, depth: int = 1, dropout: float = 0.3) -> None:
        super().__init__()
        self.standardise = Standardise()
        # 120x240 -> 30x60
        self.conv_1 = nn.Sequential(
            _convolution(3, width, size=5, stride=2),
            nn.ReLU(inplace=True),
            _stage(width, width, 2, depth),
        )
        # 30x60 -> 15x30 -> 5x10
        self.conv_2 = nn.Sequential(
            _stage(width, 2 * width, 2, depth),
            _stage(2 * width, 4 * width, 3, depth),
            _convolution(4 * width, MAPS["conv_2"][0], size=1),
            nn.ReLU(inplace=True),
        )
        # 5x10 -> 2x5: the two windows are three rows high and share the middle row
        self.conv_3 = nn.Sequential(
            _stage(MAPS["conv_2"][0], 4 * width, 1, depth),
            nn.AdaptiveAvgPool2d(MAPS["conv_3"][1:]),
            _convolution(4 * width, MAPS["conv_3"][0], size=1),
            nn.ReLU(inplace=True),
        )
        features = MAPS["conv_3"][0] * MAPS["conv_3"][1] * MAPS["conv_3"][2]
        self.head = nn.Sequential(nn.Flatten(), nn.Dropout(dropout), nn.Linear(features, outputs))

    @property
    def backbone(self) -> nn.Module:  # type: ignore[override]  # a view, not to be set
        return nn.Sequential(self.standardise, self.conv_1, self.conv_2, self.conv_3)

    def features(self, x: Tensor) -> Features:
        conv_2 = self.conv_2(self.conv_1(self.standardise(x)))
        conv_3 = self.conv_3(conv_2)
        maps = {"conv_2": conv_2, "conv_3": conv_3}
        return Features(maps, self.head(conv_3), conv_3.flatten(1))
