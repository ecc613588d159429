"""Photos of a country that may be shown: the folder's, else those that come with the app."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import streamlit as st

from geoloc.explain.top_activating import favourites
from geoloc.photo import PhotoError, read_photo
from geoloc.photo.folder import Album, AlbumPhoto
from pages.gallery import GalleryPhoto, entries
from pages.language import _
from pages.shared.picker import fill
from pages.shared.registry import Shelved
from pages.shared.thumbnails import thumbnail

_SIZE = (300, 200)


@dataclass(frozen=True)
class Pictured:
    """A photo that may be shown.

    Attributes:
        country: where it was taken.
        key: unlike every other's.
        credit: who took it, and under which licence; "" for the folder's.
        read: its JPEG.
    """

    country: str
    key: str
    credit: str
    read: Callable[[], bytes]

    @property
    def small(self) -> np.ndarray | None:
        """uint8 (H, W, 3), all of one size; None if it can't be read."""
        try:
            coded = np.frombuffer(self.read(), np.uint8)
        except (OSError, PhotoError):
            return None
        return fill(cv2.cvtColor(cv2.imdecode(coded, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB), _SIZE)


def of_gallery() -> list[Pictured]:
    """Those that come with the app."""
    return [
        Pictured(
            one.country,
            one.file,
            f"{_(one.author)}, {one.terms}",
            lambda one=one: _gallery(one.file, one),
        )
        for one in entries()
    ]


def of_album(album: Album) -> list[Pictured]:
    """Those of the server's folder, the ones that no model was fitted to first."""
    ordered = sorted(album.photos, key=lambda photo: not photo.unseen)
    return [_of_album(photo) for photo in ordered]


def typical(country: str, models: Sequence[Shelved], album: Album | None) -> list[Pictured]:
    """A country's photos, those that excite a model most first where that is known."""
    if album is None:
        return [one for one in of_gallery() if one.country == country]
    for model in models:
        best = favourites(model.checkpoint, album, country)
        if best:
            return [_of_album(favourite.photo) for favourite in best]
    return [one for one in of_album(album) if one.country == country]


def shown(photo: Pictured, caption: str | None = None) -> None:
    """The photo in small."""
    pixels = photo.small
    if pixels is not None:
        alt = _("Street photo")
        st.image(pixels, alt=alt, caption=caption, width="stretch", output_format="JPEG")


def _of_album(photo: AlbumPhoto) -> Pictured:
    return Pictured(photo.country, photo.file, "", lambda: thumbnail(photo))


@st.cache_data(show_spinner=False)
def _gallery(file: str, _photo: GalleryPhoto) -> bytes:
    pixels = fill(read_photo(_photo.read()).pixels, _SIZE)
    return cv2.imencode(".jpg", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))[1].tobytes()
