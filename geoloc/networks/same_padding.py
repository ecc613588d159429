"""TensorFlow's "SAME" padding at stride 2, without a copy of the maps.

It adds one row and column more at the end than at the beginning, which torch's convolutions can't,
so timm writes every map anew, enlarged. Here the kernel gets a first row and column of zeros
instead: with as much padding on both sides it then sees the same, and kernels are small.
"""

from __future__ import annotations

from typing import TypeGuard

import torch.nn.functional as F
from torch import Tensor, nn


class SamePadded(nn.Module):
    """(B, C, H, W) -> (B, D, ceil(H / 2), ceil(W / 2)), as the convolution that it is made of.

    Args:
        convolution: of stride 2, with a square kernel of 3, 5, 7 ..., that pads as TensorFlow does.
    """

    def __init__(self, convolution: nn.Conv2d) -> None:
        super().__init__()
        self.weight = nn.Parameter(F.pad(convolution.weight.detach(), (1, 0, 1, 0)))
        self.bias = convolution.bias
        self.groups, self.padding = convolution.groups, convolution.kernel_size[0] // 2

    def forward(self, x: Tensor) -> Tensor:
        rows, columns = x.shape[-2:]
        # An odd side is padded alike at both ends.
        weight = self.weight[..., rows % 2 :, columns % 2 :]
        return F.conv2d(x, weight, self.bias, 2, self.padding, 1, self.groups)


def without_copies(network: nn.Module) -> None:
    """Exchange a network's padded convolutions of stride 2; its outputs stay the same."""
    for module in network.modules():
        for name, child in module.named_children():
            if _is_padded(child):
                setattr(module, name, SamePadded(child))


def _is_padded(module: nn.Module) -> TypeGuard[nn.Conv2d]:
    # timm's class, which who has no such network need not import.
    if not isinstance(module, nn.Conv2d) or type(module).__name__ != "Conv2dSame":
        return False
    rows, columns = module.kernel_size
    odd = rows == columns and rows % 2 == 1 and rows > 1
    return odd and module.stride == (2, 2) and module.dilation == (1, 1)
