"""Class activation maps: which parts of the photo speak for a country.

Zhou et al. 2016, arXiv:1512.04150, after any layer of a frozen network: a linear model over the
layer's mean activations gives the country's logit; the same weights over the maps themselves give
its CAM. A CAM shows activation that goes with a country, not why the network decided.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from geoloc.checkpoint import Checkpoint
from geoloc.networks.cnn import CNN, MAPS
from geoloc.photo import Photo
from geoloc.predict import CountryClassifier
from geoloc.preparation import prepare, to_batch

Layer = Literal["conv_2", "conv_3"]
LAYERS: tuple[Layer, ...] = tuple(MAPS)


@dataclass(frozen=True)
class Cam:
    """One country's class activation map at one layer, for one photo.

    `values.mean() + bias` is the logit of the country's linear model; the softmax over all
    countries' logits is `probability`.

    Attributes:
        values: float32 (h, w), signed: evidence for (> 0) and against (< 0) the country.
        layer: where in the network.
        country: ISO 3166-1 alpha-2.
        probability: what this layer's linear models give the country, in [0, 1].
        bias: the linear model's constant.
    """

    values: np.ndarray
    layer: Layer
    country: str
    probability: float
    bias: float


def weighted_sum(maps: Tensor, weights: Tensor) -> Tensor:
    """sum_k w_k map_k for maps (K, h, w) and weights (K,): float32 (h, w)."""
    return torch.einsum("k,khw->hw", weights, maps)


class ProbeCam:
    """CAMs of a CNN by its linear models; safe to share between threads.

    Raises:
        CheckpointError: if the classifier's checkpoint has no probes.
        TypeError: if its network is not the CNN.
    """

    def __init__(self, classifier: CountryClassifier) -> None:
        if not isinstance(classifier.network, CNN):
            raise TypeError(f"{classifier.checkpoint.name} has no maps for linear models")
        self.classifier = classifier
        self.probes = {
            key: value.to(classifier.device)
            for key, value in classifier.checkpoint.probes().items()
        }

    @staticmethod
    def fits(checkpoint: Checkpoint) -> bool:
        """Whether a checkpoint can explain itself this way."""
        return checkpoint.has_probes and checkpoint.card["network"]["name"] == "cnn"

    @torch.inference_mode()
    def explain(self, photo: Photo, country: str, layer: Layer) -> Cam:
        """The CAM of a country at a layer.

        Raises:
            KeyError: if the classifier does not know the country.
        """
        classes = self.classifier.classes
        if country not in classes:
            raise KeyError(f"{country} is not a class of {self.classifier.checkpoint.name}")
        index = classes.index(country)
        batch = to_batch([prepare(photo.pixels)], self.classifier.device)
        maps = self.classifier.network.maps(batch)[layer][0].float()
        weight, bias = self.probes[f"{layer}.weight"], self.probes[f"{layer}.bias"]
        logits = weight @ maps.mean(dim=(1, 2)) + bias
        return Cam(
            values=weighted_sum(maps, weight[index]).cpu().numpy(),
            layer=layer,
            country=country,
            probability=float(logits.softmax(0)[index]),
            bias=float(bias[index]),
        )
