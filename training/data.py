"""From a folder of data to frames, with everything a card says of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from geoloc.coverage import Coverage
from geoloc.geo import Box
from training import cache
from training.cache import Frames
from training.sources import read
from training.table import SPLITS, Problems

COVERAGE_CELLS = 40


class DataError(ValueError):
    """Data that cannot be trained on, and what to do about it."""


@dataclass(frozen=True)
class Data:
    """A data set, decoded.

    Attributes:
        name: the folder's name.
        root: the folder.
        frames: its photos, with the table.
        problems: what was skipped.
    """

    name: str
    root: Path
    frames: Frames
    problems: Problems

    @property
    def fingerprint(self) -> str:
        """SHA-256 of which photo has which label, group and split, wherever the folder lies."""
        table = self.frames.table
        digest = hashlib.sha256()
        for row in table.sort_values(["path", "heading"]).itertuples():
            file = Path(row.path).relative_to(self.root).as_posix()
            text = f"{file}|{row.country}|{row.lat}|{row.lon}|{row.group}|{row.split}\n"
            digest.update(text.encode())
        return digest.hexdigest()

    def described(self) -> dict[str, Any]:
        """What a card says of the data: counts only, nothing that shows a photo or its file."""
        table = self.frames.table
        counts = table.groupby("split").size()
        return {
            "name": self.name,
            "fingerprint": self.fingerprint,
            "photos": {split: int(counts.get(split, 0)) for split in SPLITS},
            "places": {s: int(table.group[table.split == s].nunique()) for s in SPLITS},
            "skipped": {reason: len(names) for reason, names in self.problems.reasons.items()},
        }

    def countries(self) -> dict[str, dict[str, int]]:
        """Photos by split and country."""
        table = self.frames.table
        return {
            split: table.country[table.split == split].value_counts().sort_index().to_dict()
            for split in SPLITS
        }

    def coverage(self, box: Box) -> Coverage:
        """Where the training photos lie, on about 40 cells across the box."""
        rows = self.frames.table[self.frames.table.split == "train"]
        return Coverage.of(box, rows.lat, rows.lon, cell_m=box.width_m / COVERAGE_CELLS)


def load(root: Path, source: str = "auto", **options: Any) -> Data:
    """Read a folder by a source's reader and decode its photos.

    Raises:
        DataError: if a split is empty.
        SourceError: if the folder holds no data set.
        TableError: if the table breaks a rule.
    """
    root = root.resolve()
    reading = read(source, root, **options)
    root = root if root.is_dir() else root.parent
    frames = cache.load(reading.table, cache.FOLDER)
    for path, why in frames.unreadable.items():
        reading.problems.add(why, path)
    empty = [split for split in SPLITS if not len(frames.of_split(split))]
    if empty:
        raise DataError(
            f"{root.name}: no photo is left in {' and '.join(empty)}. Add photos of more places, "
            "or give the table a split column."
        )
    return Data(root.name, root, frames, reading.problems)


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
