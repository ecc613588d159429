"""A small Vision Transformer for 120x240 (Dosovitskiy et al. 2021, arXiv:2010.11929).

torchvision's encoder behind two changes that make it learn from thousands of photos instead of
millions: a convolutional stem in place of plain patches (Xiao et al. 2021, arXiv:2106.14881), and
mean pooling of the tokens in place of a class token.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from geoloc.networks.standardise import Standardise
from geoloc.preparation import HEIGHT, WIDTH
from geoloc.vision import torchvision


def _halve(inside: int, outside: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inside, outside, 3, stride=2, padding=1, bias=False),
        nn.BatchNorm2d(outside),
        nn.ReLU(inplace=True),
    )


class VisionTransformer(nn.Module):
    """(B, 3, 120, 240) in [0, 1] -> (B, outputs), over 8x15 tokens.

    Args:
        outputs: number of classes, or of regressed coordinates.
        width: of a token.
        depth: encoder blocks.
        heads: attention heads a block; divides `width`.
        dropout: inside the blocks while training.
    """

    def __init__(
        self, outputs: int, width: int = 192, depth: int = 6, heads: int = 6, dropout: float = 0.1
    ) -> None:
        super().__init__()
        self.standardise = Standardise()
        # 120x240 -> 60x120 -> 30x60 -> 15x30 -> 8x15
        self.stem = nn.Sequential(
            _halve(3, width // 8),
            _halve(width // 8, width // 4),
            _halve(width // 4, width // 2),
            nn.Conv2d(width // 2, width, 3, stride=2, padding=1),
        )
        tokens = -(-HEIGHT // 16) * (WIDTH // 16)
        self.encoder = torchvision.models.vision_transformer.Encoder(
            seq_length=tokens,
            num_layers=depth,
            num_heads=heads,
            hidden_dim=width,
            mlp_dim=2 * width,
            dropout=dropout,
            attention_dropout=dropout,
        )
        self.head = nn.Linear(width, outputs)

    def tokens(self, x: Tensor) -> Tensor:
        """The encoded tokens, (B, 120, width), row by row."""
        stem = self.stem(self.standardise(x))
        return self.encoder(torch.flatten(stem, 2).transpose(1, 2))

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.tokens(x).mean(dim=1))
