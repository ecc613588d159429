"""The session's photos in small: which is looked at, or all together as photos of one place."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence

import cv2
import numpy as np
import streamlit as st

from geoloc.countries import flag_image
from pages.language import _
from pages.shared import once, session
from pages.shared.data_url import data_url
from pages.shared.frame import plain
from pages.shared.session import Chosen

_STRIP = (132, 88)
_SHEET = (270, 180)
_SAID = ("strip",)

Says = Callable[[Chosen], tuple[str, str]]
"""Gives the code of a country and its share in words, for a photo."""


class Strip:
    """A film strip: a tile a photo, the whole of it a button, and one for all of them together.

    What was said of each photo is written below it as soon as it is known.
    """

    def __init__(self, photos: Sequence[Chosen]) -> None:
        self._tiles = [(one, _tile(number, one)) for number, one in enumerate(photos, 1)]

    def write(self, says: Says) -> None:
        """Write below each photo what is said of it."""
        for one, place in self._tiles:
            said = says(one)
            if said != once.recall(one.photo.sha256, _SAID):
                once.replace(one.photo.sha256, _SAID, said)
                _picture(place, one)


def picker() -> Strip:
    """The photos of the session and the choice between them; nothing for a single one."""
    photos = session.photos()
    if len(photos) < 2:
        return Strip(())
    with st.container(horizontal=True, gap="xsmall", key="strip"):
        strip = Strip(photos)
        shown = " shown" if session.together() else ""
        with st.container(key=f"film all{shown}", width=_STRIP[0], gap=None):
            st.html('<p class="film all" aria-hidden="true">+</p>')
            st.button(
                _("Same place? Combine"),
                key="together",
                on_click=session.show,
                args=(session.TOGETHER,),
                width="stretch",
            )
    return strip


def _tile(number: int, one: Chosen) -> st.delta_generator.DeltaGenerator:
    shown = not session.together() and session.chosen() is one
    with st.container(key=f"film {number}{' shown' if shown else ''}", width=_STRIP[0], gap=None):
        place = st.empty()
        _picture(place, one)
        # It lies over the picture (page.css), and only screen readers read its name.
        st.button(
            _("Photo {number}, {name}", number=number, name=plain(one.title)),
            key=f"pick {one.photo.sha256}",
            on_click=session.show,
            args=(one.photo.sha256,),
            width="stretch",
        )
    return place


def _picture(place: st.delta_generator.DeltaGenerator, one: Chosen) -> None:
    said = once.recall(one.photo.sha256, _SAID)
    below = "&nbsp;"
    if said:
        code, share = said
        below = f'<img src="{flag_image(code)}" alt="{html.escape(code)}"> {html.escape(share)}'
    source = once.once(
        one.photo.sha256, ("film",), lambda: data_url(fill(one.photo.pixels, _STRIP))
    )
    place.html(f'<p class="film"><img src="{source}" alt=""><span>{below}</span></p>')


def sheet(photos: tuple[Chosen, ...]) -> None:
    """All photos of a place, each with the button that forgets it."""
    grid = st.grid(3, min_column_width=110, gap=(12, 12), key="sheet")
    for number, one in enumerate(photos, 1):
        with grid.cell(), st.container(gap="xxsmall"):
            st.image(
                thumbnail(one, _SHEET),
                alt=_("Photo {number}, {name}", number=number, name=one.title),
                width="stretch",
                output_format="JPEG",
            )
            st.button(
                _("Remove {photo}", photo=number),
                key=f"remove {one.photo.sha256}",
                help=_("Remove {photo}", photo=plain(one.title)),
                on_click=session.forget,
                args=(one.photo.sha256,),
                icon=":material/delete:",
                type="tertiary",
            )


def thumbnail(one: Chosen, size: tuple[int, int]) -> np.ndarray:
    """The middle of a photo, uint8 (H, W, 3), for a size (W, H)."""
    return once.once(one.photo.sha256, ("thumbnail", size), lambda: fill(one.photo.pixels, size))


def fill(pixels: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """The middle of a picture, uint8 (H, W, 3), scaled to fill a size (W, H)."""
    height, width = pixels.shape[:2]
    wide, high = size
    scale = max(wide / width, high / height)
    kept_w, kept_h = round(wide / scale), round(high / scale)
    left, top = (width - kept_w) // 2, (height - kept_h) // 2
    return cv2.resize(
        pixels[top : top + kept_h, left : left + kept_w],
        size,
        interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC,
    )
