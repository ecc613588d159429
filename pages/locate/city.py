"""Where in a city: the pin on the map, its regions, what speaks for it, and what against it."""

from __future__ import annotations

import streamlit as st
from streamlit_folium import st_folium

from geoloc.city.ood import doubts
from geoloc.city.prediction import CityPrediction
from geoloc.draw.maps import area_text, base_map, distance_text, pin_group
from geoloc.geo import haversine_m
from geoloc.photo import Photo
from pages.language import N_, _, ngettext, said
from pages.locate.evidence import evidence
from pages.shared.answers import place_answer_of
from pages.shared.claims import city_claim
from pages.shared.frame import asking, guard, halves, note, plain
from pages.shared.portrait import coordinates
from pages.shared.registry import Shelved, first_ready, missing
from pages.shared.session import Chosen
from pages.shared.turn import fragment

_HEIGHT = 460
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


def city(models: tuple[Shelved, ...], photos: tuple[Chosen, ...], country: Shelved | None) -> None:
    """The map of the chosen city with the pin of these photos.

    Args:
        models: of cities.
        photos: of one place.
        country: the model that says which country, and so whether a city can be right at all.
    """
    st.header(_("Where in the city?"), anchor=False)
    if models:
        _pinned(models, photos, country)
    else:
        missing("city")


# Its controls concern nothing else on the page.
@fragment
def _pinned(
    models: tuple[Shelved, ...], photos: tuple[Chosen, ...], country: Shelved | None
) -> None:
    with guard(_("The city")):
        chosen = _pick(models)
        model = first_ready(sorted(models, key=lambda model: model is not chosen))
        if model is None:
            missing("city")
            return
        shown = [one.photo for one in photos]
        with asking():
            answer = place_answer_of(model, shown)
            abroad = place_answer_of(country, shown).prediction if country else None
        against = tuple(plain(said(doubt)) for doubt in doubts(answer.prediction, abroad))
        known = next((one.photo for one in photos if one.photo.position), None)
        drawn, told = halves()
        with told:
            _told(model, answer.prediction, len(photos), known, against)
            tiles = st.toggle(_("Street map (needs internet)"), key="tiles", help=_(_TILES))
            note(_("The pin took {seconds:.2f} s.", seconds=answer.seconds))
        with drawn:
            _map(model, answer.prediction, known, tiles, bool(against))
        evidence(answer.prediction, model.checkpoint)


def _pick(models: tuple[Shelved, ...]) -> Shelved:
    titles = {model.checkpoint.city.name: model.checkpoint.city.title for model in models}
    city = next(iter(titles))
    if len(titles) > 1:
        city = st.segmented_control(
            _("City"),
            list(titles),
            default=city,
            format_func=lambda name: plain(titles[name]),
            required=True,
            key="city",
        )
    of_city = {m.checkpoint.name: m for m in models if m.checkpoint.city.name == city}
    if len(of_city) == 1:
        return next(iter(of_city.values()))
    name = st.selectbox(
        _("Pin model"),
        list(of_city),
        format_func=lambda name: of_city[name].title,
        key=f"pin model of {city}",
    )
    return of_city[name]


def _told(
    model: Shelved,
    prediction: CityPrediction,
    count: int,
    known: Photo | None,
    against: tuple[str, ...],
) -> None:
    title = plain(prediction.city.title)
    if against:
        elsewhere = ngettext(
            "Probably the photo is not from {city}, so the pin is grey.",
            "Probably the photos are not from {city}, so the pin is grey.",
            count,
            city=title,
        )
        st.warning(" ".join((elsewhere, *against)), icon=":material/wrong_location:")
    st.write(
        ngettext(
            "If the photo was taken in {city}, it was here, latitude then longitude:",
            "If the {n} photos were taken in {city}, it was here, latitude then longitude:",
            count,
            city=title,
        )
    )
    st.code(coordinates(prediction.position), language=None)
    if prediction.regions:
        share = max(prediction.regions)
        st.write(
            _(
                _REGION if count == 1 else _REGION_OF_SEVERAL,
                share=share,
                city=title,
                area=area_text(prediction.region_km2(share)),
                whole=area_text(prediction.city.box.area_km2),
            )
        )
    if known and known.position:
        told = {
            "source": known.position_source,
            "place": coordinates(known.position),
            "distance": distance_text(haversine_m(prediction.position, known.position)),
        }
        if prediction.city.box.contains(known.position):
            sentence = _(
                "The photo's {source} data says {place}. The pin is **{distance}** from there.",
                **told,
            )
        else:
            sentence = _(
                "The photo's {source} data says {place}, which is not in {city}. The pin is "
                "**{distance}** from there.",
                city=title,
                **told,
            )
        st.write(sentence)
    st.write(city_claim(model.checkpoint))
    if count > 1:
        st.write(_("How far off the pin of several photos together is has not been measured."))


def _map(
    model: Shelved,
    prediction: CityPrediction,
    known: Photo | None,
    tiles: bool,
    doubted: bool,
) -> None:
    st_folium(
        base_map(prediction.city, prediction.coverage, tiles, streets=model.checkpoint.streets),
        # With a key and nothing to return, a new photo moves the pin on the map that is there.
        key=f"map {model.checkpoint.name} {tiles}",
        feature_group_to_add=pin_group(
            prediction,
            known.position if known else None,
            doubted,
            source=known.position_source if known else "EXIF",
        ),
        returned_objects=[],
        height=_HEIGHT,
        use_container_width=True,
    )
