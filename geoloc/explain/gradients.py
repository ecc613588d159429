"""Grad-CAM (Selvaraju et al. 2017, arXiv:1610.02391), signed.

A map's weight is the gradient of the country's logit by it, here summed over positions, where the
paper has the mean: that is the same but for a factor, and after the last block of a network that
ends in a mean it makes Grad-CAM the class activation map itself. The paper cuts off what is below
zero; here it stays, as what speaks against the country.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from geoloc.explain.explainer import Explainer, Reading
from geoloc.explain.looks import made_of
from geoloc.explain.terms import Terms
from geoloc.networks import Features
from geoloc.photo import Photo
from geoloc.text import N_


class GradCam(Explainer):
    """CAM = sum_k w_k map_k, where w_k = sum over positions of d logit / d map_k."""

    name = "grad_cam"
    title = N_("Grad-CAM")
    source = "Selvaraju et al. 2017, arXiv:1610.02391"
    says = N_(
        "Each map of the layer counts by how much the country's score would rise with it: "
        "the gradients of the score are the weights."
    )

    def _available(self) -> tuple[str, ...]:
        """Layers that have a gradient: of a class token's network the last one has none."""
        layers = super()._available()
        if not layers:
            return ()
        with torch.enable_grad():
            features = self.network.features(self._noise.requires_grad_())
            maps = [features.maps[layer] for layer in layers]
            # Of one logit: all of them together may not depend on a map that each depends on.
            gradients = torch.autograd.grad(features.logits[0, 0], maps, allow_unused=True)
        return tuple(
            layer
            for layer, gradient in zip(layers, gradients, strict=True)
            if gradient is not None and bool(gradient.any())
        )

    def read(self, batch: Tensor, classes: Sequence[int]) -> dict[str, Reading]:
        features, weights = self._weighed(batch, classes)
        shares = self._shares(features.logits, classes)
        return {
            layer: Reading(torch.einsum("bk,bkhw->bhw", weights[layer], maps.detach()), shares)
            for layer, maps in features.maps.items()
        }

    def terms(self, photo: Photo, country: str) -> dict[str, Terms]:
        features, weights = self._weighed(self._batch(photo), [self._class(country)])
        return {
            layer: Terms.of(maps[0].detach(), weights[layer][0], None)
            for layer, maps in features.maps.items()
        }

    def _weighed(self, batch: Tensor, classes: Sequence[int]) -> tuple[Features, dict[str, Tensor]]:
        """The features, and each layer's weights (B, K)."""
        with made_of(batch, self._with_graph) as features, torch.enable_grad():
            logits = features.logits[torch.arange(len(batch)), list(classes)]
            maps = list(features.maps.values())
            gradients = torch.autograd.grad(logits.sum(), maps, retain_graph=True)
        weights = (gradient.sum(dim=(2, 3)) for gradient in gradients)
        return features, dict(zip(features.maps, weights, strict=True))

    def _with_graph(self, batch: Tensor) -> Features:
        with torch.enable_grad():
            # The parameters may be frozen: the input brings the gradients along.
            return self._forward(batch.detach().clone().requires_grad_())
