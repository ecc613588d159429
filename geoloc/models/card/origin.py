"""What a card says of where a model comes from: its data, its recipe, its training."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from pydantic import model_validator

from geoloc.geo import Box
from geoloc.geo.coverage import Coverage
from geoloc.models.card.part import Count, Part, Probability


class CountGrid(Part):
    """Photos counted on a grid over a box; row 0 is the south, column 0 the west."""

    box: Box
    rows: Count
    columns: Count
    counts: tuple[tuple[Count, ...], ...]

    @model_validator(mode="after")
    def _is_a_grid(self) -> CountGrid:
        if len(self.counts) != self.rows or {*map(len, self.counts)} != {self.columns}:
            raise ValueError(f"the counts don't have {self.rows} rows of {self.columns} columns")
        return self

    @classmethod
    def of(cls, coverage: Coverage) -> CountGrid:
        """The grid of a coverage."""
        rows, columns = coverage.counts.shape
        counts = tuple(map(tuple, coverage.counts.tolist()))
        return cls(box=coverage.box, rows=rows, columns=columns, counts=counts)

    @property
    def coverage(self) -> Coverage:
        """The grid as maps draw it."""
        return Coverage(self.box, np.array(self.counts, np.int64))


class SelectionPart(Part):
    """Which photos of a data set were learnt from, as `training.selection` chooses them.

    Attributes:
        photos: training photos that a country has at least.
        sources: sources that these come from at least.
        unseen: sources that nothing was trained on: their photos are val.
    """

    photos: Count = 0
    sources: Count = 0
    unseen: tuple[str, ...] = ()


class Source(Part):
    """A data set that can be read again.

    Attributes:
        name: of its folder; of several taken together, the names with " + " between them.
        source: of the reader.
        within: the box that its photos had to lie in, None for all.
        table: the file with its table, where that is not the usual one.
        selection: which of its photos, None for all.
    """

    name: str | None = None
    source: str | None = None
    within: Box | None = None
    table: str | None = None
    selection: SelectionPart | None = None


class DataPart(Source):
    """What a model learnt from: counts only, nothing that shows a photo or its file.

    Attributes:
        fingerprint: SHA-256 of the table and of what the photos were made into.
        photos, places: by split.
        skipped: by reason.
        countries: photos by split and country, of a country model.
        sources: photos by split and source, where sources are known.
        plan: items that an epoch shows on average, by country.
        coverage: where the training photos of a city lie.
        streets: where a city's streets run, for a map without tiles.
    """

    fingerprint: str | None = None
    photos: dict[str, Count] = {}
    places: dict[str, Count] = {}
    skipped: dict[str, Count] = {}
    countries: dict[str, dict[str, Count]] = {}
    sources: dict[str, dict[str, Count]] = {}
    plan: dict[str, float] = {}
    coverage: CountGrid | None = None
    streets: CountGrid | None = None

    @property
    def class_sizes(self) -> tuple[dict[str, int], dict[str, float]]:
        """Training photos by country, and items an epoch showed on average; empty where unknown."""
        photos = self.countries.get("train", {})
        return photos, {code: self.plan[code] for code in photos if code in self.plan}


class RecipePart(Part):
    """How a model was trained, in the words of recipes: `python -m training` reads them again.

    Attributes:
        start: the model or the weights that it began from, None for random ones.
        teachers: whose answers it learnt from.
        cameras, input, sampling, selection: where a recipe has them.
        blend: the share of the trained weights in the released ones.
    """

    name: str | None = None
    title: str | None = None
    network: dict[str, Any] = {}
    start: str | None = None
    teachers: tuple[str, ...] = ()
    fit: dict[str, Any] = {}
    augment: dict[str, Any] = {}
    balance: dict[str, Any] = {}
    cameras: dict[str, Any] = {}
    input: dict[str, Any] = {}
    sampling: dict[str, Any] = {}
    selection: SelectionPart | None = None
    blend: Probability = 1.0


class Published(Part):
    """Where the network of a model was published that was not trained here.

    Attributes:
        repo: the repository.
        revision: the commit.
        licence: of the weights.
        link: where it can be read about.
        templates: of what a photo of a class is called, for one that compares photos with texts.
    """

    repo: str
    revision: str
    licence: str
    link: str | None = None
    templates: tuple[str, ...] = ()


class Provenance(Part):
    """When, where and with what a model was trained."""

    trained: date | None = None
    commit: str | None = None
    torch: str | None = None
    python: str | None = None
    device: str | None = None
    minutes: float | None = None


@dataclass(frozen=True)
class Curves:
    """Training, epoch by epoch.

    Attributes:
        epochs: numbers of the epochs.
        measured: by name ("train_loss", "val_loss", "val_top1", "val_median_m" ...), a value each.
        best: the epoch whose weights were released, if known.
    """

    epochs: tuple[int, ...]
    measured: Mapping[str, tuple[float, ...]]
    best: int | None
