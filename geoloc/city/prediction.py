"""What one model says of where in a city a photo was taken."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from geoloc.city.density import Density, pooled
from geoloc.city.gallery import View
from geoloc.geo import City, LatLon
from geoloc.geo.coverage import Coverage

EVIDENCE = 6
"""Training views that a prediction names."""


@dataclass(frozen=True)
class Likeness:
    """Whether a photo looks like the city's training photos at all.

    Attributes:
        similarity: mean similarity of the most similar training views.
        threshold: what nineteen in twenty of the city's own held-out photos reach.
    """

    similarity: float
    threshold: float

    @property
    def here(self) -> bool:
        return self.similarity >= self.threshold


@dataclass(frozen=True)
class CityPrediction:
    """Where one model puts a photo, or several of one place, within a city.

    Attributes:
        model: name of the checkpoint.
        city: the city, with the box the position lies in.
        position: the pin.
        density: how probable each part of the city is.
        coverage: where the model's training photos lie, or None if its card doesn't say.
        error_m: the model's error on single held-out photos in metres, "p50" and "p90"; empty if
            unknown.
        regions: the mass of the region that holds so many truths in a hundred, measured on single
            held-out photos; empty if unknown.
        views: the training views that resemble the photo most, best first; empty if the model
            compares none.
        likeness: None if the model compares no views.
    """

    model: str
    city: City
    position: LatLon
    density: Density
    coverage: Coverage | None
    error_m: dict[str, float]
    regions: Mapping[int, float] = field(default_factory=dict)
    views: tuple[View, ...] = ()
    likeness: Likeness | None = None

    def region_km2(self, share: int) -> float:
        """The area of the region that holds so many truths in a hundred, in square kilometres.

        Raises:
            KeyError: if it was not measured.
        """
        return self.density.region_km2(self.regions[share])

    @property
    def known_errors(self) -> dict[str, float]:
        """The model's errors in metres, without what its card tells that is no finite number."""
        return {
            percentile: round(float(metres), 1)
            for percentile, metres in self.error_m.items()
            if isinstance(metres, int | float) and math.isfinite(metres)
        }

    def to_dict(self) -> dict[str, Any]:
        """The pin as JSON values, and how sure its model is of it.

        That is told by its errors on photos that it never saw, by the areas of its regions, and by
        whether the photo looks like the city at all (None if the model can't tell).

        Example:
            >>> import geoloc
            >>> pin = geoloc.load("cambridge-cnn").predict("street.jpg").to_dict()
            >>> pin["city"], sorted(pin["error_m"])
            ('cambridge', ['p50', 'p90'])
            >>> 52.1 < pin["lat"] < 52.3 and 0.0 < pin["lon"] < 0.2
            True
        """
        return {
            "city": self.city.name,
            "lat": round(self.position.lat, 6),
            "lon": round(self.position.lon, 6),
            "model": self.model,
            "error_m": self.known_errors,
            "region_km2": {str(share): round(self.region_km2(share), 4) for share in self.regions},
            "looks_like_here": self.likeness and self.likeness.here,
        }


def together(views: Sequence[CityPrediction]) -> CityPrediction:
    """One prediction from one model's answers to photos of one place; one is left as it is.

    Their densities are pooled, and the pin stands where the expected distance is smallest. What was
    measured, errors and regions, is of single photos: places of several were not.

    Raises:
        ValueError: if there is none.
    """
    if not views:
        raise ValueError("a place needs at least one photo")
    if len(views) == 1:
        return views[0]
    density = pooled([one.density for one in views])
    best: dict[int, View] = {}
    for view in sorted((v for one in views for v in one.views), key=lambda v: -v.similarity):
        best.setdefault(view.row, view)
    alike = [one.likeness for one in views if one.likeness]
    return replace(
        views[0],
        position=density.median,
        density=density,
        views=tuple(best.values())[:EVIDENCE],
        likeness=_mean(alike) if alike else None,
    )


def _mean(alike: list[Likeness]) -> Likeness:
    similarity = sum(one.similarity for one in alike) / len(alike)
    return Likeness(similarity, alike[0].threshold)
