"""Top-activating photos: of each country, those that excite a model most.

A card names them by numbers alone, their places in the album that `geoloc.photo.folder` reads: they
can be shown where that album is, and tell nothing where it is not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from geoloc.models.release import Checkpoint
from geoloc.photo.folder import Album, AlbumPhoto

PART = "looks_for"
"""Where a card keeps it."""


@dataclass(frozen=True)
class Favourite:
    """A photo that excites a model.

    Attributes:
        photo: of the album.
        probability: what the model gives the country it is a favourite of, in [0, 1].
    """

    photo: AlbumPhoto
    probability: float


def digest(album: Album) -> str:
    """SHA-256 of which file has which number, in hex."""
    return hashlib.sha256("\n".join(photo.file for photo in album.photos).encode()).hexdigest()


def as_card(
    album: Album, countries: Mapping[str, Iterable[tuple[int, float]]], split: str
) -> dict[str, Any]:
    """What a card keeps: by country, numbers of photos with their probabilities."""
    by_country = {
        code: [[int(n), float(p)] for n, p in photos] for code, photos in countries.items()
    }
    return {"split": split, "album": digest(album), "countries": by_country}


def measured(checkpoint: Checkpoint) -> bool:
    """Whether a card knows its model's favourites."""
    return bool(checkpoint.card.get(PART, {}).get("countries"))


def favourites(checkpoint: Checkpoint, album: Album, country: str) -> tuple[Favourite, ...] | None:
    """A country's favourites, the strongest first; None if the card means another album."""
    part = checkpoint.card.get(PART)
    if not part or part["album"] != digest(album):
        return None
    return tuple(
        Favourite(album.photos[number], probability)
        for number, probability in part["countries"].get(country, ())
    )
