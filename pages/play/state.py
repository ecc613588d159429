"""The visitor's game: kept in the session, dealt anew by the number in the page's address."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import streamlit as st

from geoloc.countries import centroid, country_at
from geoloc.geo import LatLon
from geoloc.photo import Photo, read_photo
from geoloc.photo.folder import Album, AlbumError
from pages import gallery
from pages.language import said
from pages.play.game import Game, Scene, deal
from pages.shared.photo_folder import own_album

PARAMETER = "game"
COUNTRY = "play country"
GUESS = "play guess"
MAP = "play map"
_GAME = "game"
_HIGHEST = 999_999


@dataclass(frozen=True)
class Photos:
    """What can be asked.

    Attributes:
        scenes: the photos.
        album: the folder they come from; None for the gallery.
        problem: why the folder is not used, if there is one; "" if it has no photo to ask.
    """

    scenes: tuple[Scene, ...]
    album: Album | None = None
    problem: str | None = None


def photos() -> Photos:
    """The folder's photos that no model was fitted to, else the gallery's."""
    landmarks = tuple(gallery.entries())
    try:
        found = own_album()
    except AlbumError as error:
        return Photos(landmarks, problem=said(error))
    if found is None:
        return Photos(landmarks)
    unseen = tuple(photo for photo in found.photos if photo.unseen)
    return Photos(unseen, found) if unseen else Photos(landmarks, problem="")


def game(asked: Photos) -> Game:
    """The game that goes on, or the one that the address asks for, or a new one."""
    told = st.query_params.get(PARAMETER, "")
    number = int(told) if told.isdecimal() and int(told) <= _HIGHEST else None
    current: Game | None = st.session_state.get(_GAME)
    if current is None or number not in (None, current.number):
        # Even numbers begin a fresh shuffle of a small gallery.
        number = 2 * random.randrange(_HIGHEST // 2) if number is None else number
        current = Game(number, deal(asked.scenes, number))
        st.session_state[_GAME] = current
    if told != str(current.number):
        st.query_params[PARAMETER] = str(current.number)
    return current


def change(how: Callable[[Game], Game]) -> Game:
    """The game after a move; also a callback."""
    st.session_state[_GAME] = how(st.session_state[_GAME])
    return st.session_state[_GAME]


def again(asked: Photos) -> None:
    """Callback: the next game, with other photos."""
    number = (st.session_state[_GAME].number + 1) % (_HIGHEST + 1)
    st.session_state[_GAME] = Game(number, deal(asked.scenes, number))
    st.query_params[PARAMETER] = str(number)


def take_click() -> None:
    """Callback: the pin goes where the map was clicked."""
    clicked = (st.session_state.get(MAP) or {}).get("last_clicked")
    if not clicked:
        return
    # The map can be moved beyond its own edges.
    lat = min(90.0, max(-90.0, clicked["lat"]))
    lon = (clicked["lng"] + 180.0) % 360.0 - 180.0
    change(lambda game: game.pinned(LatLon(lat, lon)))
    st.session_state[COUNTRY] = None


def take_country() -> None:
    """Callback: the pin goes into the middle of the chosen country."""
    code = st.session_state.get(COUNTRY)
    if code:
        change(lambda game: game.pinned(centroid(code)))


@st.cache_data(show_spinner=False, max_entries=200)
def country_of(lat: float, lon: float) -> str | None:
    """The country of a pin."""
    return country_at(LatLon(lat, lon))


def photo_of(scene: Scene) -> Photo:
    """The photo as the models see it.

    Raises:
        PhotoError: if it cannot be read.
        OSError: if its file is gone.
    """
    return _read(str(scene), scene)


@st.cache_resource(scope="session", max_entries=2, show_spinner=False)
def _read(key: str, _scene: Scene) -> Photo:
    return read_photo(_scene.read())


def small(scene: Scene, longest: int) -> np.ndarray:
    """The photo with its longer side at most so long: uint8 (h, w, 3)."""
    return _small(str(scene), longest, scene)


@st.cache_resource(scope="session", max_entries=20, show_spinner=False)
def _small(key: str, longest: int, _scene: Scene) -> np.ndarray:
    pixels = photo_of(_scene).pixels
    scale = min(1.0, longest / max(pixels.shape[:2]))
    return cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
