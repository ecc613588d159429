"""What methods that follow attention share: which networks, and the way back through the blocks."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from geoloc.explain.explainer import Explainer
from geoloc.networks import Attention

LAYER = "all blocks"


class AttentionExplainer(Explainer):
    """A method that follows attention through all blocks, for a network that says it `attends`."""

    signed = False

    def _available(self) -> tuple[str, ...]:
        if not self.network.attends:
            return ()
        with torch.inference_mode():
            attention, logits = self.network.attention(self._noise), self.network(self._noise)
        size = attention.readout.shape[-1]
        whole = all(block.shape[-2:] == (size, size) for block in attention.blocks)
        same = torch.allclose(attention.logits, logits, rtol=1e-3, atol=1e-3)
        return (LAYER,) if whole and same else ()


def followed(mixings: Sequence[Tensor], attention: Attention) -> Tensor:
    """How much each first patch counts for what the head reads: r M_n ... M_1, (B, h, w).

    Args:
        mixings: M block by block, the share (B, T, T) of each token in each token after the block.
        attention: whose readout r and grid they are.
    """
    counts = attention.readout.expand(len(mixings[0]), -1).unsqueeze(1)
    for mixing in reversed(mixings):
        counts = counts @ mixing
    return on_grid(counts[:, 0], attention)


def on_grid(tokens: Tensor, attention: Attention) -> Tensor:
    """Values of tokens (..., T) as a grid of the patches among them, (..., h, w)."""
    rows, columns = attention.grid
    return tokens[..., -rows * columns :].unflatten(-1, (rows, columns))
