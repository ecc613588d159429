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

    def _available(self) -> tuple[str, ...]:
        """The last layer alone, or none if the network does not end as described above."""
        layers = self._last_of(self.all_layers[-1:])
        if not layers:
            return ()
        with torch.inference_mode():
            features = self.network.features(self._noise)
            maps = features.maps[layers[0]]
            if self._linear is None or self._linear.in_features not in (
                maps.shape[1],
                maps[0].numel(),
            ):
                return ()
            values, bias = self._map([0], maps)
        same = torch.isclose(values.mean() + bias[0], features.logits[0, 0], rtol=1e-3, atol=1e-3)
        return layers if same else ()

    @property
    def _linear(self) -> nn.Linear | None:
        layers = [part for part in self.network.head.modules() if isinstance(part, nn.Linear)]
        return layers[-1] if layers else None

    def _weights(self, classes: Sequence[int], maps: Tensor) -> Tensor:
        """(B, K, h, w), or (B, K, 1, 1) where all positions share their weights."""
        assert self._linear is not None, "there are layers without one"
        weight = self._linear.weight[list(classes)]
        if weight.shape[1] == maps.shape[1]:
            return weight[..., None, None]
        # The map's mean, not its sum, is the logit.
        return weight.view(-1, *maps.shape[1:]) * maps[0, 0].numel()

    def _map(self, classes: Sequence[int], maps: Tensor) -> tuple[Tensor, Tensor]:
        """The CAM (B, h, w), and what the logit has beyond its mean, (B,)."""
        values = (self._weights(classes, maps) * maps).sum(dim=1)
        bias = None if self._linear is None else self._linear.bias
        return values, values.new_zeros(len(classes)) if bias is None else bias[list(classes)]

    @torch.inference_mode()
    def read(self, batch: Tensor, classes: Sequence[int]) -> dict[str, Reading]:
        features = self._features(batch)
        layer, maps = list(features.maps.items())[-1]
        values, bias = self._map(classes, maps)
        return {layer: Reading(values, self._shares(features.logits, classes), bias)}

    @torch.inference_mode()
    def terms(self, photo: Photo, country: str) -> dict[str, Terms]:
        number = self._class(country)
        layer, maps = list(self._features(self._batch(photo)).maps.items())[-1]
        weights = self._weights([number], maps)
        if weights.shape[2:] != (1, 1):
            return {}
        bias = self._map([number], maps)[1][0]
        return {layer: Terms.of(maps[0], weights[0, :, 0, 0], bias)}
