"""A set of photos to try training on: those of one town in the server's folder, if it has any."""

from __future__ import annotations

from collections import defaultdict

from geoloc.geo import LatLon
from geoloc.photo.folder import AlbumError, AlbumPhoto
from pages.shared.photo_folder import own_album

_LEAST, _MOST = 60, 300
_SQUARES_A_DEGREE = 4


def sample() -> list[AlbumPhoto]:
    """Photos of the town that the folder has most of; none where no town has enough."""
    try:
        album = own_album()
    except AlbumError:
        return []
    towns: dict[tuple[int, int], list[AlbumPhoto]] = defaultdict(list)
    for photo in album.photos if album else ():
        if photo.position:
            towns[_square(photo.position)].append(photo)
    largest = max(towns.values(), key=len, default=[])
    return largest[:_MOST] if len(largest) >= _LEAST else []


def _square(place: LatLon) -> tuple[int, int]:
    return int(place.lat * _SQUARES_A_DEGREE), int(place.lon * _SQUARES_A_DEGREE)
