"""What all explanations of a country share: a question about a photo, and a map as the answer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import torch
from torch import Tensor

from geoloc.explain.cam import Cam
from geoloc.explain.features import FORWARDS, Features, layers
from geoloc.explain.terms import Terms
from geoloc.models.release import Checkpoint
from geoloc.photo import Photo
from geoloc.photo.inputs import prepare, to_batch
from geoloc.tasks.country import CountryClassifier


@dataclass(frozen=True)
class Reading:
    """The maps of a batch at one layer.

    Attributes:
        values: (B, h, w).
        probabilities: (B,), None where no country was asked about.
        bias: (B,), None where the values' mean is no part of a logit.
    """

    values: Tensor
    probabilities: Tensor | None = None
    bias: Tensor | None = None


class Explainer(ABC):
    """A method, for one country model; safe to share between threads.

    Attributes:
        name: in cards and URLs.
        title: for people, a message to look up.
        source: the paper.
        says: what a map shows, in a sentence to look up.
        by_country: whether each country has a map of its own.
        signed: whether values below zero speak against.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    source: ClassVar[str]
    says: ClassVar[str]
    by_country: ClassVar[bool] = True
    signed: ClassVar[bool] = True

    def __init__(self, classifier: CountryClassifier) -> None:
        self.classifier = classifier

    @classmethod
    def fits(cls, checkpoint: Checkpoint) -> bool:
        """Whether a checkpoint can be explained this way, as far as its files tell."""
        return checkpoint.task == "country" and checkpoint.card.network.name in FORWARDS

    @cached_property
    def layers(self) -> tuple[str, ...]:
        """Where maps can be had, the last layer last; empty if this network has none."""
        return self._found()

    def _found(self) -> tuple[str, ...]:
        return layers(self._kind, self.classifier.network)

    @abstractmethod
    def read(self, batch: Tensor, classes: Sequence[int]) -> dict[str, Reading]:
        """The maps of one class a photo, by layer.

        Args:
            batch: (B, 3, 120, 240) in [0, 1], on the classifier's device.
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
        found = self.read(self._batch(photo), [self._class(country)])
        return tuple(self._cam(found[layer], country, layer) for layer in self.layers)

    def _cam(self, reading: Reading, country: str, layer: str) -> Cam:
        shares, bias = reading.probabilities, reading.bias
        return Cam(
            values=reading.values[0].float().cpu().numpy(),
            layer=layer,
            country=country if self.by_country else None,
            probability=None if shares is None else float(shares[0]),
            bias=None if bias is None else float(bias[0]),
            method=self.name,
        )

    @property
    def _kind(self) -> str:
        return self.classifier.card.network.name

    def _features(self, batch: Tensor) -> Features:
        return FORWARDS[self._kind](self.classifier.network, batch)

    def _batch(self, photo: Photo) -> Tensor:
        return to_batch([prepare(photo.pixels)], self.classifier.device)

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
