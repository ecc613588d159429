"""Where in a city: the pin on the map, and what is known of it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from geoloc.city.ood import doubts, speaks_for
from geoloc.city.prediction import CityPrediction
from geoloc.draw.maps import area_text, base_map, distance_text, pin_group
from geoloc.geo import LatLon, haversine_m
from geoloc.photo import Photo
from pages.language import N_, _, ngettext, said
from pages.locate.evidence import evidence
from pages.shared.answers import place_answer_of
from pages.shared.city_choice import of_one_city
from pages.shared.claims import city_claim
from pages.shared.copier import copy_text
from pages.shared.frame import asking, guard, note, plain
from pages.shared.leaflet import leaflet
from pages.shared.portrait import coordinates
from pages.shared.registry import Shelved, first_ready, missing
from pages.shared.session import Chosen
from pages.shared.turn import fragment

_HEIGHT = 520
_TILES = N_(
    "Draws OpenStreetMap under the pin. Its pictures come from tile.openstreetmap.org, which then "
    "learns what part of the map you look at; the photo stays here."
)

_REGION = N_(
    "The outer line is the {share}% region: of a hundred photos from {city}, about {share} were "
    "taken inside theirs. Here it measures **{area}** of the map's {whole}."
)
_REGION_OF_SEVERAL = N_(
    "The outer line is the {share}% region. Of a hundred single photos from {city}, about {share} "
    "were taken inside theirs; for several photos together this has not been measured. Here it "
    "measures **{area}** of the map's {whole}."
)
OPEN = "city is open"
"""Key of the line that opens a city which nothing speaks for: True in the session while open."""


def city(models: tuple[Shelved, ...], photos: tuple[Chosen, ...], country: Shelved | None) -> None:
    """The map of the city that something speaks for, or one line that opens it.

    Args:
        models: of cities.
        photos: of one place.
        country: the model that says which country, and so whether a city can be right at all.
    """
    if not models:
        st.header(_("Where in the city?"), anchor=False)
        missing("city")
        return
    spoken_for = None
    with guard(_("The city")):
        spoken_for = _spoken_for(models, photos, country)
    titles = dict.fromkeys(plain(model.checkpoint.city.title) for model in models)
    # Without a model of countries the pin is all that the page can answer.
    if spoken_for is not None or country is None:
        st.header(_("Where in the city?"), anchor=False)
        _pinned(models, photos, country, spoken_for)
        return
    line = st.expander(
        _("If it is from {cities}: where there?", cities=" / ".join(titles)),
        icon=":material/pin_drop:",
        key=OPEN,
        on_change="rerun",
    )
    if line.open:
        with line:
            _pinned(models, photos, country, None)


def _spoken_for(
    models: tuple[Shelved, ...], photos: tuple[Chosen, ...], country: Shelved | None
) -> str | None:
    """The name of the first city that something says the photos are from."""
    shown = [one.photo for one in photos]
    position = next((photo.position for photo in shown if photo.position), None)
    best = {model.checkpoint.city.name: model for model in reversed(models)}
    with asking():
        abroad = place_answer_of(country, shown).prediction if country else None
        for name in dict.fromkeys(model.checkpoint.city.name for model in models):
            model = first_ready([best[name]])
            if model is None:
                continue
            if speaks_for(place_answer_of(model, shown).prediction, position, abroad):
                return name
    return None


# Its controls concern nothing else on the page.
@fragment
def _pinned(
    models: tuple[Shelved, ...],
    photos: tuple[Chosen, ...],
    country: Shelved | None,
    first: str | None,
) -> None:
    """The map of one city; `first` is the name of that which something speaks for."""
    with guard(_("The city")):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            chosen = _pick(models, first)
            tiles = st.toggle(_("Street map (needs internet)"), key="tiles", help=_(_TILES))
        model = first_ready(sorted(models, key=lambda model: model is not chosen))
        if model is None:
            missing("city")
            return
        shown = [one.photo for one in photos]
        with asking():
            answer = place_answer_of(model, shown)
            abroad = place_answer_of(country, shown).prediction if country else None
        prediction = answer.prediction
        against = tuple(plain(said(doubt)) for doubt in doubts(prediction, abroad))
        known = next((one.photo for one in photos if one.photo.position), None)
        # In a place of its own, or the map below would be another one with it.
        with st.container():
            if against:
                _warn(prediction, len(photos), against)
            elif prediction.city.name != first:
                city = plain(prediction.city.title)
                st.write(_("If the photo is from {city}, the pin says where there.", city=city))
        _map(model, prediction, known, tiles, bool(against))
        _links(prediction.position)
        if known and known.position:
            st.write(_from_truth(prediction, known))
        with st.expander(_("How exact is the pin?"), icon=":material/monitoring:"):
            _measured(model, prediction, len(photos))
            note(_("The pin took {seconds:.2f} s.", seconds=answer.seconds))
        evidence(prediction, model.checkpoint)


def _pick(models: tuple[Shelved, ...], first: str | None) -> Shelved:
    chosen = of_one_city(models, "city", first)
    if len(chosen) == 1:
        return chosen[0]
    of_city = {model.checkpoint.name: model for model in chosen}
    name = st.selectbox(
        _("Pin model"),
        list(of_city),
        format_func=lambda name: of_city[name].title,
        key=f"pin model of {chosen[0].checkpoint.city.name}",
        width=320,
    )
    return of_city[name]


def _warn(prediction: CityPrediction, count: int, against: Sequence[str]) -> None:
    elsewhere = ngettext(
        "Probably the photo is not from {city}, so the pin is grey.",
        "Probably the photos are not from {city}, so the pin is grey.",
        count,
        city=plain(prediction.city.title),
    )
    st.warning(" ".join((elsewhere, *against)), icon=":material/wrong_location:")


def _links(place: LatLon) -> None:
    """The pin's coordinates to copy, and the same place on maps of others."""
    written = coordinates(place)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"`{written}`", width="content")
        copy_text(_("Copy"), _("Copied"), written)
        zoomed = f"mlat={place.lat:.5f}&mlon={place.lon:.5f}#map=17/{place.lat:.5f}/{place.lon:.5f}"
        st.link_button("OpenStreetMap", f"https://www.openstreetmap.org/?{zoomed}")
        st.link_button("Google Maps", f"https://www.google.com/maps?q={written.replace(' ', '')}")


def _from_truth(prediction: CityPrediction, known: Photo) -> str:
    told = {
        "source": known.position_source,
        "distance": distance_text(haversine_m(prediction.position, known.position)),
    }
    if prediction.city.box.contains(known.position):
        return _("The pin is **{distance}** from the photo's {source} position.", **told)
    return _(
        "The pin is **{distance}** from the photo's {source} position, which is not in {city}.",
        city=plain(prediction.city.title),
        **told,
    )


def _measured(model: Shelved, prediction: CityPrediction, count: int) -> None:
    st.write(city_claim(model.checkpoint))
    if prediction.regions:
        share = max(prediction.regions)
        st.write(
            _(
                _REGION if count == 1 else _REGION_OF_SEVERAL,
                share=share,
                city=plain(prediction.city.title),
                area=area_text(prediction.region_km2(share)),
                whole=area_text(prediction.city.box.area_km2),
            )
        )
    if count > 1:
        st.write(_("How far off the pin of several photos together is has not been measured."))


def _map(
    model: Shelved,
    prediction: CityPrediction,
    known: Photo | None,
    tiles: bool,
    doubted: bool,
) -> None:
    pin = pin_group(
        prediction,
        known.position if known else None,
        doubted,
        source=known.position_source if known else "EXIF",
    )
    leaflet(
        base_map(prediction.city, prediction.coverage, tiles, streets=model.checkpoint.streets),
        f"map {model.checkpoint.name} {tiles}",
        _HEIGHT,
        pin,
    )
