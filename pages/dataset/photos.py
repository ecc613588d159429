"""The photos themselves, where whoever runs the app lets visitors see a folder of them."""

from __future__ import annotations

import streamlit as st

from geoloc.countries import name
from geoloc.photo.folder import Album, AlbumError
from geoloc.settings import PHOTO_FOLDER
from pages.dataset import text
from pages.dataset.browse import browse
from pages.dataset.mistakes import model_mistakes
from pages.dataset.pictured import of_gallery, shown
from pages.language import _, said
from pages.shared.frame import guard, note, plain
from pages.shared.photo_folder import left_out, own_album
from pages.shared.registry import Shelved

_ACROSS = 9


def folder() -> Album | None:
    """The folder's photos; None after a sentence on why there are none that should be."""
    try:
        album = own_album()
    except AlbumError as error:
        reason = plain(said(error))
        st.warning(_(text.ALBUM_BROKEN, reason=reason), icon=":material/warning:")
        return None
    if album is not None and not album.photos:
        st.warning(_(text.ALBUM_EMPTY), icon=":material/warning:")
        return None
    return album


def photos(models: tuple[Shelved, ...], album: Album | None) -> None:
    """The folder's photos and what a model takes them for; without one, those of the app."""
    why = _(text.NO_ALBUM, variable=PHOTO_FOLDER) if album is None else None
    st.header(_(text.BROWSE), anchor="browse", help=why)
    if album is None:
        _gallery()
        return
    with guard(_("The folder of photos")):
        countries = len({photo.country for photo in album.photos})
        note(_(text.FOLDER, photos=len(album.photos), countries=countries))
        if album.left_out:
            count = sum(album.left_out.values())
            note(_(text.ALBUM_LEFT_OUT, count=count, reasons=left_out(album)))
        browse(album.photos)
        if models:
            with st.expander(_(text.MISTAKES), icon=":material/troubleshoot:"):
                model_mistakes(album.photos, models)


def _gallery() -> None:
    """The photos that come with the app, a country below each."""
    with st.container(key="album"):
        grid = st.grid(_ACROSS, min_column_width=100, gap=(12, 12))
        for photo in of_gallery():
            with grid.cell():
                shown(photo, name(photo.country))
    note(_(text.PHOTO_CREDITS))
