"""What a network that describes photos says of them, from several crops of each."""

from __future__ import annotations

from typing import NamedTuple

import torch.nn.functional as F
from torch import Tensor, nn


class Described(NamedTuple):
    """Of B photos.

    Attributes:
        outputs: means over each photo's crops, (B, outputs).
        descriptors: the same, of length 1, (B, D).
        maps: of each photo's first crop, (B, C, H, W); None if the network keeps none.
    """

    outputs: Tensor
    descriptors: Tensor
    maps: Tensor | None


def describe(network: nn.Module, crops: Tensor) -> Described:
    """What a network says of photos.

    Args:
        network: with a method `describe`, as `geoloc.networks.place.Place` has it.
        crops: (B, V, 3, 120, 240) in [0, 1].
    """
    outputs, descriptors, maps = network.describe(crops.flatten(0, 1))
    count, views = crops.shape[:2]
    return Described(
        outputs.unflatten(0, (count, views)).mean(dim=1),
        F.normalize(descriptors.float().unflatten(0, (count, views)).mean(dim=1), dim=1),
        None if maps is None else maps[::views],
    )
