"""Top-activating photos: of each country, those that excite a model most.

A card names them by numbers alone, their places in the album that `geoloc.photo.folder` reads: they
can be shown where that album is, and tell nothing where it is not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from geoloc.models.card import TopActivating
from geoloc.models.release import Release
from geoloc.photo.folder import Album, AlbumPhoto


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
) -> TopActivating:
    """What a card keeps: by country, numbers of photos with their probabilities."""
    numbered = {code: tuple((int(n), float(p)) for n, p in of) for code, of in countries.items()}
    return TopActivating(split=split, photo_folder=digest(album), countries=numbered)


def measured(checkpoint: Release) -> bool:
    """Whether a card knows its model's favourites."""
    return _part(checkpoint) is not None


def favourites(checkpoint: Release, album: Album, country: str) -> tuple[Favourite, ...] | None:
    """A country's favourites, the strongest first; None if the card means another album."""
    part = _part(checkpoint)
    if part is None or part.photo_folder != digest(album):
        return None
    return tuple(
        Favourite(album.photos[number], probability)
        for number, probability in part.countries.get(country, ())
        if number < len(album.photos)
    )


def _part(checkpoint: Release) -> TopActivating | None:
    part = checkpoint.card.top_activating
    return part if part and part.countries else None
