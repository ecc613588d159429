"""Photos to try: of the gallery, and of the server's folder where there is one."""

from __future__ import annotations

import os
import random
from contextlib import suppress
from pathlib import PurePath
from typing import TYPE_CHECKING

import streamlit as st

from geoloc.photo import PhotoError
from geoloc.settings import PHOTO_FOLDER
from pages.gallery import GalleryPhoto, entries
from pages.language import _
from pages.shared import session
from pages.shared.frame import note

if TYPE_CHECKING:  # what reads the folder's table is imported where there is one
    from geoloc.photo.folder import AlbumPhoto

EXAMPLES = "examples"
"""What this visitor is offered, in the session: files of the gallery, and of the folder."""

_OFFERED = 8
_TILE = 144


def examples() -> None:
    """Tiles of a few photos, and a button for any."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(_("**Or try one of these**"), width="content")
        st.button(
            _("Surprise me"),
            key="surprise",
            icon=":material/casino:",
            type="tertiary",
            on_click=_surprise,
        )
    grid = st.grid(8, min_column_width=120, gap=(12, 12), key="gallery")
    for number, one in enumerate(_drawn(), 1):
        with (
            grid.cell(),
            st.container(gap=None, key=f"tile {number}", height=_TILE, border=False),
        ):
            _of_gallery(one) if isinstance(one, GalleryPhoto) else _of_folder(one, number)
    note(_("Landmarks: harder than streets. [Credits](about#credits)"))


def _drawn() -> list[GalleryPhoto | AlbumPhoto]:
    """The examples of this visitor: drawn at random once, not picked for being right."""
    gallery = {one.file: one for one in entries()}
    folder = {one.file: one for one in _folder()}
    if EXAMPLES not in st.session_state:
        own = random.sample(list(folder), min(_OFFERED // 2, len(folder)))
        given = random.sample(list(gallery), min(_OFFERED - len(own), len(gallery)))
        st.session_state[EXAMPLES] = [*own, *given]
    every = gallery | folder
    return [every[file] for file in st.session_state[EXAMPLES] if file in every]


def _folder() -> list[AlbumPhoto]:
    """The folder's photos that no model was fitted to, or all if its table tells of none."""
    if not os.environ.get(PHOTO_FOLDER):
        return []
    from geoloc.photo.folder import AlbumError
    from pages.shared.photo_folder import own_album

    try:
        album = own_album()
    except AlbumError:
        # The page of the data says what is wrong with it.
        return []
    photos = album.photos if album else ()
    return [one for one in photos if one.unseen] or list(photos)


def _surprise() -> None:
    """Callback: any example but those that are here."""
    here = [one.example for one in session.photos()]
    others = [one for one in entries() if one not in here] or entries()
    session.take_example(random.choice(others))


def _of_gallery(example: GalleryPhoto) -> None:
    title, place = _(example.title), _(example.place)
    # The button's name stands below the picture, and its area is the whole tile (page.css).
    st.image(example.read(), alt="", width="stretch")
    st.button(
        title,
        key=f"example {example.file}",
        help=_("Ask where {title}, {place}, is", title=title, place=place),
        on_click=session.take_example,
        args=(example,),
        width="stretch",
        wrap=True,
    )


def _of_folder(photo: AlbumPhoto, number: int) -> None:
    # Not needed where there is no folder, and it takes a while to import.
    from pages.shared.thumbnails import thumbnail

    # What can't be read says why where its tile is clicked.
    with suppress(OSError, PhotoError):
        st.image(thumbnail(photo), alt="", width="stretch")
    st.button(
        _("Street photo {number}", number=number),
        key=f"example {photo.file}",
        help=PurePath(photo.file).name,
        on_click=session.take_listed,
        args=(photo,),
        width="stretch",
        wrap=True,
    )
