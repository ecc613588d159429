"""What a city model's card says was measured."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from geoloc.models.card.measured import measured, number_of
from geoloc.models.release import Checkpoint


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
    """How often regions that are meant to hold so many truths in a hundred did.

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


@dataclass(frozen=True)
class CityScores:
    """What was measured of a city model on one split.

    Attributes:
        split: "test" or "val".
        photos, places: how many.
        errors: of its pins.
        middle: of always marking the middle of the training photos.
        median_interval: 95 % interval of the median error in metres.
        skill: 1 - median / median of the middle.
        gain: metres by which its median is better than the middle's, with its 95 % interval.
        regions: the narrowest first; none if they were not measured.
        kept: the share of the city's own photos that look enough like it; None if untold.
        refused: the share of photos from elsewhere that don't.
    """

    split: str
    photos: int
    places: int | None
    errors: Errors
    middle: Errors | None
    median_interval: tuple[float, float] | None
    skill: float | None
    gain: tuple[float, float, float] | None
    regions: tuple[Region, ...] = ()
    kept: float | None = None
    refused: float | None = None


def city_scores(checkpoint: Checkpoint) -> CityScores | None:
    """What a city model's card says was measured, None if nothing was."""
    split, told = measured(checkpoint)
    if split is None:
        return None
    interval, gain = told.get("p50_interval"), told.get("gain_p50_interval")
    return CityScores(
        split=split,
        photos=int(told["photos"]),
        places=int(told["places"]) if "places" in told else None,
        errors=_errors(told),
        middle=_errors(told["baseline"]) if "baseline" in told else None,
        median_interval=(float(interval[0]), float(interval[1])) if interval else None,
        skill=number_of(told, "skill"),
        gain=(float(told["gain_p50"]), float(gain[0]), float(gain[1]))
        if gain and "gain_p50" in told
        else None,
        regions=_regions(told),
        kept=number_of(told.get("likeness", {}), "kept"),
        refused=number_of(told.get("likeness", {}), "refused"),
    )


def _regions(told: Mapping[str, Any]) -> tuple[Region, ...]:
    held = _numbered(r"region(\d+)_coverage", told)
    return tuple(
        Region(
            share,
            told[f"region{share}_coverage"],
            tuple(told[f"region{share}_coverage_interval"]),
            told[f"region{share}_km2"],
        )
        for share in sorted(held)
    )


def _errors(told: Mapping[str, Any]) -> Errors:
    return Errors(_numbered(r"p(\d+)", told), _numbered(r"within_(\d+)m", told))


def _numbered(pattern: str, told: Mapping[str, Any]) -> dict[int, float]:
    """The values whose keys have the pattern, by the number in it."""
    found = {key: re.fullmatch(pattern, key) for key in told}
    return {int(match[1]): float(told[key]) for key, match in found.items() if match}
