"""The maps of any backbone of timm, by layer, on the way to what its own head takes.

Blocks of a Vision Transformer and stages of a network of convolutions lie on the way to the answer:
gradients lead from it to each of their maps. Of other networks of tokens or of channels-last maps,
timm hands out copies beside the way; their last maps alone lie on it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from timm.models.eva import Eva
from timm.models.vision_transformer import VisionTransformer
from torch import Tensor, nn

from geoloc.networks.attention import KeptAttention
from geoloc.networks.base import Attention

LAST = "last stage"


def maps_of(backbone: Any, x: Tensor) -> tuple[dict[str, Tensor], Tensor]:
    """What a backbone makes of photos, standardised and of a size that it takes: (B, 3, H, W).

    Returns:
        Maps (B, K, h, w) by layer, the last one last; and what `backbone.forward_head` takes.
    """
    if isinstance(backbone, VisionTransformer | Eva):
        return _blocks(backbone, x)
    last, stages = backbone.forward_intermediates(x)
    kind = "stage"
    size = stages[-1].shape[-2:]
    if not isinstance(last, Tensor) or (last.ndim == 3 and last.shape[1] < size.numel()):
        pass  # the answer is not made of the last maps alone: timm's lie beside it
    elif last.ndim == 3:
        kind = "block" if stages[0].shape[-2:] == size else kind
        prefix = last.shape[1] - size.numel()
        stages[-1] = last[:, prefix:].transpose(1, 2).unflatten(2, size)
        last = torch.cat([last[:, :prefix], stages[-1].flatten(2).transpose(1, 2)], dim=1)
    elif getattr(backbone, "output_fmt", "NCHW") == "NHWC":
        stages[-1] = last.permute(0, 3, 1, 2)
        last = stages[-1].permute(0, 2, 3, 1)
    else:
        stages[-1] = last
    maps = {f"{kind} {number}": stage for number, stage in enumerate(stages, start=1)}
    if kind == "stage":
        maps[LAST] = maps.pop(f"stage {len(stages)}")
    return maps, last


def _blocks(backbone: VisionTransformer | Eva, x: Tensor) -> tuple[dict[str, Tensor], Tensor]:
    """The patches' tokens after each block of a Vision Transformer, the last after its norm."""
    size = grid(backbone, x)
    tokens, ropes = _embedded(backbone, x)
    maps: dict[str, Tensor] = {}
    for number, (block, rope) in enumerate(zip(backbone.blocks, ropes, strict=False), start=1):
        tokens = block(tokens) if rope is None else block(tokens, rope=rope)
        if number == len(backbone.blocks):
            tokens = backbone.norm(tokens)
        prefix = backbone.num_prefix_tokens
        patches = tokens[:, prefix:].transpose(1, 2).unflatten(2, size)
        maps[f"block {number}"] = patches
        tokens = torch.cat([tokens[:, :prefix], patches.flatten(2).transpose(1, 2)], dim=1)
    return maps, tokens


def _embedded(
    backbone: VisionTransformer | Eva, x: Tensor
) -> tuple[Tensor, Iterator[Tensor | None]]:
    """The tokens before the first block, and each block's rotary position embedding."""
    embedded = backbone._pos_embed(backbone.patch_embed(x))
    if isinstance(backbone, VisionTransformer):
        return backbone.norm_pre(backbone.patch_drop(embedded)), _each(None)
    tokens, rope = embedded
    if rope is not None and getattr(backbone, "rope_mixed", False):
        return backbone.norm_pre(tokens), iter(rope)
    return backbone.norm_pre(tokens), _each(rope)


def _each(rope: Tensor | None) -> Iterator[Tensor | None]:
    while True:
        yield rope


def grid(backbone: VisionTransformer | Eva, x: Tensor) -> tuple[int, int]:
    """Rows and columns of the tokens of photos (B, 3, H, W)."""
    return backbone.patch_embed.dynamic_feat_size((x.shape[-2], x.shape[-1]))


def attends(backbone: nn.Module) -> bool:
    """Whether it is a Vision Transformer that answers by one token, or by the mean over some."""
    return (
        isinstance(backbone, VisionTransformer | Eva)
        and backbone.global_pool in ("token", "avg")
        and backbone.attn_pool is None
        and not hasattr(backbone, "dist_token")
    )


def attention_of(backbone: VisionTransformer | Eva, head: nn.Module, x: Tensor) -> Attention:
    """Each block's attention on the way to the logits, of a backbone that `attends`."""
    with KeptAttention() as kept:
        logits = head(backbone(x))
    readout = torch.zeros(kept.blocks[0].shape[-1], device=x.device)
    if backbone.global_pool == "token":
        readout[0] = 1
    else:
        include = getattr(backbone, "pool_include_prefix", False)
        first = 0 if include else backbone.num_prefix_tokens
        readout[first:] = 1 / (len(readout) - first)
    return Attention(tuple(kept.blocks), logits, readout, grid(backbone, x))
