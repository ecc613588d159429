"""How far pins in the world lie from where photos were taken, as the field reports it.

Shares within 1, 25, 200, 750 and 2,500 km stand for street, city, region, country and continent
(Vo et al. 2017, arXiv:1705.04838); GeoScore is what a game would give for a pin.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from geoloc.geo.score import geo_score
from training.evaluation.metrics import bootstrap, mean_of, median_of

WITHIN_KM = (1, 25, 200, 750, 2500)


def pin_metrics(errors_m: np.ndarray, groups: np.ndarray) -> dict[str, Any]:
    """The scores of pins, each with its 95 % interval over places.

    Args:
        errors_m: distance between pin and truth in metres, (B,).
        groups: places, (B,).
    """
    points = geo_score(errors_m)
    scores: dict[str, Any] = {}
    for km in WITHIN_KM:
        inside = (errors_m <= 1000 * km).astype(float)
        scores[f"within_{km}km"] = float(inside.mean())
        scores[f"within_{km}km_interval"] = bootstrap(mean_of(inside), groups)
    return scores | {
        "median_km": float(np.median(errors_m)) / 1000,
        "median_km_interval": bootstrap(median_of(errors_m / 1000), groups),
        "geo_score": float(points.mean()),
        "geo_score_interval": bootstrap(mean_of(points), groups),
    }
