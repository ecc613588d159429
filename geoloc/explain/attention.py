"""What methods that follow attention share: which networks, and a forward that keeps it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from geoloc.explain.explainer import Explainer
from geoloc.explain.features import on_grid
from geoloc.models.release import Checkpoint

if TYPE_CHECKING:
    from geoloc.networks.vit import VisionTransformer  # imports torchvision, which takes seconds


LAYER = "all blocks"


class AttentionExplainer(Explainer):
    """A method that follows attention through all blocks, so for a Vision Transformer only."""

    signed = False

    @classmethod
    def fits(cls, checkpoint: Checkpoint) -> bool:
        return super().fits(checkpoint) and checkpoint.card.network.name == "vit"

    @property
    def layers(self) -> tuple[str, ...]:
        return (LAYER,)


def attend(network: VisionTransformer, batch: Tensor) -> tuple[list[Tensor], Tensor]:
    """Attention by block, each (B, heads, T, T), and the logits (B, N) computed from it."""
    tokens = network.embed(batch)
    attention = []
    for block in network.encoder.layers:
        inside = block.ln_1(tokens)
        attention.append(block.self_attention.weights(inside))
        tokens = tokens + _mixed(block.self_attention, inside, attention[-1])
        tokens = tokens + block.mlp(block.ln_2(tokens))
    return attention, network.head(network.encoder.ln(tokens).mean(dim=1))


def _mixed(layer: nn.Module, inside: Tensor, weights: Tensor) -> Tensor:
    values = layer.inside(inside).chunk(3, dim=-1)[2].unflatten(-1, (layer.heads, -1))
    return layer.outside((weights @ values.transpose(1, 2)).transpose(1, 2).flatten(2))


def through(mixings: Sequence[Tensor]) -> Tensor:
    """How much each first token counts for the mean of the last ones, on the grid: (B, 8, 15).

    Args:
        mixings: block by block, the share (B, T, T) of each token in each token after the block.
    """
    size = mixings[0].shape[-1]
    # The network ends in the tokens' mean: a row of equal shares, led back block by block.
    counts = torch.full_like(mixings[0][:, :1], 1 / size)
    for mixing in reversed(mixings):
        counts = counts @ mixing
    return on_grid(counts.transpose(1, 2))[:, 0]
