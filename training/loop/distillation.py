"""Distillation: models that have learnt give one that learns soft targets for its very images.

A network that is shown how sure others are of each country learns more from a photo than its label
says (Hinton et al. 2015, arXiv:1503.02531), and most when all see the same crop, cut and mixed the
same way (Beyer et al. 2022, arXiv:2106.05237).
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from geoloc.models.release import Release
from geoloc.networks.device import mixed_precision
from geoloc.photo.inputs import BAND, InputSpec
from training.loop.fit import channels_last
from training.loop.recipe import RecipeError


class Teachers:
    """Country models as one teacher: the mean of their log-probabilities, without their priors.

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
            if model.card.input.spec != spec:
                raise RecipeError(
                    f"{model.name} can't teach: it sees another part of a photo, or another size, "
                    "than the network that learns. Give both the same [input]."
                )
        self.temperatures = [model.country_card.calibration.temperature for model in models]
        self.networks = [
            channels_last(model.network(), device).requires_grad_(False) for model in models
        ]
        self.device = device

    @torch.no_grad()
    def __call__(self, images: Tensor) -> Tensor:
        """Soft targets (B, N) for images (B, 3, H, W) in [0, 1]."""
        answers = []
        with mixed_precision(self.device):
            for network, temperature in zip(self.networks, self.temperatures, strict=True):
                answers.append((network(images).float() / temperature).log_softmax(dim=1))
        return torch.stack(answers).mean(dim=0).softmax(dim=1)
