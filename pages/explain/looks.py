"""What a model looks for: of a country, the photos that excite it most, where they may be shown."""

from __future__ import annotations

import streamlit as st

from geoloc.countries import name
from geoloc.draw.charts import percent
from geoloc.explain import Explainer
from geoloc.explain.top_activating import Favourite, favourites, measured
from geoloc.photo import PhotoError, read_photo
from geoloc.photo.folder import AlbumError
from geoloc.settings import PHOTO_FOLDER
from pages.explain import memory, text
from pages.explain.controls import Look
from pages.explain.maps import Shown, tinted
from pages.language import _, said
from pages.shared.frame import note, plain
from pages.shared.photo_folder import own_album
from pages.shared.registry import Shelved
from pages.shared.split_name import split_name


def looks_for(model: Shelved, explainer: Explainer, country: str, look: Look) -> None:
    """The favourites of a country, on demand."""
    if not measured(model.checkpoint):
        return
    try:
        album = own_album()
    except AlbumError as error:
        st.warning(plain(said(error)), icon=":material/warning:")
        return
    if album is None:
        return
    st.header(_(text.LOOKS_FOR), anchor=False)
    found = favourites(model.checkpoint, album, country)
    if found is None:
        note(_(text.LOOKS_FOR_OTHER, variable=PHOTO_FOLDER))
    elif not found:
        note(_(text.LOOKS_FOR_NONE, country=name(country)))
    elif st.toggle(_(text.LOOKS_FOR_SHOW), key="explained favourites"):
        split = model.checkpoint.country_card.top_activating.split
        st.write(
            _(
                text.LOOKS_FOR_HOW,
                split=split_name(split),
                title=plain(model.title),
                country=name(country),
            )
        )
        grid = st.grid(3, min_column_width=260, gap=(16, 16), key="favourites")
        for favourite in found:
            with grid.cell():
                _favourite(favourite, model, explainer, country, look)


def _favourite(
    favourite: Favourite, model: Shelved, explainer: Explainer, country: str, look: Look
) -> None:
    try:
        photo = read_photo(favourite.photo.read())
    except (OSError, PhotoError) as error:
        note(plain(said(error)))
        return
    cam = memory.cams(explainer, model.version, photo, country)[-1]
    taken = name(favourite.photo.country)
    shown = Shown(
        cam,
        _(text.FAVOURITE, share=percent(favourite.probability), country=taken),
        _(text.FAVOURITE_ALT, country=taken, asked=name(country)),
    )
    st.image(
        tinted(photo.pixels, shown, look),
        caption=shown.caption,
        alt=shown.alt,
        width="stretch",
        output_format="JPEG",
    )
