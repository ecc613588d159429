"""Other cameras, by the batch: softness, compression, exposure, casts, vignettes, noise.

What phones, webcams and web pages do to a picture. A network that learnt from one mapping
service's camera takes its look for the place (Hendrycks & Dietterich 2019, arXiv:1903.12261); each
effect here strikes a share of a batch's photos, with a strength drawn anew for every batch.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np
import torch
import torch.nn.functional as F
from torch import Generator, Tensor

from geoloc.balance.augment import Batch, numbers
from training.constant import constant

BLOCK = 8
"""Side of the blocks that JPEG cuts a picture into."""

_LUMINANCE = (
    (16, 11, 10, 16, 24, 40, 51, 61),
    (12, 12, 14, 19, 26, 58, 60, 55),
    (14, 13, 16, 24, 40, 57, 69, 56),
    (14, 17, 22, 29, 51, 87, 80, 62),
    (18, 22, 37, 56, 68, 109, 103, 77),
    (24, 35, 55, 64, 81, 104, 113, 92),
    (49, 64, 78, 87, 103, 121, 120, 101),
    (72, 92, 95, 98, 112, 100, 103, 99),
)
"""Quantisation steps of brightness at quality 50, of 255 (ITU-T T.81, annex K)."""


@dataclass(frozen=True)
class Cameras:
    """Shares of a batch's photos that each effect strikes; 0 leaves it out.

    Attributes:
        leaning: rolled by up to 8 degrees, and turned so that lines converge (`augment.crop`).
        soft: made smaller, down to a third, and large again.
        blur: smoothed by a Gaussian of up to 2 pixels, or along a row as by a moving hand.
        compression: DCT blocks quantised as by JPEG at a quality of 10 to 60.
        exposure: a gamma of 0.55 to 1.8.
        cast: each channel with a gain of 0.75 to 1.3 of its own.
        vignette: corners darkened by up to 70 %.
        noise: Gaussian, of up to 6 % of the range.
        grey: without colour.

    Raises:
        ValueError: if a share leaves [0, 1].
    """

    leaning: float = 0.0
    soft: float = 0.0
    blur: float = 0.0
    compression: float = 0.0
    exposure: float = 0.0
    cast: float = 0.0
    vignette: float = 0.0
    noise: float = 0.0
    grey: float = 0.0

    def __post_init__(self) -> None:
        if not all(0.0 <= getattr(self, effect.name) <= 1.0 for effect in fields(self)):
            raise ValueError(f"{self}: each is a share in [0, 1]")


def other_cameras(
    images: Tensor, cameras: Cameras, generator: Generator, host: np.random.Generator
) -> Tensor:
    """A batch as other cameras would have taken it, in the order in which a camera works.

    Args:
        images: float32 (B, 3, H, W) in [0, 1], changed in place.
        cameras: the share of photos that each effect strikes.
        generator: of the device of the images.
        host: of what steers the computation.

    Returns:
        float32 (B, 3, H, W) in [0, 1].
    """
    effects: tuple[tuple[float, Callable[[Tensor], Tensor]], ...] = (
        (cameras.vignette, lambda x: vignette(x, host.uniform(0.2, 0.7))),
        (cameras.blur, lambda x: _blur(x, host)),
        (cameras.exposure, lambda x: x.clamp(min=1e-4) ** _log_uniform(host, 0.55, 1.8)),
        (cameras.cast, lambda x: _cast(x, generator)),
        (cameras.grey, _grey),
        (cameras.noise, lambda x: _noise(x, host.uniform(0.01, 0.06), generator)),
        (cameras.soft, lambda x: soften(x, host.uniform(0.33, 0.9))),
        (cameras.compression, lambda x: compress(x, host.uniform(10, 60))),
    )
    for share, effect in effects:
        if share <= 0:
            continue
        chosen = host.random(len(images)) < share
        if chosen.any():
            struck = numbers(chosen, images.device)
            images[struck] = effect(images[struck]).clamp_(0, 1)
    return images


def soften(images: Tensor, share: float) -> Tensor:
    """Images (B, 3, H, W) made smaller to a share of their size and large again."""
    size = images.shape[-2:]
    small = [max(BLOCK, round(side * share)) for side in size]
    low = F.interpolate(images, small, mode="bilinear", antialias=True, align_corners=False)
    return F.interpolate(low, size, mode="bilinear", align_corners=False)


def compress(images: Tensor, quality: float) -> Tensor:
    """Images (B, 3, H, W) after JPEG's loss: brightness by its table, colour by twice that.

    Args:
        images: in [0, 1]; H and W are multiples of 8.
        quality: as JPEG writers count it, in (0, 100).

    Raises:
        ValueError: if a side is no multiple of 8.
    """
    batch, channels, height, width = images.shape
    if height % BLOCK or width % BLOCK:
        raise ValueError(f"{height} x {width} is not made of blocks of {BLOCK}")
    scale = (50 / quality if quality < 50 else 2 - quality / 50) / 255
    steps = constant(_LUMINANCE, images.device) * scale
    to_opponent = constant(_OPPONENT, images.device)
    opponent = torch.einsum("ij,bjhw->bihw", to_opponent, images)
    blocks = opponent.view(batch, channels, height // BLOCK, BLOCK, width // BLOCK, BLOCK)
    blocks = blocks.transpose(3, 4)
    dct = constant(_DCT, images.device)
    table = torch.stack([steps, 2 * steps, 2 * steps])[None, :, None, None]
    kept = torch.round((dct @ blocks @ dct.T) / table) * table
    blocks = (dct.T @ kept @ dct).transpose(3, 4)
    back = constant(_FROM_OPPONENT, images.device)
    return torch.einsum("ij,bjhw->bihw", back, blocks.reshape(images.shape))


_OPPONENT = ((0.299, 0.587, 0.114), (-0.169, -0.331, 0.5), (0.5, -0.419, -0.081))
"""Brightness and two differences of colour (ITU-T T.871)."""

_FROM_OPPONENT = tuple(map(tuple, np.linalg.inv(_OPPONENT).tolist()))


def _dct() -> tuple[tuple[float, ...], ...]:
    """The orthonormal DCT-II of 8 numbers, (8, 8)."""
    n = np.arange(BLOCK)
    waves = np.cos(math.pi / BLOCK * (n[None] + 0.5) * n[:, None]) * math.sqrt(2 / BLOCK)
    waves[0] /= math.sqrt(2)
    return tuple(map(tuple, waves.tolist()))


_DCT = _dct()


def vignette(images: Tensor, depth: float) -> Tensor:
    """Images (B, 3, H, W) whose corners are darkened by a share of their light."""
    rows, columns = (torch.linspace(-1, 1, n, device=images.device) for n in images.shape[-2:])
    return images * (1 - depth * (rows[:, None] ** 2 + columns**2) / 2)


def _blur(images: Tensor, host: np.random.Generator) -> Tensor:
    sigma = host.uniform(0.4, 2.0)
    taps = torch.arange(-4, 5, device=images.device, dtype=images.dtype)
    kernel = torch.exp(-(taps**2) / (2 * sigma**2))
    kernel = (kernel / kernel.sum()).expand(3, 1, 1, -1)
    # A hand moves along one direction, a lens blurs along both.
    directions = [(kernel, (4, 4, 0, 0)), (kernel.transpose(2, 3), (0, 0, 4, 4))]
    for taps_of, margin in directions[: 1 if host.random() < 0.3 else 2]:
        images = F.conv2d(F.pad(images, margin, mode="replicate"), taps_of, groups=3)
    return images


def _cast(images: Tensor, generator: Generator) -> Tensor:
    gains = Batch(len(images), generator).uniform(math.log(0.75), math.log(1.3), 3)
    return images * gains.exp()[:, :, None, None]


def _grey(images: Tensor) -> Tensor:
    luma = constant(_OPPONENT[0], images.device)
    return torch.einsum("j,bjhw->bhw", luma, images)[:, None].expand_as(images).clone()


def _noise(images: Tensor, deviation: float, generator: Generator) -> Tensor:
    return images + deviation * torch.randn(
        images.shape, generator=generator, device=generator.device
    )


def _log_uniform(host: np.random.Generator, low: float, high: float) -> float:
    return math.exp(host.uniform(math.log(low), math.log(high)))
