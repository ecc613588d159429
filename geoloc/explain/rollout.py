"""Attention rollout (Abnar & Zuidema 2020, arXiv:2005.00928): where an embedding comes from."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from geoloc.explain.attention import LAYER, AttentionExplainer, followed
from geoloc.explain.explainer import Reading
from geoloc.text import N_


class Rollout(AttentionExplainer):
    """r M_n ... M_1, with M = (A + I) / 2 of each block, A the mean of its heads' attention."""

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
        attention = self.network.attention(batch)
        identity = torch.eye(attention.readout.shape[-1], device=batch.device)
        mixings = [(block.mean(dim=1) + identity) / 2 for block in attention.blocks]
        return {LAYER: Reading(followed(mixings, attention))}
