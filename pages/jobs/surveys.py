"""What a collection is good for: where its photos lie, which are held out, what is in the way."""

from __future__ import annotations

import csv
import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from geoloc.geo import METRES_PER_DEGREE, Box, distances_m
from pages.jobs.collection import Kept
from pages.language import _, ngettext

TABLE = "photos.csv"
MIN_PHOTOS = 20
FEW_PHOTOS = 100
REACH_M = 30_000
"""How far from the middle of all photos a photo may lie: farther is another town."""

_MIN_SIDE_M = 100
_WIDE_M = 40_000
# The edges of blocks that are held out as wholes, the best first: large ones tell more fairly how a
# model does elsewhere, but with few of them whole quarters would never be trained on.
_BLOCKS_M = (150, 75, 40, 20, 10)
_MIN_BLOCKS, _ENOUGH_BLOCKS, _PHOTOS_A_BLOCK = 10, 50, 4
# Shares of the photos that each of val and test should have, and may have at most and at least.
_SHARE, _MOST, _LEAST = 0.15, 0.2, 0.08


@dataclass(frozen=True)
class Survey:
    """A collection as it would be trained on.

    Attributes:
        photos: those near the middle of all.
        far: those left out because they are not.
        splits: "train", "val" or "test" for each of `photos`; empty if they cannot be split.
        blocks: the piece of ground that each of `photos` lies on; pieces are held out as wholes.
        block_m: the edge of such a piece in metres.
        hindrance: why it cannot be trained on and what to do; None if it can.
        warnings: what to expect of it.
    """

    photos: tuple[Kept, ...]
    far: tuple[Kept, ...] = ()
    splits: tuple[str, ...] = ()
    blocks: tuple[str, ...] = ()
    block_m: int = 0
    hindrance: str | None = None
    warnings: tuple[str, ...] = ()

    @property
    def box(self) -> Box:
        """A box around the photos."""
        return Box.around([p.lat for p in self.photos], [p.lon for p in self.photos], margin=0.05)

    def count(self, split: str) -> int:
        """How many photos a split has."""
        return self.splits.count(split)

    def write_table(self, folder: Path) -> None:
        """Write the table that training reads into the folder of the copies."""
        with (folder / TABLE).open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("path", "lat", "lon", "heading", "block", "split"))
            for photo, block, split in zip(self.photos, self.blocks, self.splits, strict=True):
                heading = "" if photo.heading is None else photo.heading
                writer.writerow((photo.file, photo.lat, photo.lon, heading, block, split))


def survey(photos: Sequence[Kept]) -> Survey:
    """Look a collection's photos through."""
    near, far = _near_and_far(photos)
    if len(near) < MIN_PHOTOS:
        return Survey(near, far, hindrance=_too_few(len(near)))
    lats, lons = (np.array([getattr(p, axis) for p in near]) for axis in ("lat", "lon"))
    height, width = _sides_m(lats, lons)
    if max(height, width) < _MIN_SIDE_M:
        return Survey(near, far, hindrance=_one_place(max(height, width)))
    split = _held_out(lats, lons)
    if split is None:
        return Survey(near, far, hindrance=_few_places())
    block_m, blocks, splits = split
    warnings = _warnings(lats, lons, max(height, width))
    return Survey(near, far, tuple(splits), tuple(blocks), block_m, warnings=warnings)


def _near_and_far(photos: Sequence[Kept]) -> tuple[tuple[Kept, ...], tuple[Kept, ...]]:
    if not photos:
        return (), ()
    lats, lons = (np.array([getattr(p, axis) for p in photos]) for axis in ("lat", "lon"))
    lat, lon = np.median(lats), np.median(lons)
    # A box can't cross the antimeridian, so what lies beyond it is far.
    is_far = (distances_m(lats, lons, lat, lon) > REACH_M) | (abs(lons - lon) > 180)
    pairs = list(zip(photos, is_far, strict=True))
    return tuple(p for p, far in pairs if not far), tuple(p for p, far in pairs if far)


def _sides_m(lats: np.ndarray, lons: np.ndarray) -> tuple[float, float]:
    shrink = math.cos(math.radians(float(np.mean(lats))))
    return float(np.ptp(lats)) * METRES_PER_DEGREE, float(np.ptp(lons)) * METRES_PER_DEGREE * shrink


def _held_out(lats: np.ndarray, lons: np.ndarray) -> tuple[int, list[str], list[str]] | None:
    """The largest blocks that can be held out as wholes, and the split that they give."""
    shrink = math.cos(math.radians(float(np.mean(lats))))
    north = (lats - lats.min()) * METRES_PER_DEGREE
    east = (lons - lons.min()) * METRES_PER_DEGREE * shrink
    enough = max(_MIN_BLOCKS, min(_ENOUGH_BLOCKS, len(lats) // _PHOTOS_A_BLOCK))
    for needed in (enough, _MIN_BLOCKS):
        for size in _BLOCKS_M:
            cells = zip((north // size).astype(int), (east // size).astype(int), strict=True)
            blocks = [f"{row}_{column}" for row, column in cells]
            splits = _split(blocks) if len(set(blocks)) >= needed else None
            if splits:
                return size, blocks, splits
    return None


def _split(blocks: list[str]) -> list[str] | None:
    """The split of each photo; None if the blocks are too unequal to share out."""
    names, counts = np.unique(blocks, return_counts=True)
    size, total = dict(zip(names.tolist(), counts.tolist(), strict=True)), len(blocks)
    # By their hash: in any order, and always in the same.
    order = sorted(size, key=lambda name: hashlib.sha256(name.encode()).digest())
    split: dict[str, str] = {}
    for part in ("val", "test"):
        held = 0
        for name in order:
            fits = held < _SHARE * total and held + size[name] <= _MOST * total
            if name not in split and fits:
                split[name] = part
                held += size[name]
        if held < _LEAST * total:
            return None
    return [split.get(name, "train") for name in blocks]


def _warnings(lats: np.ndarray, lons: np.ndarray, side_m: float) -> tuple[str, ...]:
    found = []
    if len(lats) < FEW_PHOTOS:
        found.append(
            _(
                "{count} photos are few: expect a pin that is hardly better than the middle of the "
                "map. From about 200 on, spread over the streets, it gets useful.",
                count=len(lats),
            )
        )
    points = len(np.unique(np.column_stack([lats, lons]).round(5), axis=0))
    if points < 0.8 * len(lats):
        found.append(
            _(
                "The {photos:,} photos were taken at {points:,} points only. Photos of the same "
                "point teach little more than one of them.",
                photos=len(lats),
                points=points,
            )
        )
    if side_m > _WIDE_M:
        found.append(
            _(
                "The photos reach over {km:.0f} km. Errors grow with the ground to cover: a city, "
                "or a part of one, works better.",
                km=side_m / 1000,
            )
        )
    return tuple(found)


def _too_few(count: int) -> str:
    if not count:
        return _(
            "There is no photo with a position, and at least {least} are needed to train and to "
            "measure; 200 are a good start. Add another ZIP.",
            least=MIN_PHOTOS,
        )
    return ngettext(
        "There is one photo with a position, and at least {least} are needed to train and to "
        "measure; 200 are a good start. Add another ZIP.",
        "There are {n} photos with a position, and at least {least} are needed to train and to "
        "measure; 200 are a good start. Add another ZIP.",
        count,
        least=MIN_PHOTOS,
    )


def _one_place(side_m: float) -> str:
    return _(
        "All photos were taken within {side} m of each other, so there is nothing to find out: "
        "every pin would be right. Add photos of places at least {least} m apart.",
        side=math.ceil(side_m),
        least=_MIN_SIDE_M,
    )


def _few_places() -> str:
    return _(
        "Nearly all photos were taken at a few places, so none can be held out to measure the "
        "model. Add photos of other places: at least {least}, spread over the city.",
        least=_MIN_BLOCKS,
    )
