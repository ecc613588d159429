"""From a folder of data to frames, with everything a card says of it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from geoloc.geo import Box
from geoloc.geo.coverage import Coverage
from geoloc.models.card import DataPart, Source
from geoloc.photo.inputs import BAND, InputSpec
from training import distributed
from training.data import frames as cache
from training.data import spread
from training.data.frames import CacheError, Frames
from training.data.sources import detect, read, ucf
from training.data.table import ELSEWHERE, SPLITS, Problems
from training.data.table import summary as table_summary
from training.selection import EVERYTHING, Selection

COVERAGE_CELLS = 40
JOIN = " + "
"""What stands between the names of folders whose photos are taken together."""


class DataError(ValueError):
    """Data that cannot be trained on, and what to do about it."""


@dataclass(frozen=True)
class Data:
    """A data set, decoded.

    Attributes:
        name: the folder's name.
        root: the folder.
        source: the reader's name in `training.data.sources.SOURCES`.
        within: the box that photos had to lie in, None for everywhere.
        table: the name of its CSV, where that was named and not the folder.
        selection: which of its photos these are.
        frames: its photos, with the table.
        problems: what was skipped.
    """

    name: str
    root: Path
    source: str
    within: Box | None
    table: str | None
    frames: Frames
    problems: Problems
    selection: Selection = EVERYTHING

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of which photo has which label, group and split, wherever the folder lies."""
        table = self.frames.table
        digest = hashlib.sha256()
        for row in table.sort_values(["path", "heading"]).itertuples():
            file = Path(row.path).relative_to(self.root).as_posix()
            text = f"{file}|{row.country}|{row.lat}|{row.lon}|{row.group}|{row.split}\n"
            digest.update(text.encode())
        return digest.hexdigest()

    def summary(self) -> str:
        """What is in it, as text for a terminal: counts, positions, what was skipped and why."""
        table = self.frames.table
        parts = [f"{self.name}, read as {self.source}"]
        if not table.empty:
            parts += [table_summary(table), spread.summary(table)]
        parts.append(str(self.problems))
        if self.empty_splits():
            parts.append(
                f"No photo is in {' and '.join(self.empty_splits())}, and training needs all "
                "three. Add photos of more places, or give the table a split column."
            )
        return "\n\n".join(filter(None, parts))

    @property
    def splits(self) -> tuple[str, ...]:
        """The splits that training needs, and `ELSEWHERE` where there is one."""
        return (*SPLITS, ELSEWHERE) if (self.frames.table.split == ELSEWHERE).any() else SPLITS

    def sources(self) -> dict[str, dict[str, int]]:
        """Photos by split and source; empty where no source is known."""
        table = self.frames.table[self.frames.table.source != ""]
        return {
            split: rows.source.value_counts().sort_index().to_dict()
            for split, rows in table.groupby("split")
        }

    def empty_splits(self) -> list[str]:
        return [split for split in SPLITS if not len(self.frames.of_split(split))]

    def origin(self) -> Source:
        """Which data set it is, for `Again`."""
        return Source(
            name=self.name,
            source=self.source,
            within=self.within,
            table=self.table,
            selection=None if self.selection == EVERYTHING else self.selection.as_card(),
        )

    def described(self) -> DataPart:
        """What a card says of the data: counts only, nothing that shows a photo or its file."""
        table = self.frames.table
        counts = table.groupby("split").size()
        origin = self.origin()
        return DataPart(
            name=origin.name,
            source=origin.source,
            within=origin.within,
            table=origin.table,
            selection=origin.selection,
            fingerprint=self.fingerprint,
            photos={split: int(counts.get(split, 0)) for split in self.splits},
            places={s: int(table.group[table.split == s].nunique()) for s in self.splits},
            skipped={reason: len(names) for reason, names in self.problems.reasons.items()},
        )

    def for_input(self, spec: InputSpec) -> Data:
        """The same photos, at the scale at which a network sees them.

        Raises:
            DataError: if the disk has no room for them.
        """
        if self.frames.framing == spec.framing:
            return self
        return replace(self, frames=_frames(self.frames.table, spec))

    def as_one_split(self, split: str) -> Data:
        """The same photos, all in one split."""
        frames = replace(self.frames, table=self.frames.table.assign(split=split))
        return replace(self, frames=frames)

    def countries(self) -> dict[str, dict[str, int]]:
        """Photos by split and country."""
        table = self.frames.table
        return {
            split: table.country[table.split == split].value_counts().sort_index().to_dict()
            for split in self.splits
        }

    def country(self) -> str | None:
        """The country that most of its photos are from, None if none is known."""
        countries = self.frames.table.country.dropna()
        return None if countries.empty else str(countries.mode()[0])

    def coverage(self, box: Box) -> Coverage:
        """Where the training photos lie, on about 40 cells across the box."""
        rows = self.frames.table[self.frames.table.split == "train"]
        return Coverage.of(box, rows.lat, rows.lon, cell_m=box.width_m / COVERAGE_CELLS)


def load(
    root: Path | Sequence[Path],
    source: str = "auto",
    within: Box | None = None,
    selection: Selection = EVERYTHING,
    spec: InputSpec = BAND,
    **options: Any,
) -> Data:
    """Read a folder by a source's reader and decode its photos, to train on or to measure with.

    Args:
        root: the folder, or a CSV; or several, whose photos are taken together.
        source: a name in `training.data.sources.SOURCES`, or "auto".
        within: leave out photos outside this box.
        selection: which photos to take.
        spec: what networks will see of them.
        options: the reader's own.

    Raises:
        DataError: if a split is empty, or the disk has no room for the decoded photos.
        SourceError: if the folder holds no data set.
        TableError: if the table breaks a rule.
    """
    data = look(root, source, within, selection, spec, **options)
    empty = data.empty_splits()
    if empty:
        raise DataError(
            f"{data.name}: no photo is left in {' and '.join(empty)}. Add photos of more places, "
            "or give the table a split column."
        )
    return data


def look(
    root: Path | Sequence[Path],
    source: str = "auto",
    within: Box | None = None,
    selection: Selection = EVERYTHING,
    spec: InputSpec = BAND,
    **options: Any,
) -> Data:
    """`load`, but a split may be empty: enough to say what is in a data set.

    Raises:
        DataError: if the disk has no room for the decoded photos, or none lies in the box.
        SourceError: if the folder holds no data set.
        TableError: if the table breaks a rule.
    """
    roots = [root] if isinstance(root, Path) else list(root)
    parts = [_read(place, source, **options) for place in roots]
    source = parts[0].source if len({part.source for part in parts}) == 1 else "auto"
    table = pd.concat([part.table for part in parts], ignore_index=True)
    problems = Problems()
    for part in parts:
        problems.take(part.problems)
    name = JOIN.join(part.folder.name for part in parts)
    file = parts[0].file if len(parts) == 1 else None
    root = Path(os.path.commonpath([part.folder for part in parts]))
    table = selection.of(table, problems)
    if within is not None:
        inside = within.contains_all(table["lat"], table["lon"])
        table = problems.drop(table, ~inside, "outside the box that was asked for")
    if table.empty:
        what = "is left" if within is None else f"lies in {within}"
        raise DataError(f"{name}: no photo {what}. {problems}")
    frames = _frames(table, spec)
    for path, why in frames.unreadable.items():
        problems.add(why, path)
    return Data(name, root, source, within, file, frames, problems, selection)


def _frames(table: pd.DataFrame, spec: InputSpec) -> Frames:
    try:
        with distributed.first_alone():
            return cache.load(table, cache.CACHE, framing=spec.framing)
    except CacheError as error:
        raise DataError(str(error)) from error


class _Part(NamedTuple):
    """One of the folders of a data set, read."""

    folder: Path
    file: str | None
    source: str
    table: pd.DataFrame
    problems: Problems


def _read(root: Path, source: str, **options: Any) -> _Part:
    root = root.expanduser().resolve()
    if source == "auto" and root.exists():
        source = detect(root)
    table, problems = read(source, root, **options)
    folder, file = (root, None) if root.is_dir() else (root.parent, root.name)
    return _Part(folder, file, source, table, problems)


class Again:
    """The data sets that cards describe, each read once, in the way it was read then.

    Args:
        folders: where to look for their folders, as `find`.
    """

    def __init__(self, folders: list[Path]) -> None:
        self.folders = folders
        self._read: dict[tuple[object, ...], Data] = {}

    def __call__(self, source: Source) -> Data:
        """The data set of such a `Data.origin`.

        Raises:
            DataError: as `find` and `load`.
        """
        key = (source.name, source.source, source.within, source.table, source.selection)
        if key not in self._read:
            places = [
                find(self.folders, name) / (source.table or "")
                for name in (source.name or "").split(JOIN)
            ]
            self._read[key] = load(
                places, source.source or "auto", source.within, selection_of(source)
            )
        return self._read[key]


def selection_of(source: Source) -> Selection:
    """Which photos a card says that they are."""
    return Selection.of_card(source.selection) if source.selection else EVERYTHING


def box_of(text: str) -> Box:
    """The box that a user named: "south,west,north,east" in degrees, or one of UCF's cities.

    Raises:
        DataError: if it is neither.
    """
    if text.lower() in ucf.CITIES:
        return ucf.CITIES[text.lower()]
    try:
        return Box(*map(float, text.split(",")))
    except (TypeError, ValueError) as error:
        raise DataError(
            f"{text!r} is no box ({error}). Give south,west,north,east in degrees, such as "
            f"40.425,-80.035,40.46,-79.93, or one of {', '.join(ucf.CITIES)}."
        ) from error


def find(folders: list[Path], name: str) -> Path:
    """The folder of a data set by its name, among some folders and two levels below them.

    Raises:
        DataError: if there is none.
    """
    for folder in folders:
        for pattern in (".", "*", "*/*"):
            for place in sorted(folder.glob(pattern)) if pattern != "." else [folder.resolve()]:
                if place.is_dir() and place.name == name:
                    return place
    raise DataError(
        f"no folder named {name!r} in {', '.join(map(str, folders))}: pass --data with it."
    )


def class_shares(labels: np.ndarray, classes: int) -> np.ndarray:
    """The share of each class among class numbers (B,): float64 (classes,)."""
    return np.bincount(labels, minlength=classes) / len(labels)
