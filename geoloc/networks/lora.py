"""Low-rank changes to a transformer's matrices: a percent of its weights stands for all of them.

Hu et al. 2021, arXiv:2106.09685: W stays as it was published, and W + up @ down takes its place,
where `down` reduces to a few dimensions and `up`, zero at first, leads back. torch's own
parametrizations carry it out, so a matrix is changed wherever and however its layer uses it; timm's
EVA reads its `qkv.weight` without calling the layer.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

ORIGINAL, CHANGE = ".parametrizations.weight.original", ".parametrizations.weight.0."


class LowRank(nn.Module):
    """weight -> weight + up @ down, for a matrix (out, in)."""

    def __init__(self, rows: int, columns: int, rank: int) -> None:
        super().__init__()
        self.down = nn.Parameter(torch.empty(rank, columns))
        self.up = nn.Parameter(torch.zeros(rows, rank))
        nn.init.kaiming_uniform_(self.down, a=math.sqrt(5))

    def forward(self, weight: Tensor) -> Tensor:
        return weight + self.up @ self.down


def add(backbone: nn.Module, rank: int, part: str) -> int:
    """Let the linear layers within the parts of a backbone of this name change by a low rank.

    Args:
        backbone: changed in place; its own weights are left to be frozen by the caller.
        rank: of the change, at least 1.
        part: "attn" or "mlp", as timm names them in all its transformers.

    Returns:
        How many matrices were found.
    """
    layers = [
        module
        for name, module in backbone.named_modules()
        if isinstance(module, nn.Linear) and part in name.split(".")
    ]
    for layer in layers:
        change = LowRank(layer.out_features, layer.in_features, rank)
        parametrize.register_parametrization(layer, "weight", change)
    return len(layers)


def fold(backbone: nn.Module) -> None:
    """Put every change into its matrix: the same answers from plain layers."""
    for layer in [module for module in backbone.modules() if parametrize.is_parametrized(module)]:
        parametrize.remove_parametrizations(layer, "weight", leave_parametrized=True)


def original(name: str) -> str | None:
    """What a tensor of a backbone's state was called before `add`; None for a part of a change."""
    return None if CHANGE in name else name.replace(ORIGINAL, ".weight")
