"""What all explanations of a country share: a question about a photo, and a map as the answer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import ClassVar

import torch
from torch import Tensor

from geoloc.explain.cam import Cam
from geoloc.explain.looks import batch_of, made_of
from geoloc.explain.terms import Terms
from geoloc.models.release import Release
from geoloc.networks import Features, GeoNetwork
from geoloc.photo import Photo
from geoloc.photo.inputs import Crops
from geoloc.tasks.country import CountryClassifier

SHOWN = 2
"""How many of a network's layers are shown unless others are named: the last ones."""


@dataclass(frozen=True)
class Reading:
    """The maps of a batch at one layer.

    Attributes:
        values: (B, h, w).
        probabilities: (B,), None where the map is not one country's.
        bias: (B,), None where the values' mean is no part of a logit.
    """

    values: Tensor
    probabilities: Tensor | None = None
    bias: Tensor | None = None


class Explainer(ABC):
    """A method, for one country model; safe to share between threads.

    A method of one's own is a subclass with `@register_method` before it. What it needs of a
    network it takes from `GeoNetwork`: `features`, `attention`, `head`.

    Args:
        classifier: the country model.
        layers: where to look, among `all_layers`; the last `SHOWN` if None.

    Attributes:
        name: in cards and URLs.
        title: for people, a message to look up.
        source: the paper.
        says: what a map shows, in a sentence to look up.
        by_country: whether each country has a map of its own.
        signed: whether values below zero speak against.

    Example:
        >>> from geoloc.explain import GradCam
        >>> from geoloc.models import registry
        >>> from geoloc.tasks.country import CountryClassifier
        >>> model = CountryClassifier(next(iter(registry.of_task("country"))))
        >>> GradCam(model, layers=("conv_3",)).layers
        ('conv_3',)
    """

    name: ClassVar[str]
    title: ClassVar[str]
    source: ClassVar[str]
    says: ClassVar[str]
    by_country: ClassVar[bool] = True
    signed: ClassVar[bool] = True

    def __init__(self, classifier: CountryClassifier, layers: Sequence[str] | None = None) -> None:
        self.classifier = classifier
        self._chosen = layers

    @classmethod
    def fits(cls, checkpoint: Release) -> bool:
        """Whether a checkpoint can be explained this way, as far as its files say."""
        return bool(checkpoint.classes) and not checkpoint.members

    @cached_property
    def layers(self) -> tuple[str, ...]:
        """Where maps can be had, the last layer last; empty if this network has none.

        Raises:
            KeyError: if a layer that was named is none of the network's.
        """
        return self._available()

    def _available(self) -> tuple[str, ...]:
        return self._last_of(self.all_layers)

    def _last_of(self, layers: tuple[str, ...]) -> tuple[str, ...]:
        """Those that were named, or the last of them."""
        if self._chosen is None:
            return layers[-SHOWN:]
        if unknown := [layer for layer in self._chosen if layer not in self.all_layers]:
            raise KeyError(f"{unknown[0]} is none of {', '.join(self.all_layers)}")
        return tuple(layer for layer in layers if layer in self._chosen)

    @cached_property
    def all_layers(self) -> tuple[str, ...]:
        """All layers whose maps the network gives.

        None if its features do not give its own answer: maps would explain something else.
        """
        with torch.inference_mode():
            features = self.network.features(self._noise)
            logits = self.network(self._noise)
        same = torch.allclose(features.logits, logits, rtol=1e-3, atol=1e-3)
        return tuple(features.maps) if same else ()

    @abstractmethod
    def read(self, batch: Tensor, classes: Sequence[int]) -> dict[str, Reading]:
        """The maps of one class a photo, by layer.

        Args:
            batch: (B, 3, H, W) in [0, 1], on the classifier's device.
            classes: B numbers among the classifier's classes.
        """

    def terms(self, photo: Photo, country: str) -> dict[str, Terms]:
        """The sums that maps are, by layer; empty where they are no sums of a layer's maps.

        Raises:
            KeyError: if the classifier does not know the country.
        """
        return {}

    def explain(self, photo: Photo, country: str, layer: str) -> Cam:
        """The map of a country at one of `layers`.

        Raises:
            KeyError: if the classifier does not know the country, or has no such layer.
        """
        return self._cam(
            self.read(self._batch(photo), [self._class(country)])[layer], country, layer
        )

    def explain_layers(self, photo: Photo, country: str) -> tuple[Cam, ...]:
        """The maps of a country at all `layers`, in one go.

        Raises:
            KeyError: if the classifier does not know the country.
        """
        readings = self.read(self._batch(photo), [self._class(country)])
        return tuple(self._cam(readings[layer], country, layer) for layer in self.layers)

    def _cam(self, reading: Reading, country: str, layer: str) -> Cam:
        shares, bias = reading.probabilities, reading.bias
        return Cam(
            values=reading.values[0].float().cpu().numpy(),
            layer=layer,
            country=country if self.by_country else None,
            probability=None if shares is None else float(shares[0]),
            bias=None if bias is None else float(bias[0]),
            method=self.name,
            spec=self.classifier.card.input.spec,
        )

    @property
    def network(self) -> GeoNetwork:
        return self.classifier.network

    def _features(self, batch: Tensor) -> Features:
        """The network's features, of `layers` alone: one forward for all countries of a photo."""
        with made_of(batch, self._forward) as features:
            return features

    def _forward(self, batch: Tensor) -> Features:
        features = self.network.features(batch)
        return replace(features, maps={layer: features.maps[layer] for layer in self.layers})

    @property
    def _noise(self) -> Tensor:
        """A photo of noise, to see what a network does."""
        generator = torch.Generator().manual_seed(0)
        size = self.network.input_size
        return torch.rand(1, 3, *size, generator=generator).to(self.classifier.device)

    def _batch(self, photo: Photo) -> Tensor:
        spec = self.classifier.card.input.spec

        def prepare() -> Tensor:
            return spec.batch(Crops(spec=spec).of_photos([photo])[0], self.classifier.device)

        return batch_of(self, photo.pixels, prepare)

    def _class(self, country: str) -> int:
        classes = self.classifier.classes
        if country not in classes:
            raise KeyError(f"{country} is not a class of {self.classifier.checkpoint.name}")
        return classes.index(country)

    def _shares(self, logits: Tensor, classes: Sequence[int]) -> Tensor:
        """The calibrated probabilities (B,) of one class a photo, from raw logits (B, N)."""
        card = self.classifier.card
        bias = torch.from_numpy(card.bias).float().to(logits.device)
        shares = (logits.detach() / card.calibration.temperature + bias).softmax(dim=1)
        return shares[torch.arange(len(shares)), list(classes)]
