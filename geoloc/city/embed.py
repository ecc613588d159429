"""What a network that describes photos says of them, from several crops of each."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from geoloc.photo.inputs import flat, over_crops


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


def describe(network: nn.Module, crops: np.ndarray, device: torch.device) -> Described:
    """What a network says of photos.

    Args:
        network: with a method `describe`, as `geoloc.networks.place.Place` has it.
        crops: of each photo, uint8 (B, V, 120, 240, 3).
        device: where the network is.
    """
    outputs, descriptors, maps = network.describe(flat(crops, device))
    return Described(
        over_crops(outputs, crops),
        F.normalize(over_crops(descriptors.float(), crops), dim=1),
        None if maps is None else maps[:: crops.shape[1]],
    )
