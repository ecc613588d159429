"""Where a visitor chooses photos: uploads, or photos that come with the app."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import streamlit as st

from geoloc.photo import (
    MAX_AVIF_PIXELS,
    MAX_BYTES,
    MAX_PIXELS,
    MAX_STREAMED_PIXELS,
    MAX_WEBP_PIXELS,
    read_photo,
)
from pages.gallery import GalleryPhoto, entries
from pages.language import _, ngettext
from pages.shared import session
from pages.shared.frame import note, plain
from pages.shared.picker import fill
from pages.shared.registry import Shelf, missing

_THUMBNAIL = (360, 240)
_PASTE = Path(__file__).with_name("paste.js")


def welcome(shelf: Shelf) -> None:
    """What a visitor without a photo sees."""
    if not shelf.countries:
        missing("country")
    chooser()


def chooser() -> None:
    """The uploader and the gallery."""
    if session.photos():
        st.toggle(_("Add to the photos that are here"), key=session.ADDING)
    key = session.uploader_key()
    st.file_uploader(
        _("Your photos"),
        accept_multiple_files=True,
        key=key,
        on_change=session.take_upload,
        args=(key,),
        max_upload_size=MAX_BYTES // 1_000_000,
    )
    # The browser asks for the camera as soon as its picture is on the page.
    if st.toggle(_("Use the camera"), key=f"with camera {key}"):
        st.camera_input(
            _("Take a photo"),
            key=f"camera {key}",
            on_change=session.take_upload,
            args=(f"camera {key}",),
        )
    st.caption(
        _(
            "Drop them, choose them or paste them from the clipboard: "
            "JPEG, PNG, WebP, HEIC or AVIF of up to {megabytes} MB and {megapixels} megapixels "
            "(WebP: {webp}, AVIF: {avif}, most JPEGs: {jpeg}), at most {photos} at once; "
            "several of one place can be asked about together. Photos stay in the memory of "
            "the computer that runs this app, for as long as this page is open; nothing is written "
            "to disk.",
            megabytes=MAX_BYTES // 1_000_000,
            megapixels=MAX_PIXELS // 1_000_000,
            avif=MAX_AVIF_PIXELS // 1_000_000,
            webp=MAX_WEBP_PIXELS // 1_000_000,
            jpeg=MAX_STREAMED_PIXELS // 1_000_000,
            photos=session.MOST_PHOTOS,
        )
    )
    st.markdown(_("**Or try one of these**"))
    st.caption(
        _(
            "Landmarks in the public domain or under CC0, not street scenes: they show how the app "
            "works, and say nothing about how often it is right."
        )
    )
    grid = st.grid(6, min_column_width=140, gap=(24, 16), key="gallery")
    for example in entries():
        with grid.cell(), st.container(gap="xsmall"):
            _example(example)
    st.html(f"<script>{_PASTE.read_text()}</script>", unsafe_allow_javascript=True)


def complaint() -> None:
    """What was wrong with the last files, if anything was."""
    said = session.complaints()
    if not said:
        return
    told = [
        _("**{file}**: {complaint}", file=plain(one.name), complaint=one.sentence) for one in said
    ]
    text = told[0] if len(told) == 1 else "\n".join(f"- {line}" for line in told)
    st.error(f"{text}{_remains(several=len(told) > 1)}", icon=":material/error:")


def _remains(several: bool) -> str:
    titles = [plain(one.title) for one in session.asked()]
    if not titles:
        return ""
    below = ngettext(
        "Below is the answer for {photo}.",
        "Below is the answer for {n} photos.",
        len(titles),
        photo=titles[0],
    )
    return ("\n\n" if several else " ") + below


def _example(example: GalleryPhoto) -> None:
    title, place = _(example.title), _(example.place)
    st.image(_thumbnail(example.file, example), alt=f"{title}, {place}")
    st.button(
        title,
        key=f"example {example.file}",
        help=_("Ask where {title}, {place}, is", title=title, place=place),
        on_click=session.take_example,
        args=(example,),
        width="stretch",
        wrap=True,
    )
    note(f"[{plain(_(example.author))}]({example.source}), {example.terms}")


@st.cache_data(show_spinner=False)
def _thumbnail(file: str, _example: GalleryPhoto) -> np.ndarray:
    return fill(read_photo(_example.read()).pixels, _THUMBNAIL)
