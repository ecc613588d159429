"""Photos with positions in their EXIF data, made up, and ZIPs of them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable

import numpy as np
from PIL import Image

from geoloc.geo import Box, LatLon

TOWN = Box(south=48.80, west=2.30, north=48.82, east=2.35)


def exif(place: LatLon) -> Image.Exif:
    """EXIF data with a position."""
    tags = Image.Exif()
    tags[0x8825] = {
        1: "N" if place.lat >= 0 else "S",
        2: (abs(place.lat), 0.0, 0.0),
        3: "E" if place.lon >= 0 else "W",
        4: (abs(place.lon), 0.0, 0.0),
    }
    return tags


def jpeg(place: LatLon | None, seed: int = 0, side: int = 64) -> bytes:
    """A photo in whose colour its place in `TOWN` can be read: red for east, green for north."""
    rng = np.random.default_rng(seed)
    x, y = TOWN.normalise(place) if place else (0.5, 0.5)
    pixels = np.array([255 * x, 255 * y, 60]) + rng.normal(0, 12, (side * 3 // 4, side, 3))
    image = Image.fromarray(pixels.clip(0, 255).astype(np.uint8))
    stream = io.BytesIO()
    image.save(stream, "JPEG", **({"exif": exif(place)} if place else {}))
    return stream.getvalue()


def photos(count: int, seed: int = 0) -> list[tuple[str, bytes]]:
    """So many photos all over `TOWN`, with their names."""
    rng = np.random.default_rng(seed)
    places = [TOWN.denormalise(x, y) for x, y in rng.random((count, 2))]
    return [(f"IMG_{n}.jpg", jpeg(place, seed=n)) for n, place in enumerate(places)]


def photos_of(town: Box, count: int, seed: int) -> list[tuple[str, bytes]]:
    """So many photos all over another town, named after their seed."""
    rng = np.random.default_rng(seed)
    places = [town.denormalise(x, y) for x, y in rng.random((count, 2))]
    return [(f"{seed}_{n}.jpg", jpeg(p, 1000 * seed + n)) for n, p in enumerate(places)]


def zipped(files: Iterable[tuple[str, bytes]], method: int = zipfile.ZIP_STORED) -> bytes:
    """A ZIP of these files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return stream.getvalue()
