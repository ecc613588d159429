"""The maps themselves: rows of the photo's band, each tinted by one map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import streamlit as st

from geoloc.draw.overlay import legend, overlay
from geoloc.draw.poster import Panel, poster
from geoloc.explain import Cam
from geoloc.photo.inputs import BAND, InputSpec
from pages.explain import text
from pages.explain.controls import Look
from pages.language import _
from pages.shared.blend import OPACITY, blended
from pages.shared.frame import note

WIDEST = 640
_ACROSS = 4


@dataclass(frozen=True)
class Shown:
    """A map to draw.

    Attributes:
        cam: the map.
        caption: below it.
        alt: what it shows, for those who don't see it.
        signed: whether only signed colours make sense.
    """

    cam: Cam
    caption: str
    alt: str
    signed: bool = False


@dataclass(frozen=True)
class Row:
    """Maps of one question, side by side.

    Attributes:
        heading: the question; none for a row that goes on with the one above.
        remark: small print below the heading.
        maps: any number.
    """

    heading: str
    remark: str
    maps: tuple[Shown, ...]


def band_of(pixels: np.ndarray, spec: InputSpec = BAND) -> np.ndarray:
    """The part of a photo that a model sees, no larger than it is shown."""
    band = spec.part(pixels)
    height, width = band.shape[:2]
    if width <= WIDEST:
        return band
    size = (WIDEST, round(height * WIDEST / width))
    return cv2.resize(band, size, interpolation=cv2.INTER_AREA)


def tinted(pixels: np.ndarray, shown: Shown, look: Look, opacity: float = OPACITY) -> np.ndarray:
    """The part of a photo that a model sees, under its map."""
    band = band_of(pixels, shown.cam.spec)
    if look.signed or shown.signed:
        return overlay(band, shown.cam, opacity, signed=True)
    return overlay(band, shown.cam, opacity, look.colours)


def draw(rows: Sequence[Row], pixels: np.ndarray, look: Look) -> list[Panel]:
    """The photo itself beside the maps of each row; gives what was drawn, for a sheet to keep."""
    return [picture for row in rows for picture in _row(row, pixels, look)]


def _row(row: Row, pixels: np.ndarray, look: Look) -> list[Panel]:
    if row.heading:
        st.header(row.heading, anchor=False)
    if row.remark:
        note(row.remark)
    if not row.maps:
        return []
    drawn = []
    for start in range(0, len(row.maps), _ACROSS - 1):
        maps = row.maps[start : start + _ACROSS - 1]
        columns = st.columns(max(2, len(maps)) + 1, gap="small")
        with columns[0]:
            band = band_of(pixels, maps[0].cam.spec)
            st.html(blended(band, band, _(text.BARE), _(text.BARE)))
        for column, shown in zip(columns[1:], maps, strict=False):
            with column:
                drawn.append(_picture(shown, pixels, look))
    return drawn


def _picture(shown: Shown, pixels: np.ndarray, look: Look) -> Panel:
    below, above = (tinted(pixels, shown, look, opacity) for opacity in (0.0, 1.0))
    st.html(blended(below, above, shown.caption, shown.alt))
    return Panel(tinted(pixels, shown, look), shown.caption)


def download(
    pictures: list[Panel], look: Look, ends: tuple[str, str], line: str, name: str
) -> None:
    """A button for all maps on one sheet."""
    bar = legend(signed=True) if look.signed else legend(look.colours)
    st.download_button(
        _(text.DOWNLOAD),
        # Drawn on the click only.
        lambda: poster(pictures, bar, ends, [line]),
        file_name=name,
        mime="image/png",
        icon=":material/download:",
        on_click="ignore",
    )
