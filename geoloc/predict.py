"""From photos to answers: which country, and where in a city."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from scipy.special import softmax

from geoloc.calibration import set_sizes
from geoloc.checkpoint import Checkpoint
from geoloc.coverage import Coverage
from geoloc.device import best_device
from geoloc.geo import City, LatLon
from geoloc.photo import Photo
from geoloc.preparation import frame, prepare, to_batch


@dataclass(frozen=True)
class CountryPrediction:
    """What one model says of one photo's country.

    Attributes:
        model: name of the checkpoint.
        codes: ISO 3166-1 alpha-2 codes of all its classes, most probable first.
        probabilities: calibrated, in the same order; they add up to 1.
        likely: how many of the first countries make the set that holds the true one nine times in
            ten; None if the model was not calibrated for sets.
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
        set_mass: float | None = None,
    ) -> CountryPrediction:
        """Sort class probabilities (N,) into a prediction, with its set if its mass is known."""
        likely = None if set_mass is None else int(set_sizes(probabilities[None], set_mass)[0])
        order = np.argsort(-probabilities, kind="stable")
        return cls(
            model=model,
            codes=tuple(classes[i] for i in order),
            probabilities=tuple(float(probabilities[i]) for i in order),
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


@dataclass(frozen=True)
class CityPrediction:
    """Where one model puts one photo within a city.

    Attributes:
        model: name of the checkpoint.
        city: the city, with the box the position lies in.
        position: the pin.
        coverage: where the model's training photos lie, or None if its card doesn't say.
        error_m: the model's error on held-out photos in metres, "p50" and "p90"; empty if unknown.
    """

    model: str
    city: City
    position: LatLon
    coverage: Coverage | None
    error_m: dict[str, float]


class CountryClassifier:
    """A country checkpoint, ready to answer; safe to share between threads."""

    def __init__(self, checkpoint: Checkpoint, device: torch.device | None = None) -> None:
        self.checkpoint = checkpoint
        self.device = device or best_device()
        self.network = checkpoint.network().to(self.device)

    @property
    def classes(self) -> tuple[str, ...]:
        return self.checkpoint.classes

    @torch.inference_mode()
    def logits(self, crops: np.ndarray) -> np.ndarray:
        """Raw logits (B, N), float64, each the mean over its photo's crops.

        Args:
            crops: uint8 (B, V, 120, 240, 3).
        """
        count, views = crops.shape[:2]
        flat = self.network(to_batch(crops.reshape(-1, *crops.shape[2:]), self.device))
        # Doubled on the CPU: Apple's GPUs have no float64.
        return flat.float().cpu().double().view(count, views, -1).mean(dim=1).numpy()

    def probabilities(self, crops: np.ndarray) -> np.ndarray:
        """Calibrated probabilities (B, N), float64, of crops uint8 (B, V, 120, 240, 3)."""
        card = self.checkpoint
        return softmax(self.logits(crops) / card.temperature + card.bias, axis=1)

    def predict(self, photos: Sequence[Photo]) -> list[CountryPrediction]:
        """One prediction a photo."""
        if not photos:
            return []
        card = self.checkpoint
        crops = np.stack([card.crops.of(frame(photo.pixels)) for photo in photos])
        return [
            CountryPrediction.of(card.name, self.classes, p, card.set_mass)
            for p in self.probabilities(crops)
        ]


class CityLocator:
    """A city checkpoint, ready to answer; safe to share between threads."""

    def __init__(self, checkpoint: Checkpoint, device: torch.device | None = None) -> None:
        self.checkpoint = checkpoint
        self.device = device or best_device()
        self.network = checkpoint.network().to(self.device)

    @property
    def city(self) -> City:
        return self.checkpoint.city

    @torch.inference_mode()
    def positions(self, bands: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Latitudes (B,) and longitudes (B,) of prepared bands, uint8 (B, 120, 240, 3)."""
        xy = self.network(to_batch(bands, self.device)).float().cpu().numpy()
        return self.city.box.denormalise_all(xy)

    def predict(self, photos: Sequence[Photo]) -> list[CityPrediction]:
        """One pin a photo."""
        if not photos:
            return []
        lats, lons = self.positions(np.stack([prepare(photo.pixels) for photo in photos]))
        measured = self.checkpoint.card.get("metrics", {}).get("test", {})
        return [
            CityPrediction(
                model=self.checkpoint.name,
                city=self.city,
                position=LatLon(float(lat), float(lon)),
                coverage=self.checkpoint.coverage,
                error_m={key: measured[key] for key in ("p50", "p90") if key in measured},
            )
            for lat, lon in zip(lats, lons, strict=True)
        ]
