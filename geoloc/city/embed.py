"""The embeddings of photos, from several crops of each."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from geoloc.networks import GeoNetwork
from geoloc.photo.inputs import InputSpec, flat, over_crops


class Embedded(NamedTuple):
    """Of B photos.

    Attributes:
        outputs: means over each photo's crops, (B, outputs).
        descriptors: the same, of length 1, (B, D).
        maps: of each photo's first crop, (B, C, H, W); None if the network reranks by none.
    """

    outputs: Tensor
    descriptors: Tensor
    maps: Tensor | None


def embed(
    network: GeoNetwork, crops: np.ndarray, spec: InputSpec, device: torch.device
) -> Embedded:
    """What a network gives for photos of places.

    Args:
        network: one that `embeds_places`.
        crops: of each photo, uint8 (B, V, H, W, 3).
        spec: of the crops.
        device: where the network is.
    """
    features = network.features(flat(crops, spec, device))
    descriptors = F.normalize(features.embedding.float(), dim=1)
    layer = network.rerank_layer
    return Embedded(
        over_crops(features.logits, crops),
        F.normalize(over_crops(descriptors, crops), dim=1),
        None if layer is None else features.maps[layer][:: crops.shape[1]],
    )
