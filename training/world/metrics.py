"""How good pins of the world are, beside simpler pins on the same photos."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from geoloc.geo import LatLon, distances_m
from geoloc.geo.score import geo_score
from geoloc.world.prediction import WorldPrediction
from training.evaluation.metrics import bootstrap, mean_of, median_of, region_metrics
from training.evaluation.pins import pin_scores
from training.sampling import source_names


@dataclass(frozen=True, eq=False)
class Placed:
    """Photos whose position is known.

    Attributes:
        lats, lons: of each in degrees, (B,).
        groups: the place that each shows, (B,).
        sources: where each comes from, (B,).
    """

    lats: np.ndarray
    lons: np.ndarray
    groups: np.ndarray
    sources: np.ndarray

    @classmethod
    def of(cls, table: pd.DataFrame) -> Placed:
        """A table's photos, which all have a position."""
        return cls(
            table.lat.to_numpy(float),
            table.lon.to_numpy(float),
            table.group.to_numpy(str),
            table.source.to_numpy(str),
        )

    def away_km(self, pins: Sequence[LatLon]) -> np.ndarray:
        """Kilometres from a pin for each to its truth, (B,)."""
        lats, lons = [pin.lat for pin in pins], [pin.lon for pin in pins]
        return distances_m(lats, lons, self.lats, self.lons) / 1000


def world_metrics(
    predictions: Sequence[WorldPrediction],
    photos: Placed,
    baselines: Mapping[str, tuple[str, Sequence[LatLon]]],
) -> dict[str, Any]:
    """Everything said of a world model on one split.

    Args:
        predictions: one a photo.
        photos: the truth.
        baselines: by name, what each is in words and its pins.
    """
    own = photos.away_km([prediction.position for prediction in predictions])
    above = masses_above(predictions, photos)
    regions = predictions[0].regions
    points = geo_score(1000 * own)
    measured: dict[str, Any] = {
        "photos": len(own),
        "places": len(np.unique(photos.groups)),
        **pin_scores(own),
        "median_km_interval": bootstrap(median_of(own), photos.groups),
        "geo_score_interval": bootstrap(mean_of(points), photos.groups),
        "expected_score": float(np.mean([p.expected_score for p in predictions])),
        "baselines": {
            name: {"what": what, **_compared(own, photos.away_km(pins), photos.groups)}
            for name, (what, pins) in baselines.items()
        },
        **region_metrics(above, regions, photos.groups),
    }
    for share in regions:
        areas = [prediction.region_km2(share) for prediction in predictions]
        measured[f"region{share}_km2"] = float(np.median(areas))
    return measured | _by_source(own, above, regions, photos)


def masses_above(predictions: Sequence[WorldPrediction], photos: Placed) -> np.ndarray:
    """How much mass lies in cells denser than that of the truth, (B,)."""
    cells = predictions[0].cells.cell_of(photos.lats, photos.lons)
    return np.array([p.above[cell] for p, cell in zip(predictions, cells, strict=True)])


def _compared(own: np.ndarray, other: np.ndarray, groups: np.ndarray) -> dict[str, Any]:
    gained = geo_score(1000 * own) - geo_score(1000 * other)
    mine, theirs = median_of(own), median_of(other)
    return {
        **pin_scores(other),
        "gain_geo_score": float(gained.mean()),
        "gain_geo_score_interval": bootstrap(mean_of(gained), groups),
        "gain_median_km": float(np.median(other) - np.median(own)),
        "gain_median_km_interval": bootstrap(lambda drawn: theirs(drawn) - mine(drawn), groups),
    }


def _by_source(
    own: np.ndarray, above: np.ndarray, regions: Mapping[int, float], photos: Placed
) -> dict[str, Any]:
    names = source_names(pd.Series(photos.sources))
    sources = {}
    for name in np.unique(names):
        here = names == name
        held = {
            f"region{share}_coverage": float((above[here] <= mass + 1e-12).mean())
            for share, mass in regions.items()
        }
        sources[str(name)] = {"photos": int(here.sum()), **pin_scores(own[here]), **held}
    keys = [key for key in next(iter(sources.values())) if key != "photos"]
    mean = {key: float(np.mean([scores[key] for scores in sources.values()])) for key in keys}
    return {"sources": sources, "source_mean": mean}
