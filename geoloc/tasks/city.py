"""From photos to places in a city: a network's answer, and the training views it reminds of."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from geoloc.city.density import Density
from geoloc.city.embed import embed
from geoloc.city.gallery import Nearest
from geoloc.city.mixture import NEIGHBOURS, Mixture
from geoloc.city.prediction import EVIDENCE, CityPrediction, Likeness, together
from geoloc.errors import Notice
from geoloc.geo import City, LatLon
from geoloc.geo.cells import Cells
from geoloc.geo.grid import Grid
from geoloc.models.card import PLACE
from geoloc.models.release import Release
from geoloc.networks.device import best_device
from geoloc.networks.folded import fold
from geoloc.photo import Photo
from geoloc.photo.inputs import flat, over_crops
from geoloc.softmax import softmax
from geoloc.tasks.predictor import IN_CACHE, Predictor

if TYPE_CHECKING:
    from geoloc.networks.place import Place

UNCOVERED = 0.1
"""The share of photos that may be from anywhere in the box: no training photos lie everywhere."""


@dataclass(frozen=True, eq=False)
class CityReading:
    """What a network says of photos, before it becomes probabilities.

    Attributes:
        xy: points of the box's unit square that it names, float64 (B, P, 2).
        logits: how much it believes in each, float64 (B, P).
        similar: how similar the most similar training views are, falling, float64 (B, K); K may
            be 0.
        rows: these views' numbers, int64 (B, K).
        likeness: how much each photo is like the city's, float64 (B,); NaN if there are no views.
    """

    xy: np.ndarray
    logits: np.ndarray
    similar: np.ndarray
    rows: np.ndarray
    likeness: np.ndarray

    @classmethod
    def joined(cls, parts: Sequence[CityReading]) -> CityReading:
        """The readings of several batches in one."""
        names = [field.name for field in fields(cls)]
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))

    def of(self, photos: np.ndarray) -> CityReading:
        """The reading of some of the photos: their numbers, or bool (B,)."""
        return CityReading(*(getattr(self, field.name)[photos] for field in fields(self)))


class CityLocator(Predictor[CityPrediction]):
    """A city checkpoint, ready to answer; safe to share between threads.

    Example:
        >>> import geoloc
        >>> model = geoloc.load("cambridge-cnn")
        >>> model.city.title
        'Cambridge'
        >>> len(model.predict(["street.jpg", "street.jpg"]))
        2
    """

    def __init__(self, checkpoint: Release, device: torch.device | None = None) -> None:
        self.checkpoint, self.card = checkpoint, checkpoint.city_card
        self.device = device or best_device()
        self.network = fold(checkpoint.network().to(self.device))
        self.grid = Grid.over(self.city.box)
        self.mixture = self.card.mixture
        self.views = checkpoint.views(self.grid) if checkpoint.has_views else None

    @property
    def city(self) -> City:
        return self.card.place

    @torch.inference_mode()
    def read(self, crops: np.ndarray) -> CityReading:
        """What the network says of photos.

        Args:
            crops: of each photo, uint8 (B, V, H, W, 3); a look at one is the mean over them.
        """
        most = max(1, IN_CACHE // crops.shape[1] if self.device.type == "cpu" else len(crops))
        starts = range(0, max(1, len(crops)), most)
        return CityReading.joined([self._read(crops[at : at + most]) for at in starts])

    def _read(self, crops: np.ndarray) -> CityReading:
        spec = self.card.input.spec
        if self.views is None:
            return self.reading(over_crops(self.network(flat(crops, spec, self.device)), crops))
        return self.reading(*embed(self.network, crops, spec, self.device))

    def reading(
        self, outputs: Tensor, descriptors: Tensor | None = None, maps: Tensor | None = None
    ) -> CityReading:
        """What the network's numbers say.

        Args:
            outputs: means over each photo's crops, (B, outputs).
            descriptors: the same, of length 1, (B, D), for a model that compares views.
            maps: of each photo's first crop, for a network that reranks by them.
        """
        if self.views is None or descriptors is None:
            nearest = _no_views(len(outputs))
        else:
            nearest = self.views.nearest(descriptors, NEIGHBOURS, maps)
        return CityReading(*self.named(outputs.float().cpu()), *nearest)

    @abstractmethod
    def named(self, outputs: Tensor) -> tuple[np.ndarray, np.ndarray]:
        """The points (B, P, 2) of the unit square that outputs name, and their logits (B, P)."""

    def parts(self, reading: CityReading, mixture: Mixture) -> np.ndarray:
        """Own, views' and prior density of each photo, float64 (3, B, cells)."""
        named = (self.own, self.seen, self.prior)
        return np.stack([part(reading, mixture) for part in named])

    def own(self, reading: CityReading, mixture: Mixture) -> np.ndarray:
        """The density of what the network names itself, float64 (B, cells)."""
        said = softmax(reading.logits / mixture.temperature)
        return self.grid.spread(self.grid.cell_at(reading.xy), said, mixture.own_m)

    def seen(self, reading: CityReading, mixture: Mixture) -> np.ndarray:
        """The density of where similar views were taken, float64 (B, cells); 0 without views."""
        if self.views is None:
            return np.zeros((len(reading.xy), len(self.grid)))
        say = softmax(reading.similar / mixture.retrieval_temperature)
        return self.grid.spread(self.views.cells[reading.rows], say, mixture.views_m)

    def prior(self, reading: CityReading, mixture: Mixture) -> np.ndarray:
        """Where photos are taken at all, as the training photos tell it, float64 (B, cells)."""
        if mixture.prior_m not in self._priors:
            self._priors[mixture.prior_m] = self._covered(mixture.prior_m)
        return np.broadcast_to(self._priors[mixture.prior_m], (len(reading.xy), len(self.grid)))

    def _covered(self, scale_m: float) -> np.ndarray:
        coverage = self.checkpoint.coverage
        even = np.full(len(self.grid), 1 / len(self.grid))
        if coverage is None:
            return even
        rows, columns = np.nonzero(coverage.counts)
        high, wide = coverage.counts.shape
        xy = np.stack([(columns + 0.5) / wide, (rows + 0.5) / high], axis=1)
        counts = coverage.counts[rows, columns]
        covered = self.grid.spread(self.grid.cell_at(xy)[None], counts / counts.sum(), scale_m)[0]
        return (1 - UNCOVERED) * covered + UNCOVERED * even

    @cached_property
    def _priors(self) -> dict[float, np.ndarray]:
        return {}

    def densities(self, reading: CityReading) -> list[Density]:
        """What the card's mixture makes of a reading, one density a photo."""
        masses = self.mixture.mix(self.parts(reading, self.mixture))
        return [Density(self.grid, mass) for mass in masses]

    def pins(
        self, reading: CityReading, densities: Sequence[Density] | None = None
    ) -> list[LatLon]:
        """The pin of each photo, where the expected distance to the truth is smallest.

        Args:
            reading: of the photos.
            densities: what was made of it already, if it was.
        """
        return [density.median for density in densities or self.densities(reading)]

    def positions(self, bands: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Latitudes (B,) and longitudes (B,) of the pins of bands, uint8 (B, 120, 240, 3)."""
        reading = self.read(bands[:, None])
        pins = self.pins(reading)
        return np.array([pin.lat for pin in pins]), np.array([pin.lon for pin in pins])

    def _predictions(self, photos: Sequence[Photo]) -> list[CityPrediction]:
        crops = self.card.input.crops.of_photos(photos)
        reading = self.read(crops)
        densities = self.densities(reading)
        measured = self.card.metrics.get("test")
        percentiles = measured.errors.percentiles if measured else {}
        return [
            CityPrediction(
                model=self.checkpoint.name,
                city=self.city,
                position=pin,
                density=density,
                coverage=self.checkpoint.coverage,
                error_m={f"p{q}": percentiles[q] for q in (50, 90) if q in percentiles},
                regions=self.mixture.regions,
                **self._evidence(reading, number),
            )
            for number, (density, pin) in enumerate(
                zip(densities, self.pins(reading, densities), strict=True)
            )
        ]

    def _evidence(self, reading: CityReading, number: int) -> dict[str, Any]:
        if self.views is None:
            return {}
        threshold = self.card.ood_threshold
        pairs = zip(reading.rows[number], reading.similar[number], strict=True)
        return {
            "views": tuple(self.views.view(int(row), float(s)) for row, s in pairs)[:EVIDENCE],
            "likeness": threshold and Likeness(float(reading.likeness[number]), threshold),
        }

    def together(self, views: Sequence[CityPrediction]) -> CityPrediction:
        """One prediction from this model's answers to photos of one place.

        Raises:
            ValueError: if there is no answer.
        """
        return together(views)


def _no_views(photos: int) -> Nearest:
    none = np.zeros((photos, 0))
    return Nearest(none, none.astype(np.int64), np.full(photos, np.nan))


class Regressor(CityLocator):
    """A network that names one point: longitude and latitude in the box's unit square."""

    def named(self, outputs: Tensor) -> tuple[np.ndarray, np.ndarray]:
        """The one point, moved to the box's nearest edge if it lies outside."""
        xy = np.clip(outputs.double().numpy(), 0.0, 1.0)[:, None]
        return xy, np.zeros(xy.shape[:2])

    def own(self, reading: CityReading, mixture: Mixture) -> np.ndarray:
        """Bayes: where photos are taken at all, times how likely the network errs so far."""
        mass = super().own(reading, mixture) * self.prior(reading, mixture)
        return mass / mass.sum(axis=1, keepdims=True)

    def pins(
        self, reading: CityReading, densities: Sequence[Density] | None = None
    ) -> list[LatLon]:
        """The point itself, whose distance training made small, unless views have a say too."""
        if self.views is not None:
            return super().pins(reading, densities)
        return [self.city.box.denormalise(x, y) for x, y in reading.xy[:, 0]]


class PlaceFinder(CityLocator):
    """A network that weighs the city's cells and describes the photo, so that views compare."""

    network: Place

    def named(self, outputs: Tensor) -> tuple[np.ndarray, np.ndarray]:
        """A point in each of the city's cells."""
        logits, offsets, _ = self.network.parts(outputs)
        return self._cells.places(offsets.double().numpy()), logits.double().numpy()

    @cached_property
    def _cells(self) -> Cells:
        return self.card.cells


class GalleryFinder(CityLocator):
    """A published network that compares a photo with positions, one in the middle of each cell."""

    def named(self, outputs: Tensor) -> tuple[np.ndarray, np.ndarray]:
        """The cells' middles, and how well the photo goes with each."""
        xy = np.broadcast_to(self._middles, (len(outputs), *self._middles.shape))
        return xy, outputs.double().numpy()

    @cached_property
    def _middles(self) -> np.ndarray:
        corners = self.card.cells.corners
        return (corners[:, :2] + corners[:, 2:]) / 2

    @property
    def problem(self) -> Notice | None:
        return Notice(
            "city_without_photos",
            "{model} has seen no photo of {city} to learn from, and nobody has measured its pins "
            "there.",
            {"model": self.checkpoint.name, "city": self.city.title},
        )


def open_city(checkpoint: Release, device: torch.device | None = None) -> CityLocator:
    """What answers by a city's checkpoint.

    Raises:
        ReleaseError: if its weights or views can't be used.
    """
    if checkpoint.card.published is not None and checkpoint.city_card.city.cells is not None:
        return GalleryFinder(checkpoint, device)
    kind = PlaceFinder if checkpoint.card.network.name == PLACE else Regressor
    return kind(checkpoint, device)
