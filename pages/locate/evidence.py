"""What speaks for the pin: the training views that resemble the photo most."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from geoloc.city.gallery import View
from geoloc.city.prediction import CityPrediction
from geoloc.geo import haversine_m
from geoloc.geo.compass import direction
from geoloc.models.release import Release
from geoloc.photo.folder import AlbumError, AlbumPhoto
from pages.language import _
from pages.shared.contact_sheet import Print, contact_sheet
from pages.shared.photo_folder import own_album
from pages.shared.portrait import coordinates


def evidence(prediction: CityPrediction, checkpoint: Release) -> None:
    """A closed table of the views, where the model compares any; the map has them as marks.

    Where the server has the folder of the model's training photos, the views are shown too.
    """
    if not prediction.views:
        return
    with st.expander(
        _("Similar training photos"),
        icon=":material/travel_explore:",
    ):
        st.write(
            _(
                "The model describes each photo, and some models each part of it, by numbers that "
                "are alike for what looks alike to it. These training views have the most similar "
                "numbers; the map shows where they were taken. A likeness of 1 would be the same "
                "photo."
            )
        )
        st.dataframe(
            pd.DataFrame(
                {
                    "Place": [coordinates(view.position) for view in prediction.views],
                    "Looking": [_towards(view.heading) for view in prediction.views],
                    "Likeness": [view.similarity for view in prediction.views],
                }
            ),
            hide_index=True,
            column_config={
                "Place": _("Place"),
                "Looking": _("Looking"),
                "Likeness": st.column_config.NumberColumn(_("Likeness"), format="%.2f"),
            },
        )
        prints = _prints(prediction, checkpoint)
        if prints:
            contact_sheet(prints, "album", f"evidence {checkpoint.name}")


def _towards(heading: int | None) -> str:
    if heading is None:
        return _("unknown")
    return _("{direction} ({degrees}°)", direction=direction(heading), degrees=heading)


def _prints(prediction: CityPrediction, checkpoint: Release) -> list[Print]:
    try:
        album = own_album()
    except AlbumError:
        return []
    train = [photo for photo in album.photos if photo.split == "train"] if album else []
    if len(train) != checkpoint.card.data.photos.get("train"):
        return []
    pairs = [(view, train[view.row]) for view in prediction.views]
    # Another folder may have as many photos: then their places tell.
    reach_m = 2 * prediction.density.grid.cell_m2**0.5
    if not all(_is_at(photo, view, reach_m) for view, photo in pairs):
        return []
    return [
        Print(
            photo,
            _("Likeness {likeness:.2f}", likeness=view.similarity),
            _described(view),
        )
        for view, photo in pairs
    ]


def _described(view: View) -> str:
    place = coordinates(view.position)
    if view.heading is None:
        return _("Training view at {place}, looking unknown", place=place)
    return _(
        "Training view at {place}, looking {towards}", place=place, towards=_towards(view.heading)
    )


def _is_at(photo: AlbumPhoto, view: View, reach_m: float) -> bool:
    return photo.position is not None and haversine_m(photo.position, view.position) < reach_m
