"""What a collection is good for: where its photos lie, which are held out, what is in the way."""

from __future__ import annotations

import csv
import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from geoloc.geo import METRES_PER_DEGREE, Box, LatLon, haversine_m, unrolled
from geoloc.towns import place_text, towns
from pages.jobs.collection import Kept
from pages.language import _, ngettext

TABLE = "photos.csv"
MIN_PHOTOS = 20
FEW_PHOTOS = 100
_MIN_SIDE_M = 100
_WIDE_M = 40_000
# The edges of blocks that are held out as wholes, the best first: large ones tell more fairly how a
# model does elsewhere, but with few of them whole quarters would never be trained on.
_BLOCKS_M = (150, 75, 40, 20, 10)
_MIN_BLOCKS, _ENOUGH_BLOCKS, _PHOTOS_A_BLOCK = 10, 50, 4
# Shares of the photos that each of val and test should have, and may have at most and at least.
_SHARE, _MOST, _LEAST = 0.15, 0.2, 0.08
# A town with so large a share of the largest one's photos is as likely the one that is meant.
_ALIKE = 0.9
_NAMED = 5


@dataclass(frozen=True)
class SurveyedTown:
    """Photos of a collection that lie together.

    Attributes:
        photos: at least one.
        center: where they are densest.
    """

    photos: tuple[Kept, ...]
    center: LatLon

    @property
    def is_enough(self) -> bool:
        """Whether it has photos enough to be trained on."""
        return len(self.photos) >= MIN_PHOTOS

    @property
    def title(self) -> str:
        """Its photos and its place: "60 photos around 48.810, 2.325 (France)"."""
        return ngettext(
            "{n:,} photo around {place}",
            "{n:,} photos around {place}",
            len(self.photos),
            place=place_text(self.center),
        )

    def title_from(self, other: SurveyedTown) -> str:
        """The same, and how far it is from another."""
        km = haversine_m(self.center, other.center) / 1000
        return _("{town}, {km:,.0f} km away", town=self.title, km=km)


@dataclass(frozen=True)
class Survey:
    """A collection as it would be trained on.

    Attributes:
        photos: those of one town.
        towns: all towns that there are photos of, the largest first.
        town: the number of the one that is trained on.
        chosen: whether that one was asked for, or is plainly the largest.
        splits: "train", "val" or "test" for each of `photos`; empty if they cannot be split.
        blocks: the piece of ground that each of `photos` lies on; pieces are held out as wholes.
        block_m: the edge of such a piece in metres.
        hindrance: why it cannot be trained on and what to do; None if it can.
        warnings: what to expect of it.
    """

    photos: tuple[Kept, ...]
    towns: tuple[SurveyedTown, ...] = ()
    town: int = 0
    chosen: bool = True
    splits: tuple[str, ...] = ()
    blocks: tuple[str, ...] = ()
    block_m: int = 0
    hindrance: str | None = None
    warnings: tuple[str, ...] = ()

    @property
    def far(self) -> tuple[Kept, ...]:
        """The photos of the other towns, which are left out."""
        others = (town for number, town in enumerate(self.towns) if number != self.town)
        return tuple(photo for town in others for photo in town.photos)

    @property
    def elsewhere(self) -> str:
        """The other towns in words, with their photos and how far away they are."""
        here = self.towns[self.town]
        others = [t.title_from(here) for n, t in enumerate(self.towns) if n != self.town]
        named = "; ".join(others[:_NAMED])
        more = len(others) - _NAMED
        return _("{names}; and {more:,} more places", names=named, more=more) if more > 0 else named

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


def survey(photos: Sequence[Kept], town: int | None = None) -> Survey:
    """Look a collection's photos through.

    Args:
        photos: all of them.
        town: the number of the town to train on, in the order of `Survey.towns`; the largest if
            None, unless another has about as many photos: then somebody has to choose.
    """
    all_towns = _towns(photos)
    if not all_towns:
        return Survey((), hindrance=_too_few(0))
    number = town or 0
    chosen = town is not None or not _is_open(all_towns)
    here = Survey(all_towns[number].photos, all_towns, number, chosen)
    if not chosen:
        return replace(here, hindrance=_several(all_towns))
    near = here.photos
    if len(near) < MIN_PHOTOS:
        is_one = len(all_towns) == 1 or len(photos) < MIN_PHOTOS
        return replace(here, hindrance=_too_few(len(photos)) if is_one else _scattered(all_towns))
    lats, lons = _positions(near)
    height, width = _sides_m(lats, lons)
    if max(height, width) < _MIN_SIDE_M:
        return replace(here, hindrance=_one_place(max(height, width)))
    split = _held_out(lats, lons)
    if split is None:
        return replace(here, hindrance=_few_places())
    block_m, blocks, splits = split
    return replace(
        here,
        splits=tuple(splits),
        blocks=tuple(blocks),
        block_m=block_m,
        warnings=_warnings(lats, lons, max(height, width)),
    )


def _towns(photos: Sequence[Kept]) -> tuple[SurveyedTown, ...]:
    return tuple(
        SurveyedTown(tuple(photos[row] for row in town.rows), town.center)
        for town in towns([p.lat for p in photos], [p.lon for p in photos])
    )


def _is_open(all_towns: Sequence[SurveyedTown]) -> bool:
    """Whether nothing but its owner can say which town is meant."""
    if len(all_towns) < 2 or not all_towns[1].is_enough:
        return False
    return len(all_towns[1].photos) >= _ALIKE * len(all_towns[0].photos)


def _positions(photos: Sequence[Kept]) -> tuple[np.ndarray, np.ndarray]:
    """Latitudes and longitudes (N,), the latter counted on across the antimeridian."""
    return np.array([p.lat for p in photos]), unrolled([p.lon for p in photos])


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


def _several(all_towns: Sequence[SurveyedTown]) -> str:
    listed = [all_towns[0].title, *(town.title_from(all_towns[0]) for town in all_towns[1:_NAMED])]
    return _(
        "These are photos of several towns, about as many of one as of another: {towns}. A model "
        "is of one town: choose which.",
        towns="; ".join(listed),
    )


def _scattered(all_towns: Sequence[SurveyedTown]) -> str:
    total = sum(len(town.photos) for town in all_towns)
    listed = [all_towns[0].title, *(town.title_from(all_towns[0]) for town in all_towns[1:_NAMED])]
    return _(
        "There are {count:,} photos with a position, but they are of {places:,} places too far "
        "apart to be one town: {towns}. At least {least} of one town are needed to train and to "
        "measure. Add photos of one of them.",
        count=total,
        places=len(all_towns),
        towns="; ".join(listed),
        least=MIN_PHOTOS,
    )


def _one_place(side_m: float) -> str:
    return _(
        "All photos of this town were taken within {side} m of each other, so there is nothing to "
        "find out: every pin would be right. Add photos of places at least {least} m apart.",
        side=math.ceil(side_m),
        least=_MIN_SIDE_M,
    )


def _few_places() -> str:
    return _(
        "Nearly all photos of this town were taken at a few places, so none can be held out to "
        "measure the model. Add photos of other places: at least {least}, spread over the city.",
        least=_MIN_BLOCKS,
    )
