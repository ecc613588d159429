"""Class activation maps by linear models, after any layer of a frozen CNN.

Zhou et al. 2016, arXiv:1512.04150, where a layer has no classifier of its own: a linear model over
the layer's mean activations gives the country's logit; the same weights over the maps themselves
give its CAM.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import torch
from torch import Tensor

from geoloc.explain.explainer import Explainer, Reading
from geoloc.explain.terms import Terms
from geoloc.models.release import Checkpoint
from geoloc.networks.cnn import CNN, MAPS
from geoloc.photo import Photo
from geoloc.tasks.country import CountryClassifier
from geoloc.text import N_

Layer = Literal["conv_2", "conv_3"]
LAYERS: tuple[Layer, ...] = tuple(MAPS)


class ProbeCam(Explainer):
    """CAM = sum_k w_k map_k, with the weights of the country's linear model.

    Raises:
        CheckpointError: if the classifier's checkpoint has no probes.
        TypeError: if its network is not the CNN.
    """

    name = "probes"
    title = N_("Linear models after a layer")
    source = "Zhou et al. 2016, arXiv:1512.04150"
    says = N_(
        "What a linear model reads in this layer's maps: its weights over the maps make the "
        "country's CAM, and the CAM's mean plus a constant is the country's score."
    )
    layers = LAYERS

    def __init__(self, classifier: CountryClassifier) -> None:
        super().__init__(classifier)
        if not isinstance(classifier.network, CNN):
            raise TypeError(f"{classifier.checkpoint.name} has no maps for linear models")
        self.probes = {
            key: value.to(classifier.device)
            for key, value in classifier.checkpoint.probes().items()
        }

    @classmethod
    def fits(cls, checkpoint: Checkpoint) -> bool:
        return (
            super().fits(checkpoint)
            and checkpoint.has_probes
            and checkpoint.card.network.name == "cnn"
        )

    @torch.inference_mode()
    def read(self, batch: Tensor, classes: Sequence[int]) -> dict[str, Reading]:
        maps = self.classifier.network.maps(batch)
        return {layer: self._read(maps[layer].float(), list(classes), layer) for layer in LAYERS}

    def _read(self, maps: Tensor, classes: list[int], layer: str) -> Reading:
        weight, bias = self.probes[f"{layer}.weight"], self.probes[f"{layer}.bias"]
        shares = (maps.mean(dim=(2, 3)) @ weight.T + bias).softmax(dim=1)
        return Reading(
            values=torch.einsum("bk,bkhw->bhw", weight[classes], maps),
            probabilities=shares[torch.arange(len(shares)), classes],
            bias=bias[classes],
        )

    @torch.inference_mode()
    def terms(self, photo: Photo, country: str) -> dict[str, Terms]:
        number = self._class(country)
        maps = self.classifier.network.maps(self._batch(photo))
        return {
            layer: Terms.of(
                maps[layer][0],
                self.probes[f"{layer}.weight"][number],
                self.probes[f"{layer}.bias"][number],
            )
            for layer in LAYERS
        }
