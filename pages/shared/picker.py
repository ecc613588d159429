"""Which of several photos is looked at, or all of them together as photos of one place."""

from __future__ import annotations

import cv2
import numpy as np
import streamlit as st

from pages.language import _
from pages.shared import session
from pages.shared.frame import plain
from pages.shared.once import once
from pages.shared.session import Chosen

_STRIP = (72, 48)
_SHEET = (270, 180)


def picker() -> None:
    """The photos in small, numbered, and the choice between them; nothing for a single one."""
    photos = session.photos()
    if len(photos) < 2:
        return
    if not session.together():
        with st.container(horizontal=True, gap="xsmall", key="strip"):
            for number, one in enumerate(photos, 1):
                st.image(
                    thumbnail(one, _STRIP),
                    caption=str(number),
                    alt=_("Photo {number}, {name}", number=number, name=one.title),
                    width=_STRIP[0],
                    output_format="JPEG",
                )
    options = [one.photo.sha256 for one in photos]
    numbers = {sha256: str(number) for number, sha256 in enumerate(options, 1)}
    # Another set of photos is another choice: what was chosen of the last would not be among them.
    key = f"shown {' '.join(sha256[:8] for sha256 in options)}"
    st.segmented_control(
        _("Photos"),
        [*options, session.TOGETHER],
        default=session.TOGETHER if session.together() else session.chosen().photo.sha256,
        format_func=lambda option: numbers.get(option) or _("Same place? Combine"),
        required=True,
        wrap=True,
        key=key,
        on_change=session.show,
        args=(key,),
    )


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
    return once(one.photo.sha256, ("thumbnail", size), lambda: fill(one.photo.pixels, size))


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
