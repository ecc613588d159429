"""Where in a city: the pin on the map, its coordinates, and how far it may be off."""

from __future__ import annotations

import streamlit as st
from streamlit_folium import st_folium

from geoloc.draw.maps import base_map, distance_text, pin_group
from geoloc.geo import LatLon, haversine_m
from geoloc.predict import CityPrediction
from geoloc.ui.answers import place_answer_of
from geoloc.ui.claims import city_claim
from geoloc.ui.frame import guard, halves, note, plain
from geoloc.ui.portrait import coordinates
from geoloc.ui.shelf import Shelved, missing
from geoloc.ui.state import Chosen

_HEIGHT = 460
_TILES = (
    "Draws OpenStreetMap under the pin. Its pictures come from tile.openstreetmap.org, which then "
    "learns what part of the map you look at; the photo stays here."
)


def city(models: tuple[Shelved, ...], photos: tuple[Chosen, ...]) -> None:
    """The map of the chosen city with the pin of these photos."""
    st.header("Where in the city?", anchor=False)
    if models:
        _pinned(models, photos)
    else:
        missing("city")


# Its controls concern nothing else on the page.
@st.fragment
def _pinned(models: tuple[Shelved, ...], photos: tuple[Chosen, ...]) -> None:
    with guard("The city"):
        model = _pick(models)
        answer = place_answer_of(model, [one.photo for one in photos])
        known = next((one.photo.position for one in photos if one.photo.position), None)
        drawn, told = halves()
        with told:
            _told(model, answer.prediction, len(photos), known)
            tiles = st.toggle("Street map (needs internet)", key="tiles", help=_TILES)
            note(f"The pin took {answer.seconds:.2f} s.")
        with drawn:
            _map(model, answer.prediction, known, tiles)


def _pick(models: tuple[Shelved, ...]) -> Shelved:
    if len(models) == 1:
        return models[0]
    cities = [model.checkpoint.city.title for model in models]
    # Two models of one city are told apart by their own titles.
    labels = {
        model.checkpoint.name: city if cities.count(city) == 1 else model.title
        for model, city in zip(models, cities, strict=True)
    }
    name = st.segmented_control(
        "City",
        list(labels),
        default=next(iter(labels)),
        format_func=lambda name: plain(labels[name]),
        required=True,
        key="city",
    )
    return next(model for model in models if model.checkpoint.name == name)


def _told(model: Shelved, prediction: CityPrediction, count: int, known: LatLon | None) -> None:
    title = prediction.city.title
    what = "the photo was" if count == 1 else f"the {count} photos were"
    st.write(f"If {what} taken in {title}, it was here, latitude then longitude:")
    st.code(coordinates(prediction.position), language=None)
    if count > 1:
        st.write(
            "This is the middle of the photos' own pins, the point from which the ways to them add "
            "up to the least, so that one wrong pin moves it little."
        )
    if known:
        away = distance_text(haversine_m(prediction.position, known))
        outside = "" if prediction.city.box.contains(known) else f", which is not in {title}"
        st.write(
            f"The photo's EXIF data says {coordinates(known)}{outside}. The pin is "
            f"**{away}** from there."
        )
    st.write(city_claim(model.checkpoint))


def _map(model: Shelved, prediction: CityPrediction, known: LatLon | None, tiles: bool) -> None:
    st_folium(
        base_map(prediction.city, prediction.coverage, tiles),
        # With a key and nothing to return, a new photo moves the pin on the map that is there.
        key=f"map {model.checkpoint.name} {tiles}",
        feature_group_to_add=pin_group(prediction, known),
        returned_objects=[],
        height=_HEIGHT,
        use_container_width=True,
    )
