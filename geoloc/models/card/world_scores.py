"""What was measured of a world model on one split."""

from __future__ import annotations

from pydantic import Field

from geoloc.models.card.part import Count, Interval, Part, Probability
from geoloc.models.card.scores import Scores

Points = float
"""A GeoScore, from 0 to 5000."""


class _Pins(Part):
    """How far pins lie from the truth, and what they earn."""

    median_km: float | None = None
    within_1km: Probability | None = None
    within_25km: Probability | None = None
    within_200km: Probability | None = None
    within_750km: Probability | None = None
    within_2500km: Probability | None = None
    geo_score: Points | None = None


class WorldBaseline(_Pins):
    """Pins of a simpler way, and how much better the model's are on the same photos.

    Attributes:
        what: in words.
        gain_geo_score: points by which the model's mean is better.
        gain_median_km: kilometres by which its median is better.
    """

    what: str = ""
    gain_geo_score: float | None = None
    gain_geo_score_interval: Interval | None = None
    gain_median_km: float | None = None
    gain_median_km_interval: Interval | None = None


class WorldSourceScores(_Pins):
    """What was measured on one source's photos, or the mean over sources.

    Attributes:
        photos: how many have a position.
        region50_coverage, region90_coverage: how often regions held the truth.
    """

    photos: Count | None = None
    region50_coverage: Probability | None = None
    region90_coverage: Probability | None = None


class WorldScores(_Pins, Scores):
    """What was measured of a world model on the photos of one split that have a position.

    Attributes:
        expected_score: what the model expected its pins to earn on average.
        baselines: by name, such as "likeliest_country": a pin on the middle of that country.
        region50_coverage, region90_coverage: how often regions held the truth.
        region50_km2, region90_km2: their median area.
        sources: the same by source, small ones taken together.
        source_mean: their mean.
    """

    median_km_interval: Interval | None = None
    geo_score_interval: Interval | None = None
    expected_score: Points | None = None
    baselines: dict[str, WorldBaseline] = {}
    region50_coverage: Probability | None = None
    region50_coverage_interval: Interval | None = None
    region50_km2: float | None = Field(default=None, ge=0)
    region90_coverage: Probability | None = None
    region90_coverage_interval: Interval | None = None
    region90_km2: float | None = Field(default=None, ge=0)
    sources: dict[str, WorldSourceScores] = {}
    source_mean: WorldSourceScores | None = None
