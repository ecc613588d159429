"""Distillation: models that have learnt give one that learns soft targets for its very images.

A network that is shown how sure others are of each country learns more from a photo than its label
says (Hinton et al. 2015, arXiv:1503.02531), and most when all see the same crop, cut and mixed the
same way (Beyer et al. 2022, arXiv:2106.05237).
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from geoloc.models.release import Release
from geoloc.networks.device import channels_last, mixed_precision
from geoloc.photo.inputs import BAND, InputSpec
from training.loop.recipe import RecipeError


class Teachers:
    """Country models as one teacher: the mean of their log-probabilities, without their priors.

    One that knows photos of another size sees each image enlarged, or made smaller, as a whole
    photo would be: what is small to the learner need not be to its teacher.

    Args:
        models: trained on the same countries.
        classes: those of the network that learns, in the order of its outputs.
        device: where it learns.
        spec: what it sees of a photo.

    Raises:
        RecipeError: if a model is none, one of other countries, or sees photos in another way.
    """

    def __init__(
        self,
        models: Sequence[Release],
        classes: tuple[str, ...],
        device: torch.device,
        spec: InputSpec = BAND,
    ) -> None:
        for model in models:
            if model.classes != classes or model.members:
                raise RecipeError(
                    f"{model.name} can't teach: it is no network of the same countries. Train "
                    "another on this data, or leave it out of teachers."
                )
            if _part(model.card.input.spec) != _part(spec):
                raise RecipeError(
                    f"{model.name} can't teach: it sees another part of a photo, or other colours, "
                    "than the network that learns. Give both the same crop in [input]."
                )
        self.temperatures = [model.country_card.calibration.temperature for model in models]
        self.networks = [
            channels_last(model.network(), device).requires_grad_(False) for model in models
        ]
        self.scales = [_scale(model.card.input.spec, spec) for model in models]
        self.device = device

    @torch.no_grad()
    def __call__(self, images: Tensor) -> Tensor:
        """Soft targets (B, N) for images (B, 3, H, W) in [0, 1]."""
        answers = []
        with mixed_precision(self.device):
            for network, temperature, scale in zip(
                self.networks, self.temperatures, self.scales, strict=True
            ):
                outputs = network(_scaled(images, scale)).float()
                answers.append((outputs / temperature).log_softmax(dim=1))
        return torch.stack(answers).mean(dim=0).softmax(dim=1)


def _part(spec: InputSpec) -> tuple[object, ...]:
    """What is seen of a photo, at whatever size."""
    return spec.crop, spec.mean, spec.std, spec.interpolation


def _scale(theirs: InputSpec, spec: InputSpec) -> tuple[float, float]:
    """Rows and columns of a teacher's photos to one of the learner's."""
    return theirs.height / spec.height, theirs.width / spec.width


def _scaled(images: Tensor, scale: tuple[float, float]) -> Tensor:
    if scale == (1.0, 1.0):
        return images
    rows, columns = (round(a * b) for a, b in zip(images.shape[-2:], scale, strict=True))
    scaled = F.interpolate(images, (rows, columns), mode="bilinear", antialias=True)
    return scaled.contiguous(memory_format=torch.channels_last)
