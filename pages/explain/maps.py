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
from pages.shared.frame import halves, note

WIDEST = 720


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


def tinted(pixels: np.ndarray, shown: Shown, look: Look) -> np.ndarray:
    """The part of a photo that a model sees, under its map."""
    band = band_of(pixels, shown.cam.spec)
    if look.signed or shown.signed:
        return overlay(band, shown.cam, look.opacity, signed=True)
    return overlay(band, shown.cam, look.opacity, look.colours)


def draw(rows: Sequence[Row], pixels: np.ndarray, look: Look) -> list[Panel]:
    """All rows, those of a single map two by two; gives what was drawn, for a sheet to keep."""
    if any(len(row.maps) > 1 for row in rows):
        return [picture for row in rows for picture in _wide(row, pixels, look)]
    drawn: list[Panel] = []
    for start in range(0, len(rows), 2):
        columns = halves()
        for column, row in zip(columns, rows[start : start + 2], strict=False):
            with column:
                _heading(row)
                drawn += [_picture(shown, pixels, look) for shown in row.maps]
        if len(rows) - start == 1:
            with columns[1]:
                _bare(band_of(pixels))
    return drawn


def _wide(row: Row, pixels: np.ndarray, look: Look) -> list[Panel]:
    """A row whose maps stand side by side."""
    _heading(row)
    drawn = []
    for start in range(0, len(row.maps), 2):
        for column, shown in zip(halves(), row.maps[start : start + 2], strict=False):
            with column:
                drawn.append(_picture(shown, pixels, look))
    return drawn


def _heading(row: Row) -> None:
    if row.heading:
        st.header(row.heading, anchor=False)
    if row.remark:
        note(row.remark)


def _picture(shown: Shown, pixels: np.ndarray, look: Look) -> Panel:
    picture = tinted(pixels, shown, look)
    _image(picture, shown.caption, shown.alt)
    return Panel(picture, shown.caption)


def _bare(band: np.ndarray) -> None:
    """The photo without a map, in the place that an odd number leaves free."""
    st.header(_(text.BARE), anchor=False)
    note(_(text.BARE_REMARK))
    _image(band, None, _(text.BARE))


def _image(pixels: np.ndarray, caption: str | None, alt: str) -> None:
    st.image(pixels, caption=caption, alt=alt, width="stretch", output_format="JPEG")


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
