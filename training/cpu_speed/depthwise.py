"""Depthwise convolutions whose gradients take a processor half the time.

oneDNN has quick kernels for depthwise convolutions, but not for all of their gradients: that of a
5x5 kernel's weights, and that of the input under a stride, pass through general ones that are
several times slower than what led there. Both can be said with the quick ones:

- a 5x5 kernel's gradient is that of the four 3x3 kernels in its corners, which overlap;
- the gradient of the input is the convolution of the output's gradient, spread out by the stride,
  with the kernel turned round.

EfficientNets, which are made of little else, train about twice as fast (`benchmarks.depthwise`).
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.overrides import TorchFunctionMode

_TILE = 3


class Depthwise(torch.autograd.Function):
    """Inputs (B, C, H, W), weights (C, 1, h, w), stride and padding (rows, columns) -> conv2d."""

    @staticmethod
    def forward(
        ctx: Any, x: Tensor, weight: Tensor, stride: tuple[int, int], padding: tuple[int, int]
    ) -> Tensor:
        ctx.save_for_backward(x, weight)
        ctx.stride, ctx.padding = stride, padding
        return F.conv2d(x, weight, None, stride, padding, 1, len(weight))

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, Tensor | None, None, None]:
        x, weight = ctx.saved_tensors
        ofx = ofw = None
        if ctx.needs_input_grad[0]:
            ofx = _of_input(gradient, x, weight, ctx.stride, ctx.padding)
        if ctx.needs_input_grad[1]:
            ofw = _of_weight(gradient, x, weight, ctx.stride, ctx.padding)
        return ofx, ofw, None, None


def _of_input(
    gradient: Tensor, x: Tensor, weight: Tensor, stride: tuple[int, int], padding: tuple[int, int]
) -> Tensor:
    high, wide = weight.shape[2:]
    batch, channels, rows, columns = x.shape
    top, left = high - 1 - padding[0], wide - 1 - padding[1]
    spread = gradient.new_zeros(batch, rows + high - 1, columns + wide - 1, channels)
    spread = spread.permute(0, 3, 1, 2)  # channels last in memory, as oneDNN likes them
    bottom, right = (1 + s * (n - 1) for s, n in zip(stride, gradient.shape[2:], strict=True))
    spread[:, :, top : top + bottom : stride[0], left : left + right : stride[1]] = gradient
    return F.conv2d(spread, weight.flip(2, 3), groups=channels)


def _of_weight(
    gradient: Tensor, x: Tensor, weight: Tensor, stride: tuple[int, int], padding: tuple[int, int]
) -> Tensor:
    high, wide = weight.shape[2:]
    x = F.pad(x, (padding[1], padding[1], padding[0], padding[0]))
    reach = [s * (n - 1) + _TILE for s, n in zip(stride, gradient.shape[2:], strict=True)]
    of_kernel = torch.empty_like(weight)
    for top in _tiles(high):
        for left in _tiles(wide):
            seen = x[:, :, top : top + reach[0], left : left + reach[1]]
            corner = slice(top, top + _TILE), slice(left, left + _TILE)
            of_kernel[:, :, *corner] = torch.ops.aten.convolution_backward(
                gradient,
                seen.contiguous(memory_format=torch.channels_last),
                weight[:, :, *corner].contiguous(),
                None,
                stride,
                (0, 0),
                (1, 1),
                False,
                (0, 0),
                len(weight),
                (False, True, False),
            )[1]
    return of_kernel


def _tiles(size: int) -> list[int]:
    """Where 3 wide tiles start that together cover a kernel of 3 and more."""
    return [*range(0, size - _TILE, _TILE - 1), size - _TILE]


class _Quick(TorchFunctionMode):
    def __torch_function__(
        self, function: Callable, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        if function is torch.conv2d and not kwargs and _is_depthwise(*args):
            x, weight, _, stride, padding = args[:5]
            if torch.is_autocast_enabled("cpu"):
                x, weight = (t.to(torch.get_autocast_dtype("cpu")) for t in (x, weight))
            return Depthwise.apply(x, weight, tuple(stride), tuple(padding))
        return function(*args, **(kwargs or {}))


def _is_depthwise(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> bool:
    return (
        groups > 1
        and weight.shape[:2] == (groups, 1)
        and min(weight.shape[2:]) >= _TILE
        and bias is None
        and isinstance(stride, tuple)
        and isinstance(padding, tuple)
        and tuple(dilation) == (1, 1)
        and all(p < k for p, k in zip(padding, weight.shape[2:], strict=True))
    )


def quick(device: torch.device) -> AbstractContextManager[Any]:
    """Within it, depthwise convolutions on a processor keep what makes their gradients quick."""
    return _Quick() if device.type == "cpu" else nullcontext()
