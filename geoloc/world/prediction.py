"""What one model says of where in the world a photo was taken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from geoloc.countries import name
from geoloc.errors import GeolocError
from geoloc.geo import LatLon
from geoloc.models.multi_view import FLOOR
from geoloc.world.cells import WorldCells, degrees
from geoloc.world.pin import best_pin, expected_score

TOP = 10
"""Cells and countries that the JSON of a prediction lists."""

_DECIMALS = 6


@dataclass(frozen=True, eq=False)
class WorldPrediction:
    """Where in the world one model puts a photo, or several of one place.

    Attributes:
        model: name of the checkpoint.
        cells: of the land.
        probabilities: of each, float64 (N,); they add up to 1.
        regions: the mass of the region that holds so many truths in a hundred, measured on sources
            that the model had not seen; empty if unknown.

    Raises:
        ValueError: if the probabilities are none.

    Example:
        >>> cells = WorldCells(
        ...     np.array([48.9, 52.5]), np.array([2.4, 13.4]), np.array([9e4, 8e4]),
        ...     ("FR", "DE"), np.array([0, 1]),
        ... )
        >>> prediction = WorldPrediction("world", cells, np.array([0.9, 0.1]), {50: 0.5})
        >>> prediction.position
        LatLon(lat=48.9, lon=2.4)
        >>> prediction.region_km2(50)
        90000.0
    """

    model: str
    cells: WorldCells
    probabilities: np.ndarray
    regions: Mapping[int, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        shares = self.probabilities
        if shares.shape != (len(self.cells),):
            raise ValueError(f"there are {len(self.cells)} cells, and probabilities {shares.shape}")
        if not (shares.min() >= 0 and abs(shares.sum() - 1) < 1e-6):
            raise ValueError("probabilities are not negative and add up to 1")

    @cached_property
    def position(self) -> LatLon:
        """The pin: the point of highest expected GeoScore."""
        lats, lons = degrees(self._pin[None])
        return LatLon(round(float(lats[0]), _DECIMALS), round(float(lons[0]), _DECIMALS))

    @cached_property
    def expected_score(self) -> float:
        """The GeoScore that the pin is expected to earn, from 0 to 5000."""
        return float(expected_score(self.cells.vectors, self.probabilities, self._pin[None])[0])

    @cached_property
    def countries(self) -> tuple[tuple[str, float], ...]:
        """Every country that cells lie in with its probability, most probable first."""
        return tuple(self.cells.by_country(self.probabilities).items())

    @cached_property
    def above(self) -> np.ndarray:
        """How much mass lies in cells that are denser than each: float64 (N,)."""
        order = np.argsort(-self.probabilities / self.cells.km2, kind="stable")
        above = np.empty(len(order))
        above[order] = np.cumsum(self.probabilities[order]) - self.probabilities[order]
        return above

    def region(self, share: int) -> np.ndarray:
        """The cells, bool (N,), of the smallest region that holds so many truths in a hundred.

        Raises:
            KeyError: if it was not measured.
        """
        return self.above <= self.regions[share] + 1e-12

    def region_km2(self, share: int) -> float:
        """The region's area in square kilometres.

        Raises:
            KeyError: if it was not measured.
        """
        return float(self.cells.km2[self.region(share)].sum())

    def top(self, k: int) -> np.ndarray:
        """The k most probable cells, most probable first, int64 (k,)."""
        return np.argsort(-self.probabilities, kind="stable")[:k]

    def restricted(self, codes: Iterable[str]) -> WorldPrediction:
        """The prediction for a photo that is known to be from one of some countries.

        Args:
            codes: ISO 3166-1 alpha-2.

        Raises:
            GeolocError: if no cell lies in any of them.
        """
        wanted = set(codes)
        numbers = [n for n, code in enumerate(self.cells.codes) if code in wanted]
        inside = np.isin(self.cells.country, numbers)
        if not inside.any():
            raise GeolocError(
                "countries_unknown",
                "{model} knows none of these countries: {countries}. Name others.",
                model=self.model,
                countries=", ".join(sorted(wanted)),
            )
        shares = np.where(inside, np.maximum(self.probabilities, FLOOR), 0.0)
        return replace(self, probabilities=shares / shares.sum())

    def to_dict(self) -> dict[str, Any]:
        """The pin, regions, and the most probable countries and cells as JSON values.

        Example:
            >>> import geoloc
            >>> world = geoloc.load("world").predict("street.jpg").to_dict()
            >>> sorted(world)
            ['cells', 'countries', 'expected_score', 'lat', 'lon', 'model', 'region_km2']
            >>> -90 <= world["lat"] <= 90 and 0 <= world["expected_score"] <= 5000
            True
        """
        return {
            "model": self.model,
            "lat": self.position.lat,
            "lon": self.position.lon,
            "expected_score": round(self.expected_score, 1),
            "region_km2": {str(share): round(self.region_km2(share)) for share in self.regions},
            "countries": [
                {"code": code, "name": name(code, "en"), "p": round(share, _DECIMALS)}
                for code, share in self.countries[:TOP]
            ],
            "cells": [self._cell(int(cell)) for cell in self.top(TOP)],
        }

    @cached_property
    def _pin(self) -> np.ndarray:
        return best_pin(self.cells.vectors, self.probabilities, self.cells.blocks)

    def _cell(self, cell: int) -> dict[str, Any]:
        return {
            "lat": round(float(self.cells.lats[cell]), 4),
            "lon": round(float(self.cells.lons[cell]), 4),
            "km2": round(float(self.cells.km2[cell])),
            "p": round(float(self.probabilities[cell]), _DECIMALS),
        }


def together(views: Sequence[WorldPrediction]) -> WorldPrediction:
    """One prediction from one model's answers to photos of one place; one is left as it is.

    Photos of one place are no independent witnesses: their probabilities' geometric mean counts
    them as one (Genest & Zidek 1986, logarithmic pooling). Regions were measured on single photos.

    Raises:
        ValueError: if there is none.
    """
    if not views:
        raise ValueError("a place needs at least one photo")
    if len(views) == 1:
        return views[0]
    logs = np.mean([np.log(np.maximum(view.probabilities, 1e-300)) for view in views], axis=0)
    shares = np.exp(logs - logs.max())
    return replace(views[0], probabilities=shares / shares.sum())
