"""From photos to answers: which country."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from scipy.special import softmax
from torch import Tensor

from geoloc.calibration import set_sizes
from geoloc.checkpoint import Checkpoint
from geoloc.device import best_device
from geoloc.ood import OodScore
from geoloc.photo import Photo
from geoloc.preparation import Frame, flat, frame, over_crops
from geoloc.together import FLOOR
from geoloc.verdict import VerdictBounds


@dataclass(frozen=True)
class CountryPrediction:
    """What one model says of the country of a photo, or of several photos of one place.

    Attributes:
        model: name of the checkpoint.
        codes: ISO 3166-1 alpha-2 codes of all its classes, most probable first.
        probabilities: calibrated, in the same order; they add up to 1.
        likely: how many of the first countries make the set that holds the true one nine times in
            ten; None if the model was not calibrated for sets.
        ood: how little the photo is like a street photo; None if the model can't tell.
        bounds: what makes a verdict of its probability; None if the model has none.
    """

    model: str
    codes: tuple[str, ...]
    probabilities: tuple[float, ...]
    likely: int | None = None
    ood: OodScore | None = None
    bounds: VerdictBounds | None = None

    def __post_init__(self) -> None:
        if len(self.codes) != len(self.probabilities) or not self.codes:
            raise ValueError("a prediction needs one probability a country")

    @classmethod
    def of(
        cls,
        model: str,
        classes: Sequence[str],
        probabilities: np.ndarray,
        set_mass: float | None = None,
        ood: OodScore | None = None,
        bounds: VerdictBounds | None = None,
    ) -> CountryPrediction:
        """Sort class probabilities (N,) into a prediction, with its set if its mass is known."""
        likely = None if set_mass is None else int(set_sizes(probabilities[None], set_mass)[0])
        order = np.argsort(-probabilities, kind="stable")
        return cls(
            model=model,
            codes=tuple(classes[i] for i in order),
            probabilities=tuple(float(probabilities[i]) for i in order),
            likely=likely,
            ood=ood,
            bounds=bounds,
        )

    @property
    def verdict(self) -> str | None:
        """How far it is to be believed, one of `geoloc.verdict.VERDICTS`; None if unknown."""
        return self.bounds and self.bounds.of(self.probabilities[0], self.ood)

    def restricted(self, codes: Iterable[str]) -> CountryPrediction:
        """The prediction for a photo that is known to be from one of some countries.

        Args:
            codes: ISO 3166-1 alpha-2; those that the model does not know are left aside.

        Raises:
            ValueError: if it knows none of them.

        Example:
            >>> told = CountryPrediction("m", ("FR", "US", "DE"), (0.5, 0.3, 0.2), likely=2)
            >>> told.restricted(["US", "DE"]).top(1)
            [('US', 0.6)]
        """
        wanted = set(codes)
        kept = [i for i, code in enumerate(self.codes) if code in wanted]
        if not kept:
            raise ValueError(f"{self.model} knows none of {', '.join(sorted(wanted)) or 'these'}")
        shares = np.maximum(np.array([self.probabilities[i] for i in kept]), FLOOR)
        likely = self.likely and max(1, sum(i < self.likely for i in kept))
        return replace(
            self,
            codes=tuple(self.codes[i] for i in kept),
            probabilities=tuple((shares / shares.sum()).tolist()),
            likely=likely,
        )

    def top(self, k: int) -> list[tuple[str, float]]:
        """The k most probable countries with their probabilities."""
        return list(zip(self.codes[:k], self.probabilities[:k], strict=True))

    def probability(self, code: str) -> float:
        """The probability of one country.

        Raises:
            KeyError: if the model does not know the country.
        """
        if code not in self.codes:
            raise KeyError(f"{code} is not a class of {self.model}")
        return self.probabilities[self.codes.index(code)]

    def over(self, classes: Sequence[str]) -> np.ndarray:
        """The probabilities in the order of some classes, float64 (N,)."""
        known = dict(zip(self.codes, self.probabilities, strict=True))
        return np.array([known[code] for code in classes])


class CountryModel(ABC):
    """What answers which country; safe to share between threads.

    Attributes:
        checkpoint: whose card it answers by.
    """

    checkpoint: Checkpoint

    @property
    def classes(self) -> tuple[str, ...]:
        return self.checkpoint.classes

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

    def predict(self, photos: Sequence[Photo]) -> list[CountryPrediction]:
        """One prediction a photo."""
        told = {network: network.predict(photos) for network in self.networks}
        return [
            self.through(lambda network, number=number: told[network][number])
            for number in range(len(photos))
        ]

    def predict_place(self, photos: Sequence[Photo]) -> CountryPrediction:
        """One prediction from several photos of one place.

        Raises:
            ValueError: if there is no photo.
        """
        return self.together(self.predict(photos))

    def together(self, views: Sequence[CountryPrediction]) -> CountryPrediction:
        """One prediction from this model's answers to photos of one place; one is left as it is.

        Raises:
            ValueError: if there is no answer.
        """
        if not views:
            raise ValueError("a place needs at least one photo")
        if len(views) == 1:
            return views[0]
        how = self.checkpoint.together
        pooled = how.pooled(np.stack([view.over(self.classes) for view in views]))
        scores = [view.ood for view in views if view.ood]
        # One photo of a place that shows its street is enough to speak of it.
        ood = min(scores, key=lambda found: found.score, default=None)
        return self._told(pooled, how.set_mass, ood)

    def _told(
        self, probabilities: np.ndarray, set_mass: float | None, ood: OodScore | None = None
    ) -> CountryPrediction:
        card = self.checkpoint
        bounds = card.verdict_bounds
        return CountryPrediction.of(card.name, self.classes, probabilities, set_mass, ood, bounds)


class CountryClassifier(CountryModel):
    """A country checkpoint's network, ready to answer."""

    def __init__(self, checkpoint: Checkpoint, device: torch.device | None = None) -> None:
        self.checkpoint = checkpoint
        self.device = device or best_device()
        self.network = checkpoint.network().to(self.device)
        self.detector = checkpoint.ood_detector()

    def logits(self, crops: np.ndarray) -> np.ndarray:
        """Raw logits (B, N), float64, each the mean over its photo's crops.

        Args:
            crops: uint8 (B, V, 120, 240, 3).
        """
        return self._over(crops, self.network)[0]

    def described(self, crops: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Raw logits (B, N) and pooled features (B, F), float64, means over a photo's crops.

        Only networks with `describe` have these features.
        """
        logits, features = self._over(crops, lambda batch: self.network.describe(batch)[:2])
        return logits, features

    @torch.inference_mode()
    def _over(self, crops: np.ndarray, ask: Callable[[Tensor], Any]) -> list[np.ndarray]:
        told = ask(flat(crops, self.device))
        outputs = told if isinstance(told, tuple) else (told,)
        # Doubled on the CPU: Apple's GPUs have no float64.
        return [over_crops(part.float().cpu().double(), crops).numpy() for part in outputs]

    def calibrated(self, logits: np.ndarray) -> np.ndarray:
        """Probabilities (B, N) from raw logits (B, N)."""
        card = self.checkpoint
        return softmax(logits / card.temperature + card.bias, axis=1)

    def probabilities(self, crops: np.ndarray) -> np.ndarray:
        return self.calibrated(self.logits(crops))

    def predict(self, photos: Sequence[Photo]) -> list[CountryPrediction]:
        if not photos:
            return []
        crops = self.checkpoint.crops.of_all(frame(photo.pixels) for photo in photos)
        if self.detector is None:
            logits, ood = self.logits(crops), [None] * len(photos)
        else:
            logits, features = self.described(crops)
            ood = self.detector.judged(features)
        mass = self.checkpoint.set_mass
        answers = zip(self.calibrated(logits), ood, strict=True)
        return [self._told(probabilities, mass, score) for probabilities, score in answers]

    def of_frames(self, frames: Sequence[Frame]) -> np.ndarray:
        return self.probabilities(self.checkpoint.crops.of_all(frames))

    @property
    def networks(self) -> tuple[CountryClassifier, ...]:
        return (self,)

    def through(self, ask: Callable[[CountryClassifier], CountryPrediction]) -> CountryPrediction:
        return ask(self)
