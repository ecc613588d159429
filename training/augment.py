"""Changing photos by the batch: every model's crops and colours, mirroring, mixing two photos.

Everything works on whole batches of tensors on the device that trains. What only the device needs
is drawn there, by torch's generator; what steers the computation is drawn by numpy's (`host`), so
that nobody waits for the device to know it. Both are seeded: an epoch can be repeated exactly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Generator, Tensor

from geoloc.balance.augment import Batch
from geoloc.photo.inputs import BAND, HEIGHT, InputSpec
from training.constant import constant

_LUMA = (0.299, 0.587, 0.114)


@dataclass(frozen=True)
class AugmentConfig:
    """How far crops and colours may stray from the prepared photo; 0 leaves them alone.

    Attributes:
        zoom: before it is stretched, the crop spans at least 1 - zoom of the band's width.
        tilt: the crop's centre moves up or down by at most this share of the band's height.
        stretch: width and height change against each other by at most this share.
        light: brightness and contrast change by at most this share.
        colour: saturation changes by at most this share, and each channel's gain by a third of it.
        mirror: share of the epochs in which a photo is mirrored on top of the plan.

    Raises:
        ValueError: if one of them leaves [0, 1], or zoom [0, 0.9].
    """

    zoom: float = 0.0
    tilt: float = 0.0
    stretch: float = 0.0
    light: float = 0.0
    colour: float = 0.0
    mirror: float = 0.0

    def __post_init__(self) -> None:
        shares = (self.tilt, self.stretch, self.light, self.colour, self.mirror)
        if not (all(0.0 <= share <= 1.0 for share in shares) and 0.0 <= self.zoom <= 0.9):
            raise ValueError(f"{self}: each lies in [0, 1], and zoom in [0, 0.9]")


def crop(
    frames: Tensor,
    top: Tensor,
    bottom: Tensor,
    mirrored: Tensor,
    config: AugmentConfig,
    generator: Generator,
    size: int = HEIGHT,
    spec: InputSpec = BAND,
    leaning: float = 0.0,
) -> Tensor:
    """A crop of each frame: near its band, or anywhere in it for a network that sees all of it.

    Args:
        frames: uint8 (B, S, S, 3), of the framing of `spec`.
        top: first photo row of each frame, (B,).
        bottom: the row after its last, (B,).
        mirrored: bool (B,), flipped left to right.
        config: how far the crop may stray.
        generator: source of the randomness.
        size: rows of the result.
        spec: what the network sees.
        leaning: share of the crops that are as of a camera held at an angle.

    Returns:
        float32 (B, 3, size, columns) in [0, 1], in the proportions of `spec`.
    """
    draw = Batch(len(frames), generator)
    pixels = frames.permute(0, 3, 1, 2).float()
    wide = draw.uniform(1 - config.zoom, 1.0)
    ratio = torch.exp(draw.uniform(-config.stretch, config.stretch))
    side = frames.shape[1]
    width = side * wide * ratio.clamp(max=1.0)
    seen = (bottom - top).float()
    tall = torch.full_like(seen, side / 2) if spec.crop == "band" else seen
    height = torch.minimum(tall * wide / ratio.clamp(min=1.0), seen)
    centre_x = side / 2 + (side - width) / 2 * draw.uniform(-1, 1)
    # A zoomed crop may sit anywhere in the band, and the band itself moves by `tilt`.
    reach = (tall - height).clamp(min=0) / 2 + config.tilt * side / 2
    centre_y = side / 2 + reach * draw.uniform(-1, 1)
    centre_y = torch.minimum(torch.maximum(centre_y, top + height / 2), bottom - height / 2)
    across = size * spec.width // spec.height
    columns = (torch.arange(across, device=frames.device) + 0.5) / across - 0.5
    rows = (torch.arange(size, device=frames.device) + 0.5) / size - 0.5
    width = width * torch.where(mirrored, -1.0, 1.0)
    # In sides of a frame. An upright crop's grid is an outer product of columns and rows: all is
    # computed of these, and there is one pass over the points themselves.
    x = (width[:, None] * columns / side)[:, None, :]
    y = (height[:, None] * rows / side)[:, :, None]
    if leaning > 0:
        x, y = _leant(x, y, leaning, draw)
    x = x * 2 + (centre_x[:, None, None] / side * 2 - 1)
    y = y * 2 + (centre_y[:, None, None] / side * 2 - 1)
    grid = torch.stack(torch.broadcast_tensors(x, y), dim=-1)
    # Of what is sampled there is less than of what it is sampled from.
    return F.grid_sample(pixels, grid, padding_mode="border", align_corners=False).div_(255)


def _leant(x: Tensor, y: Tensor, share: float, draw: Batch) -> tuple[Tensor, Tensor]:
    """Points (B, H, W) around a crop's middle, in sides of a frame, as a share of all cameras see
    them that are rolled by up to 8 degrees and pitched or turned so that lines converge."""
    leans = (draw.uniform(0, 1, 1, 1) < share).float()
    roll = leans * draw.uniform(-0.14, 0.14, 1, 1)
    pitch, yaw = (leans * draw.uniform(-0.25, 0.25, 1, 1) for _ in range(2))
    nearer = 1 + yaw * x + pitch * y
    x, y = x / nearer, y / nearer
    return x * roll.cos() - y * roll.sin(), x * roll.sin() + y * roll.cos()


def color_jitter(images: Tensor, config: AugmentConfig, generator: Generator) -> Tensor:
    """Other light, another camera: brightness, contrast, saturation, gains, on (B, 3, H, W)."""
    draw = Batch(len(images), generator)
    gains = 1 + draw.uniform(-config.colour / 3, config.colour / 3, 3)
    gains = gains * (1 + draw.uniform(-config.light, config.light, 1))
    saturation = 1 + draw.uniform(-config.colour, config.colour, 1, 1)
    contrast = 1 + draw.uniform(-config.light, config.light, 1, 1)
    luma = constant(_LUMA, images.device)
    # Gains, then a blend with grey, then a blend with the mean grey: all one affine map of colours.
    to_grey = luma.expand(3, 3)
    saturate = saturation * torch.eye(3, device=images.device) + (1 - saturation) * to_grey
    matrix = contrast * saturate * gains[:, None, :]
    mean_grey = (images.mean(dim=(2, 3)) * gains) @ luma
    offset = (1 - contrast) * mean_grey[:, None, None]
    return torch.baddbmm(offset, matrix, images.flatten(2)).view_as(images).clamp_(0, 1)


def mirrored_now(rows: np.ndarray, epoch: int, share: float) -> np.ndarray:
    """Whether each photo is mirrored in this epoch, bool (B,).

    A photo's turns are spread evenly over the epochs: with a share of a half it is mirrored every
    other epoch, half of all photos at a time (Jordan 2024, arXiv:2404.00498).

    Args:
        rows: the photos' numbers, int64 (B,).
        epoch: from 0.
        share: of the epochs in which a photo is mirrored, in [0, 1].
    """
    # Multiples of the golden ratio spread any run of numbers evenly over [0, 1).
    start = (rows * 0.6180339887498949) % 1.0
    return (start + epoch * share) % 1.0 < share


def cut_mix(
    images: Tensor, targets: Tensor, generator: Generator, host: np.random.Generator
) -> tuple[Tensor, Tensor]:
    """A rectangle of each photo comes from another, and so does its part of the target.

    Yun et al. 2019, arXiv:1905.04899.

    Args:
        images: (B, 3, H, W), changed in place.
        targets: class probabilities (B, N).
        generator: of the device of the images.
        host: of what steers the computation.
    """
    height, width = images.shape[-2:]
    side = (1 - host.random()) ** 0.5
    y, x = (int(host.random() * n) for n in (height, width))
    y1, y2 = max(0, y - int(side * height / 2)), min(height, y + int(side * height / 2))
    x1, x2 = max(0, x - int(side * width / 2)), min(width, x + int(side * width / 2))
    other = _others(len(images), generator)
    images[:, :, y1:y2, x1:x2] = images[other, :, y1:y2, x1:x2]
    kept = 1 - (y2 - y1) * (x2 - x1) / (height * width)
    return images, kept * targets + (1 - kept) * targets[other]


def mix_up(
    images: Tensor, targets: Tensor, generator: Generator, host: np.random.Generator
) -> tuple[Tensor, Tensor]:
    """Each photo is blended with another, and so are their targets.

    Zhang et al. 2018, arXiv:1710.09412, with the smaller part drawn evenly from [0, 1/2].

    Args:
        images: (B, 3, H, W).
        targets: class probabilities (B, N).
        generator: of the device of the images.
        host: of what steers the computation.
    """
    kept = 1 - 0.5 * host.random()
    other = _others(len(images), generator)
    return torch.lerp(images[other], images, kept), torch.lerp(targets[other], targets, kept)


def mix(
    images: Tensor,
    targets: Tensor,
    cut: float,
    blend: float,
    generator: Generator,
    host: np.random.Generator,
) -> tuple[Tensor, Tensor]:
    """One batch mixed or not: `cut` of all batches are cut and mixed, `blend` are blended."""
    drawn = host.random()
    if drawn < cut:
        return cut_mix(images, targets, generator, host)
    if drawn < cut + blend:
        return mix_up(images, targets, generator, host)
    return images, targets


def _others(size: int, generator: Generator) -> Tensor:
    return torch.randperm(size, generator=generator, device=generator.device)
