"""Attention rollout (Abnar & Zuidema 2020, arXiv:2005.00928): where the tokens' mean comes from."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from geoloc.explain.attention import LAYER, AttentionExplainer, attend, through
from geoloc.explain.explainer import Reading
from geoloc.text import N_


class Rollout(AttentionExplainer):
    """The product over blocks of (A + I) / 2, A the mean of the heads' attention."""

    name = "rollout"
    title = N_("Attention rollout")
    source = "Abnar & Zuidema 2020, arXiv:2005.00928"
    says = N_(
        "Where the model looks, whatever it answers: its attention, followed back from the last "
        "block to the first. It is the same for every country."
    )
    by_country = False

    @torch.inference_mode()
    def read(self, batch: Tensor, classes: Sequence[int]) -> dict[str, Reading]:
        attention, _logits = attend(self.classifier.network, batch)
        itself = torch.eye(attention[0].shape[-1], device=batch.device)
        mixings = [(block.mean(dim=1) + itself) / 2 for block in attention]
        return {LAYER: Reading(through(mixings))}
