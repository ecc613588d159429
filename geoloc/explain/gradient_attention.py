"""Attention weighted by gradients (Chefer et al. 2021, arXiv:2103.15679), for one country."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from geoloc.explain.attention import LAYER, AttentionExplainer, followed, on_grid
from geoloc.explain.explainer import Reading
from geoloc.explain.looks import made_of
from geoloc.networks import Attention
from geoloc.text import N_


class GradientAttention(AttentionExplainer):
    """r M_n ... M_1 - r, with M = I + mean over heads of max(0, A * d logit / d A) of each block.

    r is the share of each token in what the head reads: a token that only keeps itself counts 0.
    """

    name = "gradient_attention"
    title = N_("Attention weighted by gradients")
    source = "Chefer et al. 2021, arXiv:2103.15679"
    says = N_(
        "Where the model's attention raises the country's score: each look of one part at another "
        "counts by its gradient, followed back from the last block to the first."
    )

    def read(self, batch: Tensor, classes: Sequence[int]) -> dict[str, Reading]:
        with made_of(batch, self._attention) as attention, torch.enable_grad():
            logits = attention.logits[torch.arange(len(batch)), list(classes)]
            gradients = torch.autograd.grad(logits.sum(), attention.blocks, retain_graph=True)
        identity = torch.eye(attention.readout.shape[-1], device=batch.device)
        mixings = [
            identity + (block.detach() * gradient).clamp(min=0).mean(dim=1)
            for block, gradient in zip(attention.blocks, gradients, strict=True)
        ]
        values = followed(mixings, attention) - on_grid(attention.readout, attention)
        return {LAYER: Reading(values, self._shares(attention.logits, classes))}

    def _attention(self, batch: Tensor) -> Attention:
        with torch.enable_grad():
            return self.network.attention(batch.detach().clone().requires_grad_())
