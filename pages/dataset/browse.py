"""The folder's photos by country, split and place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from geoloc.countries import alphabetical, name
from geoloc.draw.charts import places_map
from geoloc.geo.compass import direction
from geoloc.geo.squares import Square, binned
from geoloc.photo.folder import AlbumPhoto
from pages.dataset import text
from pages.language import _
from pages.shared.contact_sheet import Print, contact_sheet
from pages.shared.frame import halves, ink, note
from pages.shared.links import linked_selectbox
from pages.shared.plot import plot
from pages.shared.portrait import coordinates
from pages.shared.split_name import split_name
from pages.shared.turn import fragment

_MAP_HEIGHT = 260
_MOST_SQUARES = 40
_MOST_DOTS = 1000
_LISTED = 5
_ANY, _NOWHERE = "any", "nowhere"


# Its controls concern nothing else on the page.
@fragment
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
    chosen = _ordered([photo for photo in here if _lies(photo, place)])
    prints = [_print(photo, country == _ANY) for photo in chosen]
    contact_sheet(prints, "album", f"{country} {split} {place}")


def _country(photos: Sequence[AlbumPhoto]) -> str:
    counts = Counter(photo.country for photo in photos)

    def title(code: str) -> str:
        if code == _ANY:
            return _(text.ANY_COUNTRY)
        return _(text.OF_COUNTRY, country=name(code), photos=counts[code])

    options = [_ANY, *alphabetical(counts)]
    return linked_selectbox(_(text.PHOTOS_FROM), options, "browse", _ANY, title)


def _split(photos: Sequence[AlbumPhoto]) -> str:
    counts = Counter(photo.split for photo in photos)
    options = [_ANY, *(split for split in ("train", "val", "test", "") if counts[split])]

    def title(split: str) -> str:
        if split == _ANY:
            return _(text.ANY_SPLIT)
        return _(text.OF_PLACE, place=split_name(split) or _(text.NO_SPLIT), photos=counts[split])

    return linked_selectbox(_(text.SPLIT), options, "split", _ANY, title)


def _place(squares: dict[Square, int], nowhere: int, choice: str) -> Square | str:
    """A square, all of them, or the photos without a position."""
    if not squares:
        return _ANY
    options = [_ANY, *([_NOWHERE] if nowhere else []), *sorted(squares, reverse=True)]

    def title(option: Square | str) -> str:
        if option == _ANY:
            return _(text.ANY_PLACE)
        if option == _NOWHERE:
            return _(text.NO_PLACE, photos=nowhere)
        return _(text.OF_PLACE, place=option.title, photos=squares[option])

    # The squares differ with the photos: another choice has other options.
    return st.selectbox(_(text.PLACE), options, format_func=title, key=f"place of {choice}")


def _map(squares: dict[Square, int]) -> None:
    if not squares:
        note(_(text.NO_POSITIONS))
        return
    step = next(iter(squares)).step
    listed = ", ".join(
        _(text.COUNTED, what=square.title, count=count)
        for square, count in list(squares.items())[:_LISTED]
    )
    more = len(squares) - _LISTED
    if more > 0:
        listed = _(text.PLACES_MORE, listed=listed, more=more)
    plot(
        places_map(squares, ink()),
        "places map",
        _(text.PLACES_ALT, step=step, listed=listed),
        height=_MAP_HEIGHT,
    )
    note(_(text.PLACES_NOTE, told=sum(squares.values()), step=step))


def _lies(photo: AlbumPhoto, place: Square | str) -> bool:
    if isinstance(place, Square):
        return photo.position is not None and Square.of(photo.position, place.step) == place
    return place == _ANY or photo.position is None


def _ordered(photos: Sequence[AlbumPhoto]) -> list[AlbumPhoto]:
    """By country, and so that views of one place stand side by side."""
    countries = alphabetical({photo.country for photo in photos})
    rank = {code: number for number, code in enumerate(countries)}
    return sorted(photos, key=lambda photo: (rank[photo.country], *_neighbours(photo)))


def _neighbours(photo: AlbumPhoto) -> tuple[float, float, float, str]:
    at = photo.position
    # Those without a position come last.
    lat, lon = (at.lat, at.lon) if at else (-91.0, 0.0)
    return -lat, lon, photo.heading or 0.0, photo.file


def _print(photo: AlbumPhoto, with_country: bool) -> Print:
    country = name(photo.country)
    place = _where(photo)
    told = _(text.PHOTO_AT, country=country, place=place) if place else country
    parts = [country if with_country or not place else "", place, split_name(photo.split)]
    return Print(photo, " · ".join(filter(None, parts)), _(text.PHOTO_ALT, told=told))


def _where(photo: AlbumPhoto) -> str:
    place = coordinates(photo.position) if photo.position else ""
    if photo.heading is None:
        return place
    looking = _(text.LOOKING, direction=direction(photo.heading))
    return _(text.PLACE_LOOKING, place=place, looking=looking) if place else looking
