"""From photos to answers: which country."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from scipy.special import softmax

from geoloc.countries import name
from geoloc.models.calibration import set_sizes
from geoloc.models.card import CountryCard, EnsembleCard
from geoloc.models.release import Checkpoint
from geoloc.networks.device import best_device
from geoloc.photo import Photo
from geoloc.photo.inputs import Frame, flat, frame, over_crops
from geoloc.tasks.predictor import Predictor


@dataclass(frozen=True)
class CountryPrediction:
    """What one model says of the country of a photo, or of several photos of one place.

    Attributes:
        model: name of the checkpoint.
        codes: ISO 3166-1 alpha-2 codes of all its classes, most probable first.
        probabilities: calibrated, in the same order; they add up to 1.
        likely: how many of the first countries make the set that holds the true one nine times in
            ten; None if the model was not calibrated for sets.

    Example:
        >>> prediction = CountryPrediction("lite0", ("FR", "ES"), (0.75, 0.25))
        >>> prediction.probability("ES")
        0.25
    """

    model: str
    codes: tuple[str, ...]
    probabilities: tuple[float, ...]
    likely: int | None = None

    def __post_init__(self) -> None:
        if len(self.codes) != len(self.probabilities) or not self.codes:
            raise ValueError("a prediction needs one probability a country")

    @classmethod
    def of(
        cls,
        model: str,
        classes: Sequence[str],
        probabilities: np.ndarray,
        threshold: float | None = None,
    ) -> CountryPrediction:
        """Sort class probabilities (N,) into a prediction, with its set if a threshold is known."""
        likely = None if threshold is None else int(set_sizes(probabilities[None], threshold)[0])
        order = np.argsort(-probabilities, kind="stable")
        return cls(
            model=model,
            codes=tuple(classes[i] for i in order),
            probabilities=tuple(float(probabilities[i]) for i in order),
            likely=likely,
        )

    def top(self, k: int) -> list[tuple[str, float]]:
        """The k most probable countries with their probabilities.

        Example:
            >>> CountryPrediction("lite0", ("FR", "ES"), (0.75, 0.25)).top(1)
            [('FR', 0.75)]
        """
        return list(zip(self.codes[:k], self.probabilities[:k], strict=True))

    def probability(self, code: str) -> float:
        """The probability of one country.

        Raises:
            KeyError: if the model does not know the country.
        """
        if code not in self.codes:
            raise KeyError(f"{code} is not a class of {self.model}")
        return self.probabilities[self.codes.index(code)]

    def to_dict(self) -> dict[str, Any]:
        """The prediction as JSON values, every country in descending order.

        A country is `likely` if it belongs to the set that holds the true one nine times in ten,
        and None if the model was not calibrated for sets.

        Example:
            >>> CountryPrediction("lite0", ("FR", "ES"), (0.75, 0.25), 1).to_dict()["countries"][0]
            {'code': 'FR', 'name': 'France', 'p': 0.75, 'likely': True}
        """
        return {
            "model": self.model,
            "countries": [
                {
                    "code": code,
                    "name": name(code, "en"),
                    "p": round(share, 6),
                    "likely": None if self.likely is None else rank < self.likely,
                }
                for rank, (code, share) in enumerate(self.top(len(self.codes)))
            ],
        }

    def over(self, classes: Sequence[str]) -> np.ndarray:
        """The probabilities in the order of some classes, float64 (N,)."""
        shares = dict(zip(self.codes, self.probabilities, strict=True))
        return np.array([shares[code] for code in classes])


class CountryModel(Predictor[CountryPrediction]):
    """What answers which country; safe to share between threads.

    Attributes:
        card: the one that it answers by.

    Example:
        >>> import geoloc
        >>> model = geoloc.load("cnn")
        >>> model.predict("street.jpg").codes[0] in model.classes
        True
    """

    card: CountryCard | EnsembleCard

    @property
    def classes(self) -> tuple[str, ...]:
        return self.card.classes

    @abstractmethod
    def probabilities(self, crops: np.ndarray) -> np.ndarray:
        """Calibrated probabilities (B, N), float64, of crops uint8 (B, V, 120, 240, 3)."""

    @abstractmethod
    def of_frames(self, frames: Sequence[Frame]) -> np.ndarray:
        """Calibrated probabilities (B, N), float64, each from the crops that its card names."""

    @property
    @abstractmethod
    def networks(self) -> tuple[CountryClassifier, ...]:
        """The networks behind its answers."""

    @abstractmethod
    def through(self, ask: Callable[[CountryClassifier], CountryPrediction]) -> CountryPrediction:
        """The answer to one photo, made of what `ask` says for each of its networks.

        A caller that remembers answers asks no network twice.
        """

    def _predictions(self, photos: Sequence[Photo]) -> list[CountryPrediction]:
        probabilities = self.of_frames([frame(photo.pixels) for photo in photos])
        threshold = self.card.calibration.conformal_threshold
        return [self._prediction(p, threshold) for p in probabilities]

    def together(self, views: Sequence[CountryPrediction]) -> CountryPrediction:
        """One prediction from this model's answers to photos of one place; one is left as it is.

        Raises:
            ValueError: if there is no answer.
        """
        if not views:
            raise ValueError("a place needs at least one photo")
        if len(views) == 1:
            return views[0]
        how = self.card.multi_view
        pooled = how.pooled(np.stack([view.over(self.classes) for view in views]))
        return self._prediction(pooled, how.conformal_threshold)

    def _prediction(self, probabilities: np.ndarray, threshold: float | None) -> CountryPrediction:
        return CountryPrediction.of(self.checkpoint.name, self.classes, probabilities, threshold)


class CountryClassifier(CountryModel):
    """A country checkpoint's network, ready to answer."""

    def __init__(self, checkpoint: Checkpoint, device: torch.device | None = None) -> None:
        self.checkpoint, self.card = checkpoint, checkpoint.country_card
        self.device = device or best_device()
        self.network = checkpoint.network().to(self.device)

    @torch.inference_mode()
    def logits(self, crops: np.ndarray) -> np.ndarray:
        """Raw logits (B, N), float64, each the mean over its photo's crops.

        Args:
            crops: uint8 (B, V, 120, 240, 3).
        """
        outputs = self.network(flat(crops, self.device))
        # Doubled on the CPU: Apple's GPUs have no float64.
        return over_crops(outputs.float().cpu().double(), crops).numpy()

    def probabilities(self, crops: np.ndarray) -> np.ndarray:
        temperature = self.card.calibration.temperature
        return softmax(self.logits(crops) / temperature + self.card.bias, axis=1)

    def of_frames(self, frames: Sequence[Frame]) -> np.ndarray:
        return self.probabilities(self.card.input.crops.of_all(frames))

    @property
    def networks(self) -> tuple[CountryClassifier, ...]:
        return (self,)

    def through(self, ask: Callable[[CountryClassifier], CountryPrediction]) -> CountryPrediction:
        return ask(self)
