"""The photo itself, what its file tells of it, and the button that forgets it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import streamlit as st
from babel.dates import format_datetime
from streamlit.delta_generator import DeltaGenerator

from geoloc import countries
from geoloc.geo import LatLon
from pages.language import _, language, said
from pages.shared import session
from pages.shared.frame import note, plain
from pages.shared.session import Chosen

TALLEST = 420
"""The greatest height of an upright photo, in CSS pixels."""

_MOMENT = "d MMMM y, HH:mm"


def portrait(
    chosen: Chosen, draw: Callable[[DeltaGenerator], bool] = lambda place: False
) -> DeltaGenerator:
    """The photo, upright, with its caption and warnings; gives the place where it stands.

    Args:
        chosen: the photo.
        draw: draws it in its own way, or says that it doesn't.
    """
    place = _frame(chosen.photo.pixels).empty()
    if not draw(place):
        picture(place, chosen.photo.pixels, alt_of(chosen))
    note(" · ".join(_facts(chosen)))
    for warning in chosen.photo.warnings:
        st.info(said(warning), icon=":material/info:")
    return place


def _frame(pixels: np.ndarray) -> DeltaGenerator:
    """A place as large as the photo before that has come: page.css makes it of these numbers."""
    height, width = pixels.shape[:2]
    frame = st.container(key="portrait")
    frame.html(
        f"<style>.st-key-portrait {{ --ratio: {width / height:.4f}; --widest: {_widest(pixels)}; }}"
        # A style alone would go to another part of the page, which is drawn later.
        "</style><i hidden></i>"
    )
    return frame


def _widest(pixels: np.ndarray) -> str:
    """How wide a photo is shown at most, as CSS says it."""
    height, width = pixels.shape[:2]
    # An upright photo as wide as the column would push the answer off a phone's screen.
    return "100%" if width > height else f"{round(TALLEST * width / height)}px"


def alt_of(chosen: Chosen) -> str:
    """What the photo is, for those who can't see it."""
    example = chosen.example
    if example:
        return f"{_(example.title)}, {_(example.place)}"
    return _("Your photo, {name}", name=chosen.name)


def picture(place: DeltaGenerator, pixels: np.ndarray, alt: str) -> None:
    """A photo, uint8 (H, W, 3), as large as the one that is asked about is shown."""
    height, width = pixels.shape[:2]
    # An upright photo as wide as the column would push the answer off a phone's screen.
    shown = "stretch" if width > height else round(TALLEST * width / height)
    place.image(pixels, alt=alt, width=shown, output_format="JPEG")


def remove_button() -> None:
    """Forgets the photo that is looked at."""
    st.button(_("Remove photo"), on_click=session.remove, icon=":material/delete:")


def remove_all_button() -> None:
    """Forgets all photos."""
    st.button(_("Remove all"), on_click=session.remove_all, icon=":material/delete:")


def truth(chosen: Chosen) -> str | None:
    """The country where the photo was taken, by its own position or who listed it, if known."""
    if chosen.photo.position:
        return countries.country_at(chosen.photo.position)
    return chosen.example.country if chosen.example else chosen.country


def place_truth(photos: Sequence[Chosen]) -> str | None:
    """The country where photos of one place were taken, if some tell, and all that do the same."""
    told = {truth(one) for one in photos} - {None}
    return told.pop() if len(told) == 1 else None


def coordinates(place: LatLon) -> str:
    """Latitude and longitude as maps take them, to about a metre."""
    return f"{place.lat:.5f}, {place.lon:.5f}"


def _facts(chosen: Chosen) -> list[str]:
    example, photo = chosen.example, chosen.photo
    if example:
        return [f"[{plain(example.credit)}]({example.source})"]
    facts = [plain(chosen.name)]
    if photo.taken:
        moment = format_datetime(photo.taken, _MOMENT, locale=language())
        facts.append(_("taken {moment}", moment=moment))
    if photo.position:
        facts.append(
            _(
                "{source} position {place}",
                source=photo.position_source,
                place=coordinates(photo.position),
            )
        )
    return facts
