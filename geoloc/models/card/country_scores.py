"""What was measured of a country model on one split."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geoloc.models.card.calibration import SetScores
from geoloc.models.card.confusion import Confusion
from geoloc.models.card.part import Count, Interval, Part, Probability
from geoloc.models.card.scores import Scores
from geoloc.models.card.share import Share


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


class ReliabilityBin(Part):
    """Mean confidence and accuracy of the photos of one bin of confidence."""

    confidence: Probability
    accuracy: Probability
    photos: Count


class Recall(Part):
    """How many photos show one true country, and the share of them that was recognised."""

    photos: Count
    recall: Probability


class ContinentScores(Part):
    """How often photos of one true continent got the right country, and at least the continent."""

    photos: Count
    top1: Probability
    continent_accuracy: Probability


class Confused(Part):
    """How many photos of one country were taken for another."""

    true: str
    predicted: str
    photos: Count


class Analysis(Part):
    """Where a country model's answers go.

    Attributes:
        confusion: photos by true country (row) and answer (column), in the order of the classes.
        by_country: by ISO code, of each country that photos show.
        by_continent: by name, of each continent that photos show.
        continent_accuracy: how often at least the continent is right.
        confused: the most frequent mistakes, the most frequent first.
        distance_km: "mean", "p50", "p75", "p90" of the way from the answered to the true country.
    """

    confusion: tuple[tuple[Count, ...], ...] | None = None
    by_country: dict[str, Recall] = {}
    by_continent: dict[str, ContinentScores] = {}
    continent_accuracy: Probability | None = None
    confused: tuple[Confused, ...] = ()
    distance_km: dict[str, float] = {}


class Baseline(Part):
    """The scores of always giving the most frequent answers, and what that means in words."""

    what: str = "always the most frequent classes of the training split"
    top1: Probability | None = None
    top5: Probability | None = None
    macro_recall: Probability | None = None


class MultiViewScores(Scores):
    """What one answer from all photos of a place gains on asking about each photo alone.

    Attributes:
        photos, places: how many of the places that several photos show.
        views: photos a place on average.
        top1_single, macro_recall_single: of asking about one photo at a time.
        gain_top1: what all photos together add to that, as a share.
    """

    views: float
    top1: Probability
    top1_interval: Interval | None = None
    top1_single: Probability
    top5: Probability | None = None
    macro_recall: Probability | None = None
    macro_recall_single: Probability | None = None
    gain_top1: float
    gain_top1_interval: Interval
    log_loss: float | None = None
    ece: float | None = None
    set_coverage: Probability | None = None
    set_coverage_interval: Interval | None = None
    set_size: float | None = None


class SourceMean(Part):
    """The means of scores over sources, each of which counts as one."""

    top1: Probability
    top5: Probability
    set_coverage: Probability
    set_size: float


class SourceScores(SetScores, SourceMean):
    """What was measured on the photos of one source."""


class VerdictScores(Part):
    """How answers of one verdict came out.

    Attributes:
        photos: how many have it.
        share: of all.
        right: the share of them whose first country is the true one.
        ece: expected calibration error among them.
    """

    photos: Count
    share: Probability
    right: Probability
    ece: float | None = None


class CountryScores(Scores):
    """What was measured of a country model on one split.

    Attributes:
        top1, top5, macro_recall: shares.
        log_loss: mean negative logarithm of the truth's probability, in nats.
        ece: expected calibration error in [0, 1].
        ece_floor: the one that true probabilities would show on as many photos.
        set_coverage: how often its country sets hold the truth.
        set_size: countries in a set on average.
        reliability: by confidence, rising.
        baseline: always the most frequent countries.
        analysis: where its answers go.
        multi_view: of places that several photos show.
        probes: by layer, of the linear models behind its CAMs.
        sources: by source, those of few photos taken together as "few".
        source_mean: over these.
        worst_source: the one with the lowest top-5.
        verdicts: by verdict, of those that an answer has.
        how: how val scores of an ensemble come about.
    """

    top1: Probability | None = None
    top1_interval: Interval | None = None
    top5: Probability | None = None
    top5_interval: Interval | None = None
    macro_recall: Probability | None = None
    macro_recall_interval: Interval | None = None
    log_loss: float | None = None
    ece: float | None = None
    ece_floor: float | None = None
    set_coverage: Probability | None = None
    set_coverage_interval: Interval | None = None
    set_size: float | None = None
    reliability: tuple[ReliabilityBin, ...] = ()
    baseline: Baseline = Baseline()
    analysis: Analysis = Analysis()
    multi_view: MultiViewScores | None = None
    probes: dict[str, CountryScores] = {}
    sources: dict[str, SourceScores] = {}
    source_mean: SourceMean | None = None
    worst_source: str | None = None
    verdicts: dict[str, VerdictScores] = {}
    how: str | None = None

    @property
    def bins(self) -> tuple[Bin, ...]:
        """The reliability curve, in photos."""
        return tuple(
            Bin(row.confidence, row.photos, round(row.accuracy * row.photos))
            for row in self.reliability
        )

    @property
    def countries(self) -> tuple[Counted, ...]:
        """By true country, in the card's order."""
        return tuple(
            Counted(code, row.photos, round(row.recall * row.photos))
            for code, row in self.analysis.by_country.items()
        )

    @property
    def continents(self) -> tuple[OfContinent, ...]:
        """By true continent."""
        return tuple(
            OfContinent(
                name,
                row.photos,
                round(row.top1 * row.photos),
                round(row.continent_accuracy * row.photos),
            )
            for name, row in self.analysis.by_continent.items()
        )

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """The most frequent mistakes, the most frequent first."""
        sizes = {code: row.photos for code, row in self.analysis.by_country.items()}
        return tuple(
            Pair(row.true, row.predicted, row.photos, sizes[row.true])
            for row in self.analysis.confused
            if row.true in sizes
        )

    def confusion(self, classes: Sequence[str]) -> Confusion | None:
        """Its answers by true country, None if they were not counted.

        Args:
            classes: ISO codes in the order of the network's outputs.

        Raises:
            ValueError: if the matrix is of another number of classes.
        """
        if self.analysis.confusion is None:
            return None
        codes, rows = tuple(classes), self.analysis.confusion
        if {len(rows), *map(len, rows)} != {len(codes)}:
            raise ValueError(f"a confusion of {len(codes)} classes has as many rows and columns")
        return Confusion(codes, codes, np.array(rows, np.int64))
