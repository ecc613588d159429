"""Class activation maps by linear models, after any layer of a frozen network.

Zhou et al. 2016, arXiv:1512.04150, where a layer has no classifier of its own: a linear model over
the layer's mean activations gives the country's logit; the same weights over the maps themselves
give its CAM.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from geoloc.explain.explainer import Explainer, Reading
from geoloc.explain.terms import Terms
from geoloc.models.release import PROBES, Release, ReleaseError
from geoloc.photo import Photo
from geoloc.tasks.country import CountryClassifier
from geoloc.text import N_


class ProbeCam(Explainer):
    """CAM = sum_k w_k map_k, with the weights of the country's linear model.

    The linear model is softmax(W m + b) of the maps' means m: logit = mean of the CAM + b.

    Raises:
        ReleaseError: if the classifier's checkpoint has no probes; `read` and `terms`, if they are
            those of another network.
    """

    name = "probes"
    title = N_("Linear models after a layer")
    source = "Zhou et al. 2016, arXiv:1512.04150"
    says = N_(
        "What a linear model reads in this layer's maps: its weights over the maps make the "
        "country's CAM, and the CAM's mean plus a constant is the country's score."
    )

    def __init__(self, classifier: CountryClassifier, layers: Sequence[str] | None = None) -> None:
        super().__init__(classifier, layers)
        self.probes = {
            key: value.to(classifier.device)
            for key, value in classifier.checkpoint.probes().items()
        }

    @classmethod
    def fits(cls, checkpoint: Release) -> bool:
        return super().fits(checkpoint) and checkpoint.has_probes

    def _available(self) -> tuple[str, ...]:
        fitted = tuple(layer for layer in self.all_layers if f"{layer}.weight" in self.probes)
        return fitted if self._chosen is None else self._last_of(fitted)

    @torch.inference_mode()
    def read(self, batch: Tensor, classes: Sequence[int]) -> dict[str, Reading]:
        maps = self._features(batch).maps
        return {layer: self._read(maps[layer].float(), list(classes), layer) for layer in maps}

    def _read(self, maps: Tensor, classes: list[int], layer: str) -> Reading:
        weight, bias = self._linear(layer, maps)
        shares = (maps.mean(dim=(2, 3)) @ weight.T + bias).softmax(dim=1)
        return Reading(
            values=torch.einsum("bk,bkhw->bhw", weight[classes], maps),
            probabilities=shares[torch.arange(len(shares)), classes],
            bias=bias[classes],
        )

    @torch.inference_mode()
    def terms(self, photo: Photo, country: str) -> dict[str, Terms]:
        number = self._class(country)
        maps = self._features(self._batch(photo)).maps
        return {
            layer: Terms.of(
                maps[layer][0], *(part[number] for part in self._linear(layer, of_layer))
            )
            for layer, of_layer in maps.items()
        }

    def _linear(self, layer: str, maps: Tensor) -> tuple[Tensor, Tensor]:
        """Weight (N, maps) and bias (N,) of a layer's linear model.

        Raises:
            ReleaseError: if it was fitted to another network.
        """
        weight, bias = (self.probes.get(f"{layer}.{part}") for part in ("weight", "bias"))
        count = len(self.classifier.classes)
        if (
            weight is None
            or bias is None
            or weight.shape != (count, maps.shape[1])
            or bias.shape != (count,)
        ):
            raise ReleaseError(
                "file_damaged",
                "{model}: {file} is damaged: {error}",
                model=self.classifier.checkpoint.name,
                file=PROBES,
                error=f"{layer} has {maps.shape[1]} maps and {count} classes",
            )
        return weight, bias
