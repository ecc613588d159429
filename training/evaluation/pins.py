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


def pin_scores(away_km: np.ndarray) -> dict[str, float]:
    """The scores of pins at some distances (B,) from the truth."""
    within = {f"within_{km}km": float((away_km <= km).mean()) for km in WITHIN_KM}
    points = float(geo_score(1000 * away_km).mean())
    return {"median_km": float(np.median(away_km)), **within, "geo_score": points}


def pin_metrics(away_km: np.ndarray, groups: np.ndarray) -> dict[str, Any]:
    """The same, each with its 95 % interval over places.

    Args:
        away_km: distance between pin and truth, (B,).
        groups: places, (B,).
    """
    intervals = {
        f"within_{km}km_interval": bootstrap(mean_of((away_km <= km).astype(float)), groups)
        for km in WITHIN_KM
    }
    return {
        **pin_scores(away_km),
        **intervals,
        "median_km_interval": bootstrap(median_of(away_km), groups),
        "geo_score_interval": bootstrap(mean_of(geo_score(1000 * away_km)), groups),
    }
