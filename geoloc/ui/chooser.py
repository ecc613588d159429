"""Where a visitor chooses a photo: an upload, or one of the photos that come with the app."""

from __future__ import annotations

import cv2
import streamlit as st

from geoloc.gallery import GalleryPhoto, entries
from geoloc.photo import MAX_BYTES, MAX_PIXELS, read_photo
from geoloc.ui import state
from geoloc.ui.frame import note, plain
from geoloc.ui.shelf import Shelf, missing

_THUMBNAIL = (360, 240)


def welcome(shelf: Shelf) -> None:
    """What a visitor without a photo sees."""
    if not shelf.countries:
        missing("country")
    chooser()


def chooser() -> None:
    """The uploader and the gallery."""
    st.file_uploader(
        "Your photo",
        key=state.uploader_key(),
        on_change=state.take_upload,
        max_upload_size=MAX_BYTES // 1_000_000,
    )
    st.caption(
        f"JPEG, PNG, WebP, HEIC or AVIF of up to {MAX_PIXELS // 1_000_000} megapixels. The photo "
        "stays in the memory of the computer that runs this app, for as long as this page is "
        "open; nothing is written to disk."
    )
    st.subheader("Or try one of these", anchor=False)
    st.caption(
        "Landmarks in the public domain or under CC0, not street scenes: they show how the app "
        "works, and say nothing about how often it is right."
    )
    grid = st.grid(6, min_column_width=140, gap=(24, 16), key="gallery")
    for example in entries():
        with grid.cell(), st.container(gap="xsmall"):
            _example(example)


def complaint() -> None:
    """What was wrong with the last file, if anything was."""
    said = state.complaint()
    if said is None:
        return
    still = state.chosen()
    stays = f" Below is still the answer for {plain(still.name)}." if still else ""
    st.error(f"**{plain(said.name)}**: {said.sentence}{stays}", icon=":material/error:")


def _example(example: GalleryPhoto) -> None:
    st.image(_thumbnail(example.file, example), alt=f"{example.title}, {example.place}")
    st.button(
        example.title,
        key=f"example {example.file}",
        help=f"Ask where {example.title}, {example.place}, is",
        on_click=state.take_example,
        args=(example,),
        width="stretch",
        wrap=True,
    )
    licence = example.credit.rsplit(", ", 1)[-1]
    note(f"[{plain(example.author)}]({example.source}), {licence}")


@st.cache_data(show_spinner=False)
def _thumbnail(file: str, _example: GalleryPhoto):
    pixels = read_photo(_example.read()).pixels
    height, width = pixels.shape[:2]
    wide, high = _THUMBNAIL
    scale = max(wide / width, high / height)
    kept_w, kept_h = round(wide / scale), round(high / scale)
    left, top = (width - kept_w) // 2, (height - kept_h) // 2
    return cv2.resize(
        pixels[top : top + kept_h, left : left + kept_w],
        _THUMBNAIL,
        interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC,
    )
