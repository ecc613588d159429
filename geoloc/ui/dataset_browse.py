"""The folder's photos by country, split and place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from geoloc.album import AlbumPhoto
from geoloc.compass import direction
from geoloc.countries import name
from geoloc.draw.charts import places_map
from geoloc.squares import Square, binned
from geoloc.ui import dataset_text as text
from geoloc.ui.contact_sheet import Print, contact_sheet
from geoloc.ui.frame import halves, ink, note
from geoloc.ui.links import linked_selectbox
from geoloc.ui.portrait import coordinates

_STILL = {"displayModeBar": False, "scrollZoom": False}
_MAP_HEIGHT = 260
_MOST_SQUARES = 40
_MOST_DOTS = 1000
_LISTED = 5
_ANY, _NOWHERE = "any", "nowhere"


# Its controls concern nothing else on the page.
@st.fragment
def browse(photos: Sequence[AlbumPhoto]) -> None:
    """The choice, a map of the places, and the photos that fit.

    Args:
        photos: of the folder, at least one.
    """
    left, right = halves()
    with left:
        country = _country(photos)
        here = [photo for photo in photos if country in (_ANY, photo.country)]
        split = _split(here)
        here = [photo for photo in here if split in (_ANY, photo.split)]
    places = [photo.position for photo in here if photo.position]
    squares = binned(places, _MOST_SQUARES)
    with left:
        place = _place(squares, len(here) - len(places), f"{country} {split}")
    with right:
        _map(binned(places, _MOST_DOTS))
    chosen = sorted((photo for photo in here if _lies(photo, place)), key=_neighbours)
    prints = [_print(photo, country == _ANY) for photo in chosen]
    contact_sheet(prints, "album", f"{country} {split} {place}")


def _country(photos: Sequence[AlbumPhoto]) -> str:
    counts = Counter(photo.country for photo in photos)

    def title(code: str) -> str:
        if code == _ANY:
            return text.ANY_COUNTRY
        return text.OF_COUNTRY.format(country=name(code), photos=counts[code])

    options = [_ANY, *sorted(counts, key=name)]
    return linked_selectbox(text.PHOTOS_FROM, options, "browse", _ANY, title)


def _split(photos: Sequence[AlbumPhoto]) -> str:
    counts = Counter(photo.split for photo in photos)
    options = [_ANY, *(split for split in ("train", "val", "test", "") if counts[split])]

    def title(split: str) -> str:
        if split == _ANY:
            return text.ANY_SPLIT
        return text.OF_PLACE.format(place=split or text.NO_SPLIT, photos=counts[split])

    return linked_selectbox(text.SPLIT, options, "split", _ANY, title)


def _place(squares: dict[Square, int], nowhere: int, choice: str) -> Square | str:
    """A square, all of them, or the photos without a position."""
    if not squares:
        return _ANY
    by_title = {square.title: square for square in sorted(squares, reverse=True)}
    options = [_ANY, *([_NOWHERE] if nowhere else []), *by_title]

    def title(option: str) -> str:
        if option == _ANY:
            return text.ANY_PLACE
        if option == _NOWHERE:
            return text.NO_PLACE.format(photos=nowhere)
        return text.OF_PLACE.format(place=option, photos=squares[by_title[option]])

    # The squares differ with the photos: another choice has other options.
    chosen = st.selectbox(text.PLACE, options, format_func=title, key=f"place of {choice}")
    return by_title.get(chosen, chosen)


def _map(squares: dict[Square, int]) -> None:
    if not squares:
        note(text.NO_POSITIONS)
        return
    step = f"{next(iter(squares)).step:g}"
    listed = ", ".join(
        f"{square.title} {count:,}" for square, count in list(squares.items())[:_LISTED]
    )
    more = len(squares) - _LISTED
    if more > 0:
        listed = text.PLACES_MORE.format(listed=listed, more=more)
    st.plotly_chart(
        places_map(squares, ink()),
        height=_MAP_HEIGHT,
        config=_STILL,
        key="places map",
        alt=text.PLACES_ALT.format(step=step, listed=listed),
    )
    note(text.PLACES_NOTE.format(told=sum(squares.values()), step=step))


def _lies(photo: AlbumPhoto, place: Square | str) -> bool:
    if isinstance(place, Square):
        return photo.position is not None and Square.of(photo.position, place.step) == place
    return place == _ANY or photo.position is None


def _neighbours(photo: AlbumPhoto) -> tuple[str, float, float, float, str]:
    """An order in which views of one place stand side by side."""
    at = photo.position
    # Those without a position come last.
    lat, lon = (at.lat, at.lon) if at else (-91.0, 0.0)
    return name(photo.country), -lat, lon, photo.heading or 0.0, photo.file


def _print(photo: AlbumPhoto, with_country: bool) -> Print:
    country = name(photo.country)
    place = _where(photo)
    told = text.PHOTO_AT.format(country=country, place=place) if place else country
    parts = [country if with_country or not place else "", place, photo.split]
    return Print(photo, " · ".join(filter(None, parts)), text.PHOTO_ALT.format(told=told))


def _where(photo: AlbumPhoto) -> str:
    place = coordinates(photo.position) if photo.position else ""
    if photo.heading is None:
        return place
    looking = text.LOOKING.format(direction=direction(photo.heading))
    return f"{place}, {looking}" if place else looking
