"""The folder of photos that whoever runs the app lets visitors see, read once a process."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from geoloc.photo import folder as album
from geoloc.photo.folder import Album
from pages.language import _


def own_album() -> Album | None:
    """The folder's photos as its table is now; None if no folder is configured.

    Raises:
        AlbumError: if it cannot be used.
    """
    folder = album.configured()
    if folder is None:
        return None
    table = album.table_of(folder)
    with st.spinner(_("Reading the table of photos…")):
        return _read(str(table), table.stat().st_mtime_ns)


def left_out(found: Album) -> str:
    """Why lines of the folder's table could not be used, and how many each time."""
    return ", ".join(
        _("{count:,} × {reason}", count=count, reason=_(why))
        for why, count in found.left_out.items()
    )


@st.cache_resource(show_spinner=False, max_entries=2)
def _read(table: str, changed: int) -> Album:
    return album.read_album(Path(table))
