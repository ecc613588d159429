"""Where a visitor chooses photos: uploads, or photos that come with the app."""

from __future__ import annotations

import numpy as np
import streamlit as st

from geoloc.gallery import GalleryPhoto, entries
from geoloc.photo import MAX_BYTES, MAX_PIXELS, read_photo
from geoloc.ui import state
from geoloc.ui.frame import note, plain
from geoloc.ui.picker import fill
from geoloc.ui.shelf import Shelf, missing

_THUMBNAIL = (360, 240)


def welcome(shelf: Shelf) -> None:
    """What a visitor without a photo sees."""
    if not shelf.countries:
        missing("country")
    chooser()


def chooser() -> None:
    """The uploader and the gallery."""
    if state.photos():
        st.toggle("Add to the photos that are here", key=state.ADDING)
    key = state.uploader_key()
    st.file_uploader(
        "Your photos",
        accept_multiple_files=True,
        key=key,
        on_change=state.take_upload,
        args=(key,),
        max_upload_size=MAX_BYTES // 1_000_000,
    )
    st.caption(
        f"JPEG, PNG, WebP, HEIC or AVIF of up to {MAX_BYTES // 1_000_000} MB and "
        f"{MAX_PIXELS // 1_000_000} megapixels, at most {state.MOST_PHOTOS} at once; several of "
        "one place can be asked about together. Photos stay in the memory of the computer that "
        "runs this app, for as long as this page is open; nothing is written to disk."
    )
    st.markdown("**Or try one of these**")
    st.caption(
        "Landmarks in the public domain or under CC0, not street scenes: they show how the app "
        "works, and say nothing about how often it is right."
    )
    grid = st.grid(6, min_column_width=140, gap=(24, 16), key="gallery")
    for example in entries():
        with grid.cell(), st.container(gap="xsmall"):
            _example(example)


def complaint() -> None:
    """What was wrong with the last files, if anything was."""
    said = state.complaints()
    if not said:
        return
    told = [f"**{plain(one.name)}**: {one.sentence}" for one in said]
    text = told[0] if len(told) == 1 else "\n".join(f"- {line}" for line in told)
    st.error(f"{text}{_remains(several=len(told) > 1)}", icon=":material/error:")


def _remains(several: bool) -> str:
    names = [plain(one.name) for one in state.asked()]
    if not names:
        return ""
    gap = "\n\n" if several else " "
    whose = names[0] if len(names) == 1 else f"{len(names)} photos"
    return f"{gap}Below is the answer for {whose}."


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
def _thumbnail(file: str, _example: GalleryPhoto) -> np.ndarray:
    return fill(read_photo(_example.read()).pixels, _THUMBNAIL)
