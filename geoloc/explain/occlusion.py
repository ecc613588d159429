"""Occlusion (Zeiler & Fergus 2014, arXiv:1311.2901): each part of a photo is blurred in turn."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from geoloc.explain.explainer import Explainer, Reading
from geoloc.explain.looks import made_of
from geoloc.models.release import Release
from geoloc.text import N_

LAYER = "the whole model"
PARTS = 6
"""Along the longer side of what the network sees; each part costs a run of it."""
_AT_ONCE = 12
_BLUR = 8
"""A part is blurred to so many colours along the longer side of the photo."""


class Occlusion(Explainer):
    """logit - logit with the part blurred, for each part of a grid.

    It asks nothing of a network but its answers. It is offered where no linear models were fitted,
    as nothing is to a model that was published elsewhere.
    """

    name = "occlusion"
    title = N_("What the country's score loses")
    source = "Zeiler & Fergus 2014, arXiv:1311.2901"
    says = N_("How far the country's score falls when this part of the photo is blurred.")

    @classmethod
    def fits(cls, checkpoint: Release) -> bool:
        return super().fits(checkpoint) and checkpoint.card.published is not None

    def _available(self) -> tuple[str, ...]:
        return (LAYER,)

    @torch.inference_mode()
    def read(self, batch: Tensor, classes: Sequence[int]) -> dict[str, Reading]:
        with made_of(batch, self._losses) as (logits, losses):
            mine = losses[torch.arange(len(batch)), :, list(classes)].unflatten(1, _grid(batch))
            return {LAYER: Reading(mine, self._shares(logits, classes))}

    def _losses(self, batch: Tensor) -> tuple[Tensor, Tensor]:
        """The logits (B, N), and what they lose with each part blurred, (B, parts, N)."""
        logits, (rows, columns) = self.network(batch), _grid(batch)
        hidden = torch.stack([self._hidden(photo, rows, columns) for photo in batch])
        return logits, logits[:, None] - hidden

    def _hidden(self, photo: Tensor, rows: int, columns: int) -> Tensor:
        """The logits (rows * columns, N) of a photo (3, H, W) with each part blurred."""
        soft = F.interpolate(
            F.adaptive_avg_pool2d(photo[None], _BLUR), photo.shape[-2:], mode="bilinear"
        )
        parts = torch.eye(rows * columns, device=photo.device).view(-1, 1, rows, columns)
        masks = F.interpolate(parts, photo.shape[-2:], mode="nearest")
        views = photo * (1 - masks) + soft * masks
        return torch.cat([self.network(some) for some in views.split(_AT_ONCE)])


def _grid(batch: Tensor) -> tuple[int, int]:
    """Rows and columns of parts that are about square."""
    height, width = batch.shape[-2:]
    side = max(height, width) / PARTS
    return max(1, round(height / side)), max(1, round(width / side))
