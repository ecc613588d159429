"""The task of the world: its cards, what opens them, and its answers in lists and tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import torch

from geoloc.countries import name
from geoloc.errors import Notice
from geoloc.models.card import WorldCard
from geoloc.models.release import Release, ReleaseError, load
from geoloc.networks.device import best_device
from geoloc.photo import Photo
from geoloc.photo.inputs import flat, over_crops
from geoloc.softmax import softmax
from geoloc.tasks.base import Opener, Task, View, answers_by_view, register_task
from geoloc.tasks.country import CountryClassifier, CountryPrediction
from geoloc.tasks.predictor import Predictor
from geoloc.text import N_
from geoloc.world.prediction import WorldPrediction, together

if TYPE_CHECKING:
    from geoloc.results.locate import PlaceAnswer


class WorldModel(Predictor[WorldPrediction]):
    """What answers where in the world, however it comes to its probabilities.

    Args:
        checkpoint: of the world.

    Attributes:
        card: the one that it answers by.
        cells: that it weighs.

    Raises:
        ReleaseError: if its cells can't be used.

    Example:
        >>> import geoloc
        >>> prediction = geoloc.load("world").predict("street.jpg")
        >>> -90 <= prediction.position.lat <= 90
        True
    """

    def __init__(self, checkpoint: Release) -> None:
        self.checkpoint, self.card = checkpoint, checkpoint.world_card
        self.cells = checkpoint.world_cells()

    def together(self, views: Sequence[WorldPrediction]) -> WorldPrediction:
        """One prediction from this model's answers to photos of one place.

        Raises:
            ValueError: if there is no answer.
        """
        return together(views)

    def prediction(self, probabilities: np.ndarray) -> WorldPrediction:
        """What probabilities (N,) of its cells say, by its card's regions."""
        regions = self.card.calibration.regions
        return WorldPrediction(self.checkpoint.name, self.cells, probabilities, regions)


class WorldHeadModel(WorldModel):
    """A head beside the countries: it reads the embedding that a country model computes anyway.

    Args:
        checkpoint: of the head.
        backbone: the model of countries that its card names.

    Example:
        >>> import geoloc
        >>> prediction = geoloc.load("world").predict("street.jpg")
        >>> round(sum(share for _code, share in prediction.countries), 3)
        1.0
    """

    def __init__(self, checkpoint: Release, backbone: CountryClassifier) -> None:
        super().__init__(checkpoint)
        self.backbone = backbone
        self.head = checkpoint.world_head()
        if len(self.head.offsets) != len(self.cells):
            raise ReleaseError(
                "file_damaged",
                "{model}: {file} is damaged: {error}",
                model=checkpoint.name,
                file="weights.safetensors",
                error=f"it weighs {len(self.head.offsets)} cells, and there are {len(self.cells)}",
            )

    @property
    def networks(self) -> tuple[CountryClassifier, ...]:
        return (self.backbone,)

    def through(self, ask: Callable[[CountryClassifier], CountryPrediction]) -> WorldPrediction:
        return self._read([ask(self.backbone)])[0]

    def _predictions(self, photos: Sequence[Photo]) -> list[WorldPrediction]:
        return self._read(self.backbone.predict(photos))

    def _read(self, answers: Sequence[CountryPrediction]) -> list[WorldPrediction]:
        embeddings = np.stack([cast(np.ndarray, answer.embedding) for answer in answers])
        temperature = self.card.calibration.temperature
        return [self.prediction(p) for p in self.head.probabilities(embeddings, temperature)]


class WorldGallery(WorldModel):
    """A published network that compares a photo with positions all over the world, a cell each.

    Args:
        checkpoint: whose network has an output a cell.
        device: where it computes; the best one here by default.
    """

    def __init__(self, checkpoint: Release, device: torch.device | None = None) -> None:
        super().__init__(checkpoint)
        self.device = device or best_device()
        self.network = checkpoint.network().to(self.device)

    @property
    def problem(self) -> Notice | None:
        if self.card.calibration.on:
            return None
        return Notice(
            "world_uncalibrated",
            "{model} was not calibrated: its probabilities are no promise, and it draws no "
            "regions. On photos of your own with positions: python -m training calibrate {model} "
            "--data FOLDER",
            {"model": self.checkpoint.name},
        )

    @torch.inference_mode()
    def logits(self, crops: np.ndarray) -> np.ndarray:
        """Raw logits (B, N), float64, each the mean over its photo's crops.

        Args:
            crops: uint8 (B, V, H, W, 3).
        """
        batch = flat(crops, self.card.input.spec, self.device)
        return over_crops(self.network(batch).float().cpu().double(), crops).numpy()

    def _predictions(self, photos: Sequence[Photo]) -> list[WorldPrediction]:
        logits = self.logits(self.card.input.crops.of_photos(photos))
        shares = softmax(logits / self.card.calibration.temperature)
        return [self.prediction(share) for share in shares]


@register_task("world")
class WorldTask(Task):
    """Where in the world a photo was taken."""

    plural = "world"
    about = "world"
    cards = (WorldCard,)
    columns = {
        "world_lat": N_("latitude of the pin in the world in degrees (WGS 84)"),
        "world_lon": N_("longitude of the pin in the world in degrees (WGS 84)"),
        "expected_score": N_("points from 0 to 5000 that this pin is expected to earn"),
        "region50_km2": N_("square kilometres that hold the true place five times in ten"),
        "region90_km2": N_("square kilometres that hold the true place nine times in ten"),
    }

    def open(self, checkpoint: Release, device: torch.device | None, opener: Opener) -> WorldModel:
        if checkpoint.card.published is not None:
            return WorldGallery(checkpoint, device)
        return WorldHeadModel(checkpoint, _backbone(checkpoint, opener))

    def answers(
        self, models: Sequence[WorldModel], views: Sequence[View], ms: dict[str, float]
    ) -> list[WorldPrediction]:
        return answers_by_view(models, views, ms)

    def among(
        self, predictions: Sequence[WorldPrediction], codes: Sequence[str]
    ) -> list[WorldPrediction]:
        return [prediction.restricted(codes) for prediction in predictions]

    def row(self, prediction: WorldPrediction) -> dict[str, Any]:
        regions = {
            f"region{share}_km2": prediction.region_km2(share)
            for share in (50, 90)
            if share in prediction.regions
        }
        return {
            "world_lat": prediction.position.lat,
            "world_lon": prediction.position.lon,
            "expected_score": round(prediction.expected_score, 1),
            **dict.fromkeys(("region50_km2", "region90_km2")),
            **{key: round(km2) for key, km2 in regions.items()},
        }

    def lines(self, answer: PlaceAnswer, rows: int) -> Iterator[str]:
        for prediction in answer.of(self.name):
            yield f"  in the world, by {prediction.model}"
            points = f"{prediction.expected_score:,.0f} of 5,000 points expected"
            yield f"    {prediction.position}   ({points})"
            for share in sorted(prediction.regions):
                yield f"    {share} % region: {prediction.region_km2(share):,.0f} km2"
            likely = ", ".join(f"{name(code)} {p:.1%}" for code, p in prediction.countries[:5])
            yield f"    by country: {likely}"


def _backbone(checkpoint: Release, opener: Opener) -> CountryClassifier:
    """The model whose embedding a head reads.

    Raises:
        ReleaseError: if it does not lie beside it, or has other weights than the head was fitted
            to.
    """
    part = checkpoint.world_card.backbone
    if part is None:
        raise ReleaseError(
            "no_backbone",
            "{model}: its card names no model whose embedding it reads. Take the folder from its "
            "release again.",
            model=checkpoint.name,
        )
    beside = load(checkpoint.folder.parent / part.model)
    if beside.task != "country" or beside.members:
        raise ReleaseError(
            "backbone_of_another_task",
            "{model} reads the embedding of {backbone}, which is no network of countries. Take "
            "both folders from one release.",
            model=checkpoint.name,
            backbone=part.model,
        )
    if (beside.card.files or {}).get("weights.safetensors") != part.weights:
        raise ReleaseError(
            "backbone_of_another_release",
            "{model} was fitted to other weights of {backbone} than lie beside it. Take both "
            "folders from one release, or fit it again with python -m training world.",
            model=checkpoint.name,
            backbone=part.model,
        )
    return cast(CountryClassifier, opener(beside))
