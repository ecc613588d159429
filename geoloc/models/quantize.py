"""How a network's weights are stored: a share of float32's size, and the same answers.

Matrices are kept in 8 bits with a scale for each output (Jacob et al. 2018, arXiv:1712.05877), the
small ones, which a rounded weight moves most and which save least, in half precision, vectors in
full: they are few, and running variances can leave half precision's range.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

LARGE = 2**14
"""Numbers from which on a matrix is stored in 8 bits."""

SCALE = ".scale"
_MOST = 127


def stored(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Weights as a file holds them: a matrix `m` of 8 bits has its `m.scale` beside it."""
    kept = {}
    for key, value in weights.items():
        value = value.detach().cpu().contiguous()
        if not value.is_floating_point() or value.ndim < 2:
            kept[key] = value
        elif value.numel() < LARGE:
            kept[key] = value.half()
        else:
            scale = value.flatten(1).abs().amax(dim=1) / _MOST
            steps = value / _along(scale.clamp(min=torch.finfo().tiny), value)
            kept[key], kept[key + SCALE] = steps.round().to(torch.int8), scale
    return kept


def restored(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """What `stored` was given, in float32.

    Raises:
        ValueError: if a matrix of 8 bits has no scale of its size.
    """
    weights = {}
    for key, value in tensors.items():
        if value.dtype == torch.int8:
            scale = tensors.get(key + SCALE)
            if scale is None or scale.shape != value.shape[:1]:
                raise ValueError(f"{key} has no scale of its size")
            weights[key] = value * _along(scale.float(), value)
        elif not _is_scale(key, tensors):
            weights[key] = value.float()
    return weights


def shapes(
    header: Mapping[str, tuple[Sequence[int], str]],
) -> dict[str, tuple[int, ...]]:
    """The shapes that `restored` gives, from those and the types in a file's header."""
    return {
        key: tuple(shape)
        for key, (shape, _) in header.items()
        if not (key.endswith(SCALE) and header.get(key.removesuffix(SCALE), ((), ""))[1] == "I8")
    }


def _is_scale(key: str, tensors: Mapping[str, Tensor]) -> bool:
    of = tensors.get(key.removesuffix(SCALE))
    return key.endswith(SCALE) and of is not None and of.dtype == torch.int8


def _along(scale: Tensor, value: Tensor) -> Tensor:
    return scale.view(-1, *[1] * (value.ndim - 1))
