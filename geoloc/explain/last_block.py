"""Class activation maps of the last block, by the network's own last layer.

Zhou et al. 2016, arXiv:1512.04150. Where a network ends in a mean over positions and a linear
layer, that layer's weights over the maps before the mean give the CAM, whose mean plus the bias is
the network's own logit. The small CNN keeps the positions instead: each has weights of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from geoloc.explain.explainer import Explainer, Reading
from geoloc.explain.terms import Terms
from geoloc.photo import Photo
from geoloc.text import N_


class LastBlock(Explainer):
    """CAM = sum_k w_k map_k, with the weights of the network's last layer."""

    name = "last_block"
    title = N_("Class activation of the last block")
    source = "Zhou et al. 2016, arXiv:1512.04150"
    says = N_(
        "How the model's own last layer adds up its score, part by part: the mean of the map plus "
        "a constant is the score itself."
    )

    def _found(self) -> tuple[str, ...]:
        """The last layer alone, or none if the network does not end as described above."""
        layers = super()._found()
        if not layers:
            return ()
        last = layers[-1]
        generator = torch.Generator().manual_seed(0)
        batch = torch.rand(1, 3, 120, 240, generator=generator).to(self.classifier.device)
        with torch.inference_mode():
            features = self._features(batch)
            kept = features.maps[last][0]
            if self._linear.in_features not in (len(kept), kept.numel()):
                return ()
            reading = self.read(batch, [0])[last]
        told, logit = reading.values.mean() + reading.bias[0], features.logits[0, 0]
        return (last,) if torch.isclose(told, logit, rtol=1e-3, atol=1e-3) else ()

    @property
    def _linear(self) -> nn.Linear:
        parts = self.classifier.network.modules()
        return [part for part in parts if isinstance(part, nn.Linear)][-1]

    def _weights(self, classes: Sequence[int], maps: Tensor) -> Tensor:
        """(B, K, h, w), or (B, K, 1, 1) where all positions share their weights."""
        weight = self._linear.weight[list(classes)]
        if weight.shape[1] == maps.shape[1]:
            return weight[..., None, None]
        # The map's mean, not its sum, is the logit.
        return weight.view(-1, *maps.shape[1:]) * maps[0, 0].numel()

    @torch.inference_mode()
    def read(self, batch: Tensor, classes: Sequence[int]) -> dict[str, Reading]:
        features = self._features(batch)
        layer, maps = list(features.maps.items())[-1]
        reading = Reading(
            values=(self._weights(classes, maps) * maps).sum(dim=1),
            probabilities=self._shares(features.logits, classes),
            bias=self._linear.bias[list(classes)],
        )
        return {layer: reading}

    @torch.inference_mode()
    def terms(self, photo: Photo, country: str) -> dict[str, Terms]:
        number = self._class(country)
        layer, maps = list(self._features(self._batch(photo)).maps.items())[-1]
        weights = self._weights([number], maps)
        if weights.shape[2:] != (1, 1):
            return {}
        return {layer: Terms.of(maps[0], weights[0, :, 0, 0], self._linear.bias[number])}
