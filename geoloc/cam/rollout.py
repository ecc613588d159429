"""Attention rollout (Abnar & Zuidema 2020, arXiv:2005.00928): where the tokens' mean comes from."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from geoloc.cam.attention import attend, through
from geoloc.cam.explainer import Explainer, Reading
from geoloc.checkpoint import Checkpoint

_LAYER = "all blocks"


class Rollout(Explainer):
    """The product over blocks of (A + I) / 2, A the mean of the heads' attention."""

    name = "rollout"
    title = "Attention rollout"
    source = "Abnar & Zuidema 2020, arXiv:2005.00928"
    says = (
        "Where the model looks, whatever it answers: its attention, followed back from the last "
        "block to the first. It is the same for every country."
    )
    by_country = False
    signed = False

    @classmethod
    def fits(cls, checkpoint: Checkpoint) -> bool:
        return super().fits(checkpoint) and checkpoint.card["network"]["name"] == "vit"

    @property
    def layers(self) -> tuple[str, ...]:
        return (_LAYER,)

    @torch.inference_mode()
    def read(self, batch: Tensor, classes: Sequence[int]) -> dict[str, Reading]:
        attention, _ = attend(self.classifier.network, batch)
        itself = torch.eye(attention[0].shape[-1], device=batch.device)
        mixings = [(block.mean(dim=1) + itself) / 2 for block in attention]
        return {_LAYER: Reading(through(mixings))}
