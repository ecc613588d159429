"""Attention weighted by gradients (Chefer et al. 2021, arXiv:2103.15679), for one country."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from geoloc.explain.attention import LAYER, AttentionExplainer, attend, through
from geoloc.explain.explainer import Reading
from geoloc.text import N_


class GradientAttention(AttentionExplainer):
    """The product over blocks of I + the heads' mean of (A * d logit / d A) where above zero.

    What a token keeps of itself through all blocks is subtracted: it is the same everywhere.
    """

    name = "gradient_attention"
    title = N_("Attention weighted by gradients")
    source = "Chefer et al. 2021, arXiv:2103.15679"
    says = N_(
        "Where the model's attention raises the country's score: each look of one part at another "
        "counts by its gradient, followed back from the last block to the first."
    )

    def read(self, batch: Tensor, classes: Sequence[int]) -> dict[str, Reading]:
        with torch.enable_grad():
            attention, logits = attend(
                self.classifier.network, batch.detach().clone().requires_grad_()
            )
            asked = logits[torch.arange(len(batch)), list(classes)].sum()
            gradients = torch.autograd.grad(asked, attention)
        itself = torch.eye(attention[0].shape[-1], device=batch.device)
        mixings = [
            itself + (block.detach() * gradient).clamp(min=0).mean(dim=1)
            for block, gradient in zip(attention, gradients, strict=True)
        ]
        kept = 1 / itself.shape[0]
        return {LAYER: Reading(through(mixings) - kept, self._shares(logits, classes))}
