"""A small Vision Transformer for 120x240 (Dosovitskiy et al. 2021, arXiv:2010.11929).

torchvision's encoder, changed where thousands of photos instead of millions ask for it: a
convolutional stem in place of plain patches (Xiao et al. 2021, arXiv:2106.14881), shifted patch
tokens and locality self-attention (Lee et al. 2021, arXiv:2112.13492), stochastic depth (Huang et
al. 2016, arXiv:1603.09382), and the tokens' mean in place of a class token.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from geoloc.networks.standardise import Standardise
from geoloc.networks.vision import torchvision

GRID = (8, 15)
"""Rows and columns of tokens at 120x240; smaller photos have fewer."""


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

    def _split(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Queries, keys and values, each (B, heads, T, width / heads), and the mask (T, T)."""
        batch, count, _ = x.shape
        parts = self.inside(x).view(batch, count, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        queries, keys, values = parts.unbind(0)
        queries = queries * torch.exp(-self.log_temperature).to(queries.dtype)[:, None, None]
        itself = torch.zeros(count, count, dtype=queries.dtype, device=x.device)
        return queries, keys, values, itself.fill_diagonal_(torch.finfo(queries.dtype).min)

    def weights(self, x: Tensor) -> Tensor:
        """How much each token attends to each other one, (B, heads, T, T); rows add up to 1."""
        queries, keys, _, mask = self._split(x)
        return (queries @ keys.transpose(-2, -1) + mask).softmax(dim=-1)

    def forward(self, x: Tensor, *_: Tensor, need_weights: bool = False) -> tuple[Tensor, None]:
        queries, keys, values, mask = self._split(x)
        mixed = F.scaled_dot_product_attention(queries, keys, values, mask, scale=1.0)
        return self.skip(self.outside(mixed.transpose(1, 2).flatten(2))), None


class VisionTransformer(nn.Module):
    """(B, 3, 120, 240) in [0, 1] -> (B, outputs), over 8x15 tokens.

    Args:
        outputs: number of classes, or of regressed coordinates.
        width: of a token; a multiple of 8.
        depth: encoder blocks.
        heads: attention heads a block; divides `width`.
        dropout: share of the pooled token dropped while training.
        stochastic_depth: share of photos for which the last block is skipped while training;
            earlier blocks are skipped proportionally less.
    """

    def __init__(
        self,
        outputs: int,
        width: int = 192,
        depth: int = 6,
        heads: int = 6,
        dropout: float = 0.1,
        stochastic_depth: float = 0.1,
    ) -> None:
        super().__init__()
        self.standardise = Standardise()
        # 120x240 -> 60x120 -> 30x60 -> 15x30 -> 8x15
        self.stem = nn.Sequential(
            _halve(3, width // 8),
            _halve(width // 8, width // 4),
            _halve(width // 4, width // 2),
            ShiftedPatches(width // 2, width),
        )
        self.encoder = torchvision.models.vision_transformer.Encoder(
            seq_length=GRID[0] * GRID[1],
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

    def embed(self, x: Tensor) -> Tensor:
        """The tokens before the first block, (B, 120, width), row by row."""
        stem = self.stem(self.standardise(x))
        position = self.encoder.pos_embedding.transpose(1, 2).unflatten(2, GRID)
        if stem.shape[-2:] != GRID:
            position = F.interpolate(
                position, size=stem.shape[-2:], mode="bilinear", align_corners=False
            )
        return (stem + position).flatten(2).transpose(1, 2)

    def tokens(self, x: Tensor) -> Tensor:
        """The encoded tokens, (B, 120, width), row by row."""
        return self.encoder.ln(self.encoder.layers(self.embed(x)))

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.tokens(x).mean(dim=1))
