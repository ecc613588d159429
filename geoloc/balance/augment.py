"""The changes that grow a class: black holes, resampling and noise, on batches of tensors.

Mirroring, the fourth, is a flip. Everything works on whole batches on the device that holds them,
with one generator, so that the same draws can be made again.
"""

from __future__ import annotations

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


def resample(images: Tensor, generator: Generator) -> Tensor:
    """Shrunk two to four times and enlarged again, as from a poorer camera, (B, 3, H, W)."""
    size = images.shape[-2:]
    factor = Batch(len(images), generator).uniform(2.0, 4.0)
    result = torch.empty_like(images)
    for whole in (2, 3, 4):
        chosen = factor.round() == whole
        if not chosen.any():
            continue
        small = F.interpolate(images[chosen], scale_factor=1 / whole, mode="area")
        result[chosen] = F.interpolate(small, size=size, mode="bilinear", align_corners=False)
    return result


def noise(images: Tensor, generator: Generator, deviation: float = 0.1) -> Tensor:
    """Gaussian noise of up to this standard deviation, clipped to [0, 1], (B, 3, H, W)."""
    strength = Batch(len(images), generator).uniform(0.2 * deviation, deviation, 1, 1, 1)
    drawn = torch.randn(images.shape, generator=generator, device=images.device)
    return (images + strength * drawn).clamp_(0, 1)


def change(images: Tensor, holed: Tensor, camera: Tensor, generator: Generator) -> Tensor:
    """Carry out the plan's changes but the mirroring, which the crop does, on (B, 3, H, W)."""
    for chosen, how in (
        (holed, black_holes),
        (camera == RESAMPLED, resample),
        (camera == NOISY, noise),
    ):
        if chosen.any():
            images[chosen] = how(images[chosen], generator)
    return images
