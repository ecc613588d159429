"""What a model's card says of how good it is, typed, for charts and sentences.

A part that the card lacks is None or empty; a part that is no such thing raises, and `check` tells
beforehand.
"""

from geoloc.models.card.check import check
from geoloc.models.card.city import CityScores, Errors, city_scores
from geoloc.models.card.confusion import OTHERS, Confusion
from geoloc.models.card.country import (
    Bin,
    Counted,
    CountryScores,
    OfContinent,
    Pair,
    country_scores,
)
from geoloc.models.card.measured import SPLITS, measured
from geoloc.models.card.share import Share
from geoloc.models.card.training import Curves, class_sizes, curves, weights_bytes

__all__ = [
    "Bin",
    "CityScores",
    "Confusion",
    "Counted",
    "CountryScores",
    "Curves",
    "Errors",
    "OTHERS",
    "OfContinent",
    "Pair",
    "SPLITS",
    "measured",
    "Share",
    "check",
    "city_scores",
    "class_sizes",
    "country_scores",
    "curves",
    "weights_bytes",
]
