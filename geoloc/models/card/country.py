"""What a country model's card says was measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from geoloc.models.card.confusion import Confusion
from geoloc.models.card.measured import measured, number_of, share_of
from geoloc.models.card.share import Share
from geoloc.models.release import Checkpoint


class _Recognised:
    """Photos of which some were answered rightly."""

    photos: int
    right: int

    @property
    def share(self) -> Share:
        return Share.of(self.right, self.photos)


@dataclass(frozen=True)
class Counted(_Recognised):
    """How many photos of one true country were recognised."""

    code: str
    photos: int
    right: int


@dataclass(frozen=True)
class OfContinent(_Recognised):
    """How many photos of one true continent got the right country, and at least the continent."""

    continent: str
    photos: int
    right: int
    right_continent: int

    @property
    def continent_share(self) -> Share:
        return Share.of(self.right_continent, self.photos)


@dataclass(frozen=True)
class Bin(_Recognised):
    """Photos about whose first answer a model was about equally sure.

    Attributes:
        confidence: the mean probability of the first answer.
        photos: how many.
        right: how many first answers were right.
    """

    confidence: float
    photos: int
    right: int


@dataclass(frozen=True)
class Pair:
    """A country taken for another: `photos` of the `of` that there are of the true one."""

    true: str
    predicted: str
    photos: int
    of: int


@dataclass(frozen=True)
class CountryScores:
    """What was measured of a country model on one split.

    Attributes:
        split: "test" or "val".
        photos, places: how many.
        top1, top5, macro_recall: shares.
        ece: expected calibration error in [0, 1].
        set_coverage: how often its country sets hold the truth.
        set_size: countries in a set on average.
        always: the same shares of always answering the most frequent countries, by their names.
        reliability: by confidence.
        countries: by true country, in the card's order.
        continents: by true continent.
        continent: how often at least the continent is right.
        confusion: answers by true country.
        pairs: the most frequent mistakes, the most frequent first.
    """

    split: str
    photos: int
    places: int | None
    top1: Share | None
    top5: Share | None
    macro_recall: Share | None
    ece: float | None
    ece_floor: float | None
    set_coverage: Share | None
    set_size: float | None
    always: Mapping[str, float]
    reliability: tuple[Bin, ...]
    countries: tuple[Counted, ...]
    continents: tuple[OfContinent, ...]
    continent: Share | None
    confusion: Confusion | None
    pairs: tuple[Pair, ...]


def country_scores(checkpoint: Checkpoint) -> CountryScores | None:
    """What a country model's card says was measured, None if nothing was."""
    split, told = measured(checkpoint)
    if split is None:
        return None
    found = told.get("analysis", {})
    sizes = {code: row["photos"] for code, row in found.get("by_country", {}).items()}
    return CountryScores(
        split=split,
        photos=int(told["photos"]),
        places=int(told["places"]) if "places" in told else None,
        top1=share_of(told, "top1"),
        top5=share_of(told, "top5"),
        macro_recall=share_of(told, "macro_recall"),
        ece=number_of(told, "ece"),
        ece_floor=number_of(told, "ece_floor"),
        set_coverage=share_of(told, "set_coverage"),
        set_size=number_of(told, "set_size"),
        always={k: float(v) for k, v in told.get("baseline", {}).items() if k != "what"},
        reliability=tuple(
            Bin(
                float(row["confidence"]), int(row["photos"]), round(row["accuracy"] * row["photos"])
            )
            for row in told.get("reliability", ())
        ),
        countries=tuple(
            Counted(code, int(row["photos"]), round(row["recall"] * row["photos"]))
            for code, row in found.get("by_country", {}).items()
        ),
        continents=tuple(
            OfContinent(
                name,
                int(row["photos"]),
                round(row["top1"] * row["photos"]),
                round(row["continent_accuracy"] * row["photos"]),
            )
            for name, row in found.get("by_continent", {}).items()
        ),
        continent=share_of(found, "continent_accuracy"),
        confusion=_confusion(checkpoint, found.get("confusion")),
        pairs=tuple(
            Pair(row["true"], row["predicted"], int(row["photos"]), sizes[row["true"]])
            for row in found.get("confused", ())
        ),
    )


def _confusion(checkpoint: Checkpoint, counts: list[list[int]] | None) -> Confusion | None:
    if counts is None:
        return None
    classes = checkpoint.classes
    array = np.array(counts, np.int64)
    if array.shape != (len(classes), len(classes)):
        raise ValueError(f"a confusion of {len(classes)} classes has not the shape {array.shape}")
    return Confusion(classes, classes, array)
