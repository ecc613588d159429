"""The photos themselves, where whoever runs the app lets visitors see a folder of them."""

from __future__ import annotations

import streamlit as st

from geoloc.photo.folder import VARIABLE, Album, AlbumError
from pages.dataset import text
from pages.dataset.browse import browse
from pages.dataset.mistakes import model_mistakes
from pages.language import _, said
from pages.shared.frame import guard, note, plain
from pages.shared.photo_folder import left_out, own_album
from pages.shared.registry import Shelved


def photos(models: tuple[Shelved, ...]) -> None:
    """Photos to browse and what a model takes them for; without a folder, how to get this."""
    with guard(_("The folder of photos")):
        album = _album()
        if album is None:
            return
        countries = len({photo.country for photo in album.photos})
        st.write(_(text.FOLDER, photos=len(album.photos), countries=countries))
        if album.left_out:
            count = sum(album.left_out.values())
            note(_(text.ALBUM_LEFT_OUT, count=count, reasons=left_out(album)))
        browse(album.photos)
        if models:
            st.subheader(_(text.MISTAKES), anchor="mistakes")
            model_mistakes(album.photos, models)


def _album() -> Album | None:
    """The folder's photos; None after a sentence on why there are none."""
    try:
        album = own_album()
    except AlbumError as error:
        reason = plain(said(error))
        st.warning(_(text.ALBUM_BROKEN, reason=reason), icon=":material/warning:")
        return None
    if album is None:
        note(_(text.NO_ALBUM, variable=VARIABLE))
        return None
    if not album.photos:
        st.warning(_(text.ALBUM_EMPTY), icon=":material/warning:")
        return None
    return album
