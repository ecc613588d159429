"""How much of an answer is left in changed photos."""

from __future__ import annotations

import numpy as np

from geoloc.explain.faithfulness.curves import Score
from geoloc.geo import distances_m
from geoloc.tasks.city import CityLocator
from geoloc.tasks.country import CountryModel


def country_score(model: CountryModel, country: str) -> Score:
    """The probability that a model gives a country, in [0, 1], from the band alone."""
    number = model.classes.index(country)
    return lambda bands: model.probabilities(bands[:, None])[:, number]


def pin_score(locator: CityLocator, band: np.ndarray) -> Score:
    """How far the pin is from where the whole photo puts it, in metres below zero.

    Args:
        band: the whole photo, prepared: uint8 (H, W, 3).
    """
    lats, lons = locator.positions(band[None])

    def score(bands: np.ndarray) -> np.ndarray:
        return -distances_m(*locator.positions(bands), lats[0], lons[0])

    return score
