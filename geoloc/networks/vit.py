"""A small Vision Transformer (Dosovitskiy et al. 2021, arXiv:2010.11929).

torchvision's encoder, changed where thousands of photos instead of millions ask for it: a
convolutional stem in place of plain patches (Xiao et al. 2021, arXiv:2106.14881), shifted patch
tokens and locality self-attention (Lee et al. 2021, arXiv:2112.13492), stochastic depth (Huang et
al. 2016, arXiv:1603.09382), and the tokens' mean in place of a class token.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from geoloc.networks.attention import KeptAttention
from geoloc.networks.base import Attention, Features, GeoNetwork, register
from geoloc.networks.standardise import Standardise
from geoloc.networks.vision import torchvision

PATCH = 16
"""Pixels of a photo from one token to the next."""


def _halve(inside: int, outside: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inside, outside, 3, stride=2, padding=1, bias=False),
        nn.BatchNorm2d(outside),
        nn.ReLU(inplace=True),
    )


class ShiftedPatches(nn.Module):
    """Maps (B, inside, H, W) -> tokens (B, width, ceil(H/2), ceil(W/2)) of 2x2 patches.

    A token also sees its patch in the maps shifted by half a patch towards each corner.
    """

    def __init__(self, inside: int, width: int) -> None:
        super().__init__()
        self.project = nn.Conv2d(5 * inside, width, 2, stride=2)

    def forward(self, x: Tensor) -> Tensor:
        height, width = x.shape[-2:]
        around = F.pad(x, (1, 1, 1, 1))
        corners = [around[..., y : y + height, z : z + width] for y in (0, 2) for z in (0, 2)]
        shifted = torch.cat([x, *corners], dim=1)
        return self.project(F.pad(shifted, (0, width % 2, 0, height % 2)))


class LocalityAttention(nn.Module):
    """Self-attention with a learned temperature a head, in which no token attends to itself.

    Takes the place of `nn.MultiheadAttention` in torchvision's encoder blocks.
    """

    def __init__(self, width: int, heads: int, stochastic_depth: float) -> None:
        super().__init__()
        self.heads = heads
        self.inside = nn.Linear(width, 3 * width)
        self.outside = nn.Linear(width, width)
        self.log_temperature = nn.Parameter(torch.full((heads,), (width / heads) ** 0.5).log())
        self.skip = torchvision.ops.StochasticDepth(stochastic_depth, "row")

    def forward(self, x: Tensor, *_: Tensor, need_weights: bool = False) -> tuple[Tensor, None]:
        batch, count, _width = x.shape
        parts = self.inside(x).view(batch, count, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        queries, keys, values = parts.unbind(0)
        queries = queries * torch.exp(-self.log_temperature).to(queries.dtype)[:, None, None]
        itself = torch.zeros(count, count, dtype=queries.dtype, device=x.device)
        mask = itself.fill_diagonal_(torch.finfo(queries.dtype).min)
        mixed = F.scaled_dot_product_attention(queries, keys, values, mask, scale=1.0)
        return self.skip(self.outside(mixed.transpose(1, 2).flatten(2))), None


@register("vit")
class VisionTransformer(GeoNetwork):
    """(B, 3, H, W) in [0, 1] -> (B, outputs), from the mean of its tokens: 8x15 at 120x240.

    Args:
        outputs: number of classes, or of regressed coordinates.
        width: of a token; a multiple of 8.
        depth: encoder blocks.
        heads: attention heads a block; divides `width`.
        dropout: share of the pooled token dropped while training.
        stochastic_depth: share of photos for which the last block is skipped while training;
            earlier blocks are skipped proportionally less.
        input_size: rows and columns of the photos whose tokens have positions of their own; those
            of smaller and larger photos are interpolated.

    Example:
        >>> network = VisionTransformer(outputs=55, depth=2).eval()
        >>> features = network.features(torch.rand(1, 3, 120, 240))
        >>> {layer: tuple(maps.shape) for layer, maps in features.maps.items()}
        {'block 1': (1, 192, 8, 15), 'block 2': (1, 192, 8, 15)}
    """

    attends = True

    def __init__(
        self,
        outputs: int,
        width: int = 192,
        depth: int = 6,
        heads: int = 6,
        dropout: float = 0.1,
        stochastic_depth: float = 0.1,
        input_size: Sequence[int] = (120, 240),
    ) -> None:
        super().__init__()
        self.input_size = (input_size[0], input_size[1])
        self.grid = (math.ceil(input_size[0] / PATCH), math.ceil(input_size[1] / PATCH))
        self.standardise = Standardise()
        # At 120x240: -> 60x120 -> 30x60 -> 15x30 -> 8x15
        self.stem = nn.Sequential(
            _halve(3, width // 8),
            _halve(width // 8, width // 4),
            _halve(width // 4, width // 2),
            ShiftedPatches(width // 2, width),
        )
        self.encoder = torchvision.models.vision_transformer.Encoder(
            seq_length=self.grid[0] * self.grid[1],
            num_layers=depth,
            num_heads=heads,
            hidden_dim=width,
            mlp_dim=2 * width,
            dropout=0.0,
            attention_dropout=0.0,
        )
        for number, block in enumerate(self.encoder.layers):
            skipped = stochastic_depth * (number + 1) / depth
            block.self_attention = LocalityAttention(width, heads, skipped)
            block.mlp.append(torchvision.ops.StochasticDepth(skipped, "row"))
        self.head = nn.Sequential(nn.Dropout(dropout), nn.Linear(width, outputs))

    @property
    def backbone(self) -> nn.Module:  # type: ignore[override]  # a view, not to be set
        return nn.ModuleList([self.standardise, self.stem, self.encoder])

    def patches(self, x: Tensor) -> Tensor:
        """The tokens before the first block, as maps (B, width, h, w)."""
        stem = self.stem(self.standardise(x))
        position = self.encoder.pos_embedding.transpose(1, 2).unflatten(2, self.grid)
        if stem.shape[-2:] != self.grid:
            position = F.interpolate(
                position, size=stem.shape[-2:], mode="bilinear", align_corners=False
            )
        return stem + position

    def tokens(self, x: Tensor) -> Tensor:
        """The encoded tokens, (B, h * w, width), row by row."""
        return self.encoder.ln(self.encoder.layers(self.patches(x).flatten(2).transpose(1, 2)))

    def embed(self, x: Tensor) -> Tensor:
        return self.tokens(x).mean(dim=1)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.embed(x))

    def features(self, x: Tensor) -> Features:
        last, maps = self.patches(x), {}
        blocks = self.encoder.layers
        for number, block in enumerate(blocks, start=1):
            # From maps to tokens, not beside them, so that gradients reach the maps.
            tokens = block(last.flatten(2).transpose(1, 2))
            if number == len(blocks):
                tokens = self.encoder.ln(tokens)
            last = maps[f"block {number}"] = tokens.transpose(1, 2).unflatten(2, last.shape[-2:])
        embedding = last.mean(dim=(2, 3))
        return Features(maps, self.head(embedding), embedding)

    def attention(self, x: Tensor) -> Attention:
        with KeptAttention() as kept:
            logits = self(x)
        count = kept.blocks[0].shape[-1]
        readout = torch.full((count,), 1 / count, device=x.device)
        rows, columns = (math.ceil(size / PATCH) for size in x.shape[-2:])
        return Attention(tuple(kept.blocks), logits, readout, (rows, columns))
