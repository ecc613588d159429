"""Photos of the server's folder side by side, a few at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from geoloc.photo import PhotoError
from geoloc.photo.folder import AlbumPhoto
from pages.dataset import text
from pages.language import _, said
from pages.shared.frame import note, plain
from pages.shared.thumbnails import thumbnail

AT_ONCE = 12
_ACROSS = 6
_NARROWEST = 150


@dataclass(frozen=True)
class Print:
    """A photo as it is shown.

    Attributes:
        photo: of the folder.
        caption: below it, in Markdown.
        alt: for those who can't see it.
    """

    photo: AlbumPhoto
    caption: str
    alt: str


def contact_sheet(prints: Sequence[Print], key: str, choice: str) -> None:
    """The photos of one page, and the way to the others.

    Args:
        prints: all of them.
        key: of the sheet; its style is in page.css.
        choice: what they were chosen by: another choice begins at its first page.
    """
    pages = -(-len(prints) // AT_ONCE)
    # The pages are turned below the photos, and the photos are shown by the page.
    grid = st.container()
    page = 1
    if pages > 1:
        with st.container(horizontal=True, vertical_alignment="center"):
            page = st.pagination(pages, key=f"{key} page {choice}")
            start = AT_ONCE * (page - 1)
            last = min(start + AT_ONCE, len(prints))
            note(_(text.SHOWN, first=start + 1, last=last, photos=len(prints)))
    with grid, st.container(key=key):
        cells = st.grid(_ACROSS, min_column_width=_NARROWEST)
        for shown in prints[AT_ONCE * (page - 1) : AT_ONCE * page]:
            with cells.cell(), st.container(gap="xsmall"):
                _print(shown)


def _print(shown: Print) -> None:
    try:
        small = thumbnail(shown.photo)
    except (OSError, PhotoError) as error:
        file = plain(shown.photo.file)
        # An error of the system would name folders of the server.
        reason = plain(said(error)) if isinstance(error, PhotoError) else _(text.GONE)
        note(_(text.UNREADABLE, file=file, reason=reason))
        return
    st.image(small, alt=shown.alt, width="stretch")
    note(shown.caption)
