"""A folder of photos on the server that its owner lets visitors of the app see.

The environment variable GEOLOC_PHOTOS names the folder, or a CSV in it, with a photo a line as
`geoloc.photo_list` reads it: `path` (relative to the CSV), `split`, and `country` or `lat` and
`lon`; `heading` if it is known.
Nothing is copied: photos are read where they lie, when they are shown.
"""

from __future__ import annotations

import math
import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from geoloc import photo_list
from geoloc.geo import LatLon
from geoloc.photo_list import ListedPhoto, PhotoListError
from geoloc.settings import PHOTO_FOLDER
from geoloc.text import N_


class AlbumError(PhotoListError):
    """A folder of photos that cannot be used, and what to do about it."""


@dataclass(frozen=True)
class AlbumPhoto:
    """One photo of the folder.

    Attributes:
        file: its path relative to the folder.
        country: ISO 3166-1 alpha-2.
        position: where it was taken, None if only the country is known.
        heading: degrees clockwise from north that it looks, in [0, 360), None if not known.
        split: "train", "val", "test", or "" if the table doesn't say.
        path: where it lies.
    """

    file: str
    country: str
    position: LatLon | None
    heading: float | None
    split: str
    path: Path

    @property
    def unseen(self) -> bool:
        """Whether the table says that no model was fitted to it."""
        return self.split in ("val", "test")

    def read(self) -> bytes:
        """The bytes of the file."""
        return self.path.read_bytes()


@dataclass(frozen=True)
class Album:
    """The photos of a folder.

    Attributes:
        photos: in the order of the table.
        left_out: how many lines could not be used, by reason, a message in English.
    """

    photos: tuple[AlbumPhoto, ...]
    left_out: Mapping[str, int]


def configured() -> Path | None:
    """The folder or CSV that `PHOTO_FOLDER` names; None if there is none."""
    named = os.environ.get(PHOTO_FOLDER)
    return Path(named) if named else None


def read_album(path: Path) -> Album:
    """The photos that a folder's table lists.

    Args:
        path: the CSV, or a folder with exactly one that lists photos.

    Raises:
        AlbumError: if there is no such table, or it lacks a column.
    """
    try:
        listed = photo_list.read(path)
    except PhotoListError as error:
        raise AlbumError(error.code, error.notice.template, **error.parameters) from error
    folder = listed.table.parent.resolve()
    photos: list[AlbumPhoto] = []
    left_out = Counter({reason: len(names) for reason, names in listed.left_out.items()})
    for photo in listed.photos:
        place = (folder / photo.file).resolve()
        # The table may come from a stranger: it must not show other files of this machine.
        if not place.is_relative_to(folder):
            left_out[N_("the path leaves the folder")] += 1
        elif photo.country is None:
            left_out[N_("the country is not known")] += 1
        else:
            photos.append(_photo(photo, photo.country, place))
    return Album(tuple(photos), dict(left_out))


def table_of(path: Path) -> Path:
    """The CSV: the path itself, or the only one in a folder that lists photos.

    Raises:
        AlbumError: if there is none, or several.
    """
    try:
        return photo_list.find(path)
    except PhotoListError as error:
        raise AlbumError(error.code, error.notice.template, **error.parameters) from error


def _photo(photo: ListedPhoto, country: str, path: Path) -> AlbumPhoto:
    return AlbumPhoto(
        file=photo.file,
        country=country,
        position=None if math.isnan(photo.lat) else LatLon(photo.lat, photo.lon),
        heading=None if math.isnan(photo.heading) else photo.heading % 360.0,
        split=photo.split,
        path=path,
    )
