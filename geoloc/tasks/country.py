"""From photos to answers: which country."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from geoloc.countries import name
from geoloc.errors import GeolocError, Notice
from geoloc.models.calibration import set_sizes
from geoloc.models.card import CountryCard, EnsembleCard
from geoloc.models.multi_view import FLOOR
from geoloc.models.release import Release, ReleaseError
from geoloc.networks.device import best_device, mixed_precision
from geoloc.networks.folded import fold
from geoloc.ood import OodScore
from geoloc.photo import Photo
from geoloc.photo.inputs import Frame, flat, over_crops
from geoloc.softmax import softmax
from geoloc.tasks.predictor import IN_CACHE, Predictor
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
        embedding: what its network's head read of the photo, float32 (D,), of length 1 or a mean of
            such; None of several networks or photos. Heads of other tasks read it as well.

    Example:
        >>> prediction = CountryPrediction("lite0", ("FR", "ES"), (0.75, 0.25))
        >>> prediction.probability("ES")
        0.25
    """

    model: str
    codes: tuple[str, ...]
    probabilities: tuple[float, ...]
    likely: int | None = None
    ood: OodScore | None = None
    bounds: VerdictBounds | None = None
    embedding: np.ndarray | None = field(default=None, compare=False, repr=False)

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
        ood: OodScore | None = None,
        bounds: VerdictBounds | None = None,
    ) -> CountryPrediction:
        """Sort class probabilities (N,) into a prediction, with its set if a threshold is known."""
        likely = None if threshold is None else int(set_sizes(probabilities[None], threshold)[0])
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
        return self.bounds.of(self.probabilities[0], self.ood) if self.bounds else None

    def restricted(self, codes: Iterable[str]) -> CountryPrediction:
        """The prediction for a photo that is known to be from one of some countries.

        Args:
            codes: ISO 3166-1 alpha-2; those that the model does not know are left aside.

        Raises:
            GeolocError: if it knows none of them.

        Example:
            >>> prediction = CountryPrediction("m", ("FR", "US", "DE"), (0.5, 0.3, 0.2), likely=2)
            >>> prediction.restricted(["US", "DE"]).top(1)
            [('US', 0.6)]
        """
        wanted = set(codes)
        kept = [i for i, code in enumerate(self.codes) if code in wanted]
        if not kept:
            raise GeolocError(
                "countries_unknown",
                "{model} knows none of these countries: {countries}. Name others.",
                model=self.model,
                countries=", ".join(sorted(wanted)),
            )
        shares = np.maximum(np.array([self.probabilities[i] for i in kept]), FLOOR)
        likely = self.likely and max(1, sum(i < self.likely for i in kept))
        return replace(
            self,
            codes=tuple(self.codes[i] for i in kept),
            probabilities=tuple((shares / shares.sum()).tolist()),
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
        """Calibrated probabilities (B, N), float64, of crops uint8 (B, V, H, W, 3)."""

    @abstractmethod
    def of_frames(self, frames: Sequence[Frame]) -> np.ndarray:
        """Calibrated probabilities (B, N), float64, each from the crops that its card names."""

    @property
    @abstractmethod
    def networks(self) -> tuple[CountryClassifier, ...]:
        """The networks behind its answers."""

    def _predictions(self, photos: Sequence[Photo]) -> list[CountryPrediction]:
        answers = {network: network.predict(photos) for network in self.networks}
        return [self.through(partial(nth, answers, number)) for number in range(len(photos))]

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
        scores = [view.ood for view in views if view.ood]
        # One photo of a place that shows its street is enough to speak of it.
        ood = min(scores, key=lambda score: score.score, default=None)
        return self._prediction(pooled, how.conformal_threshold, ood)

    def _prediction(
        self, probabilities: np.ndarray, threshold: float | None, ood: OodScore | None = None
    ) -> CountryPrediction:
        bounds = self.card.calibration.verdict
        return CountryPrediction.of(
            self.card.name, self.classes, probabilities, threshold, ood, bounds
        )


class CountryClassifier(CountryModel):
    """A country checkpoint's network, ready to answer.

    Attributes:
        network: in eval mode, on the device.
        detector: what tells street photos from other pictures; None if the model has none.
        rough: whether it may compute with fewer digits, where that is quicker.
    """

    rough = False

    def __init__(self, checkpoint: Release, device: torch.device | None = None) -> None:
        self.checkpoint, self.card = checkpoint, checkpoint.country_card
        self.device = device or best_device()
        self.network = fold(checkpoint.network().to(self.device))
        self.detector = checkpoint.ood_detector()
        if self.detector is not None:
            self._hold_detector_against_network(len(self.detector.weight))

    @torch.inference_mode()
    def _hold_detector_against_network(self, weights: int) -> None:
        """Refuse a detector of another network now: at the first photo it would end the answer."""
        blank = torch.zeros(1, 3, *self.card.input.spec.size, device=self.device)
        features = self.network.embed(blank).shape[1]
        if weights != features:
            raise ReleaseError(
                "detector_of_another_network",
                "{model}: what tells street photos from others has {weights} weights, and the "
                "network has {features} features. Take both from one release.",
                model=self.card.name,
                weights=weights,
                features=features,
            )

    def logits(self, crops: np.ndarray) -> np.ndarray:
        """Raw logits (B, N), float64, each the mean over its photo's crops.

        Args:
            crops: uint8 (B, V, H, W, 3).
        """
        return self._over(crops, self.network)[0]

    def described(self, crops: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Raw logits (B, N) and embeddings (B, D), float64, means over a photo's crops.

        Each crop's embedding has length 1, so that all count alike.
        """

        def ask(batch: Tensor) -> tuple[Tensor, Tensor]:
            embedding = self.network.embed(batch)
            return self.network.head(embedding), F.normalize(embedding.float(), dim=1)

        logits, embeddings = self._over(crops, ask)
        return logits, embeddings

    @torch.inference_mode()
    def _over(
        self, crops: np.ndarray, ask: Callable[[Tensor], Tensor | tuple[Tensor, ...]]
    ) -> list[np.ndarray]:
        most = max(1, IN_CACHE // crops.shape[1] if self.device.type == "cpu" else len(crops))
        parts = []
        for at in range(0, len(crops), most):
            with mixed_precision(self.device) if self.rough else nullcontext():
                answer = ask(flat(crops[at : at + most], self.card.input.spec, self.device))
            parts.append(answer if isinstance(answer, tuple) else (answer,))
        # Doubled on the CPU: Apple's GPUs have no float64.
        outputs = [torch.cat(part).float().cpu().double() for part in zip(*parts, strict=True)]
        return [over_crops(part, crops).numpy() for part in outputs]

    def calibrated(self, logits: np.ndarray) -> np.ndarray:
        """Probabilities (B, N) from raw logits (B, N)."""
        return softmax(logits / self.card.calibration.temperature + self.card.bias)

    def probabilities(self, crops: np.ndarray) -> np.ndarray:
        return self.calibrated(self.logits(crops))

    def _predictions(self, photos: Sequence[Photo]) -> list[CountryPrediction]:
        crops = self.card.input.crops.of_photos(photos)
        logits, embeddings = self.described(crops)
        scores = self.detector.judged(embeddings) if self.detector else [None] * len(photos)
        threshold = self.card.calibration.conformal_threshold
        answers = zip(self.calibrated(logits), scores, embeddings.astype(np.float32), strict=True)
        return [
            replace(self._prediction(probabilities, threshold, score), embedding=embedding)
            for probabilities, score, embedding in answers
        ]

    def of_frames(self, frames: Sequence[Frame]) -> np.ndarray:
        return self.probabilities(self.card.input.crops.of_all(frames))

    @property
    def networks(self) -> tuple[CountryClassifier, ...]:
        return (self,)

    @property
    def problem(self) -> Notice | None:
        if self.card.published is None or self.card.calibration.on:
            return None
        return Notice(
            "uncalibrated",
            "{model} was not calibrated: its probabilities are no promise, and it names no set of "
            "countries. On labelled photos of your own: python -m training calibrate {model} "
            "--data FOLDER",
            {"model": self.checkpoint.name},
        )


def nth(
    answers: Mapping[CountryClassifier, Sequence[CountryPrediction]],
    number: int,
    network: CountryClassifier,
) -> CountryPrediction:
    """What a network says of one of the photos that networks were asked about."""
    return answers[network][number]
