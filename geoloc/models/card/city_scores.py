"""What was measured of a city model on one split."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import Field

from geoloc.models.card.part import Count, Interval, Part, Probability
from geoloc.models.card.scores import Scores


@dataclass(frozen=True)
class Errors:
    """Distances from the truth in metres.

    Attributes:
        percentiles: metres within which so many of a hundred photos are, such as {50: 3906.0}.
        within: the share of photos within so many metres, such as {500: 0.04}.
    """

    percentiles: Mapping[int, float]
    within: Mapping[int, float]


@dataclass(frozen=True)
class Region:
    """A region that is meant to hold so many truths in a hundred, and how many it did hold.

    Attributes:
        share: how many in a hundred.
        held: the share of truths that they held.
        interval: its 95 % interval.
        km2: their mean area.
    """

    share: int
    held: float
    interval: tuple[float, float]
    km2: float


class _Distances(Part):
    """Errors in metres, and the share of photos within so many metres."""

    mean: float | None = None
    p25: float | None = None
    p50: float | None = None
    p75: float | None = None
    p90: float | None = None
    within_25m: Probability | None = None
    within_50m: Probability | None = None
    within_100m: Probability | None = None
    within_250m: Probability | None = None
    within_500m: Probability | None = None

    @property
    def errors(self) -> Errors:
        """By percentile and by distance."""
        return Errors(_numbered(r"p(\d+)", self), _numbered(r"within_(\d+)m", self))


class Centroid(_Distances):
    """The errors of always answering the middle of the training photos."""

    what: str = "always the centroid of the training photos"


class OodScores(Part):
    """How a city model tells photos from elsewhere.

    Attributes:
        kept: the share of the city's own photos that look enough like it.
        refused: the share of photos from elsewhere that don't.
        elsewhere: how many of these were shown.
    """

    kept: Probability
    refused: Probability | None = None
    elsewhere: Count | None = None


class CityScores(_Distances, Scores):
    """What was measured of a city model on one split.

    Attributes:
        baseline: always the middle of the training photos.
        skill: 1 - median / median of the middle.
        gain_p50, gain_mean: metres by which the model is better than the middle.
        region50_coverage, region90_coverage: how often regions of half and of nine tenths held the
            truth.
        region50_km2, region90_km2: their mean area.
        ood: how it tells photos from elsewhere.
    """

    p50_interval: Interval | None = None
    mean_interval: Interval | None = None
    within_50m_interval: Interval | None = None
    baseline: Centroid = Centroid()
    skill: float | None = None
    gain_p50: float | None = None
    gain_p50_interval: Interval | None = None
    gain_mean: float | None = None
    gain_mean_interval: Interval | None = None
    region50_coverage: Probability | None = None
    region50_coverage_interval: Interval | None = None
    region50_km2: float | None = Field(default=None, ge=0)
    region90_coverage: Probability | None = None
    region90_coverage_interval: Interval | None = None
    region90_km2: float | None = Field(default=None, ge=0)
    ood: OodScores | None = None

    @property
    def gain(self) -> tuple[float, float, float] | None:
        """Metres by which its median is better than the middle's, with its 95 % interval."""
        if self.gain_p50 is None or self.gain_p50_interval is None:
            return None
        return (self.gain_p50, *self.gain_p50_interval)

    @property
    def regions(self) -> tuple[Region, ...]:
        """The narrowest first; none if they were not measured."""
        measured = (
            (50, self.region50_coverage, self.region50_coverage_interval, self.region50_km2),
            (90, self.region90_coverage, self.region90_coverage_interval, self.region90_km2),
        )
        return tuple(
            Region(share, held, interval, km2)
            for share, held, interval, km2 in measured
            if held is not None and interval is not None and km2 is not None
        )


def _numbered(pattern: str, scores: _Distances) -> dict[int, float]:
    """The values whose names have the pattern, by the number in it, rising."""
    named = {key: re.fullmatch(pattern, key) for key in type(scores).model_fields}
    values = {int(match[1]): getattr(scores, key) for key, match in named.items() if match}
    return {number: value for number, value in sorted(values.items()) if value is not None}
