"""Photos of the server's folder made small, in memory alone."""

from __future__ import annotations

import cv2
import streamlit as st

from geoloc.photo import read_photo
from geoloc.photo.folder import AlbumPhoto

LONGEST = 320
_KEPT = 500
_QUALITY = 85


def thumbnail(photo: AlbumPhoto) -> bytes:
    """A JPEG of a photo as it is now, its longer side at most `LONGEST` pixels.

    Raises:
        PhotoError: if it can't be read.
        OSError: if its file is gone.
    """
    return _small(str(photo.path), photo.path.stat().st_mtime_ns)


@st.cache_data(max_entries=_KEPT, show_spinner=False)
def _small(path: str, changed: int) -> bytes:
    pixels = read_photo(path).pixels
    scale = LONGEST / max(pixels.shape[:2])
    if scale < 1.0:
        pixels = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    bgr = cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR)
    return cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1].tobytes()
