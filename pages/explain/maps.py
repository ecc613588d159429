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
from pages.shared.blend import Panel as Blended
from pages.shared.blend import blend
from pages.shared.frame import note

WIDEST = 640

OPACITY = 0.55
"""Of maps until the visitor moves the slider, and in what is downloaded."""


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
    return [
        picture
        for number, row in enumerate(rows)
        for picture in _row(row, pixels, look, first=not number)
    ]


def _row(row: Row, pixels: np.ndarray, look: Look, first: bool) -> list[Panel]:
    """One row; the slider above the first is for all."""
    if row.heading:
        st.header(row.heading, anchor=False)
    if row.remark:
        note(row.remark)
    if not row.maps:
        return []
    band = band_of(pixels, row.maps[0].cam.spec)
    blend(
        [
            Blended(band, band, _(text.BARE), caption=_(text.BARE) if first else ""),
            *(_blended(shown, pixels, look) for shown in row.maps),
        ],
        _("Opacity") if first else "",
        round(100 * OPACITY),
        f"maps {row.heading} {look.colours} {[shown.caption for shown in row.maps]}",
        everywhere=first,
    )
    return [Panel(tinted(pixels, shown, look), shown.caption) for shown in row.maps]


def _blended(shown: Shown, pixels: np.ndarray, look: Look) -> Blended:
    bare, full = (tinted(pixels, shown, look, opacity) for opacity in (0.0, 1.0))
    return Blended(bare, full, shown.alt, caption=shown.caption)


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
