"""The changes that grow a class: black holes, resampling and noise, on batches of tensors.

Mirroring, the fourth, is a flip. Everything works on whole batches on the device that holds them.
What only the device needs is drawn there, by torch's generator; what steers the computation is
drawn by numpy's, so that nobody has to wait for the device to know it. Both are seeded, so that the
same draws can be made again.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
import torch.nn.functional as F
from torch import Generator, Tensor

from geoloc.balance import NOISY, RESAMPLED


class Batch:
    """Random draws for one batch of a given size, on the generator's device."""

    def __init__(self, size: int, generator: Generator) -> None:
        self.size, self.generator = size, generator

    def uniform(self, low: float, high: float, *shape: int) -> Tensor:
        drawn = torch.rand(
            self.size, *shape, generator=self.generator, device=self.generator.device
        )
        return low + (high - low) * drawn


def black_holes(images: Tensor, generator: Generator, holes: int = 3, side: float = 0.3) -> Tensor:
    """Black rectangles, each up to `side` of the photo's height, in copies of (B, 3, H, W)."""
    count, _, height, width = images.shape
    draw = Batch(count, generator)
    rows = torch.arange(height, device=images.device).view(1, 1, height, 1)
    columns = torch.arange(width, device=images.device).view(1, 1, 1, width)
    half_h = draw.uniform(0.1, side, holes, 1, 1) * height / 2
    half_w = draw.uniform(0.1, side, holes, 1, 1) * height / 2
    centre_y = draw.uniform(0, 1, holes, 1, 1) * height
    centre_x = draw.uniform(0, 1, holes, 1, 1) * width
    inside = ((rows - centre_y).abs() <= half_h) & ((columns - centre_x).abs() <= half_w)
    return images.masked_fill(inside.any(dim=1, keepdim=True), 0.0)


def resample(images: Tensor, host: np.random.Generator) -> Tensor:
    """Shrunk two to four times and enlarged again, as from a poorer camera, (B, 3, H, W)."""
    size = images.shape[-2:]
    factor = host.uniform(2.0, 4.0, len(images)).round()
    result = torch.empty_like(images)
    for whole in (2, 3, 4):
        if not (factor == whole).any():
            continue
        chosen = numbers(factor == whole, images.device)
        small = F.interpolate(images[chosen], scale_factor=1 / whole, mode="area")
        result[chosen] = F.interpolate(small, size=size, mode="bilinear", align_corners=False)
    return result


def noise(images: Tensor, generator: Generator, deviation: float = 0.1) -> Tensor:
    """Gaussian noise of up to this standard deviation, clipped to [0, 1], (B, 3, H, W)."""
    strength = Batch(len(images), generator).uniform(0.2 * deviation, deviation, 1, 1, 1)
    drawn = torch.randn(images.shape, generator=generator, device=images.device)
    return (images + strength * drawn).clamp_(0, 1)


def change(
    images: Tensor,
    holed: np.ndarray,
    camera: np.ndarray,
    generator: Generator,
    host: np.random.Generator,
) -> Tensor:
    """Carry out the plan's changes but the mirroring, which the crop does.

    Args:
        images: (B, 3, H, W), changed in place.
        holed: bool (B,), as `Plan` has it.
        camera: uint8 (B,), likewise.
        generator: of the device of the images.
        host: of what steers the computation.
    """
    ways: tuple[tuple[np.ndarray, Callable[[Tensor], Tensor]], ...] = (
        (holed, lambda x: black_holes(x, generator)),
        (camera == RESAMPLED, lambda x: resample(x, host)),
        (camera == NOISY, lambda x: noise(x, generator)),
    )
    for chosen, way in ways:
        if chosen.any():
            struck = numbers(chosen, images.device)
            images[struck] = way(images[struck])
    return images


def numbers(chosen: np.ndarray, device: torch.device) -> Tensor:
    """Which of a batch are chosen by bool (B,), as int64 on a device.

    A device that is given the mask itself is asked how many those are, and waited for.
    """
    return torch.from_numpy(np.flatnonzero(chosen)).to(device, non_blocking=True)
