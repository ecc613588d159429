"""Where in the world: the map with the pin, and how far it is to be believed."""

from __future__ import annotations

import streamlit as st

from geoloc.countries import name
from geoloc.draw.charts import percent, world_pin_map
from geoloc.draw.maps import area_text
from geoloc.world.prediction import WorldPrediction
from geoloc.world.regions import Raster
from pages.language import _, formatted
from pages.locate.country import map_key
from pages.shared.answers import place_answer_of
from pages.shared.frame import ink, note
from pages.shared.plot import OnPick, plot
from pages.shared.registry import Shelved, first_ready
from pages.shared.session import Chosen

_HEIGHT = 520


def pin_map(
    models: tuple[Shelved, ...], photos: tuple[Chosen, ...], on_pick: OnPick | None
) -> bool:
    """The world map with the pin of the first model that answers; False if none does.

    Args:
        models: of the world.
        photos: of one place.
        on_pick: takes the country that is clicked.
    """
    model = first_ready(models)
    if model is None:
        return False
    prediction = place_answer_of(model, [one.photo for one in photos]).prediction
    raster = model.derived("raster", lambda: Raster(prediction.cells))
    truth = photos[0].photo.position if len(photos) == 1 else None
    st.header(_("Where in the world"), anchor=False)
    plot(
        world_pin_map(prediction, raster, truth, ink()),
        map_key(photos),
        _(
            "World map of the pin at {place}; by country: {countries}",
            place=prediction.position,
            countries=_listed(prediction),
        ),
        _HEIGHT,
        on_pick,
    )
    note(_says(prediction))
    return True


def _says(prediction: WorldPrediction) -> str:
    points = formatted(round(prediction.expected_score), ",")
    says = _("The pin stands where the most points are expected: {points} of 5,000.", points=points)
    if 50 not in prediction.regions or 90 not in prediction.regions:
        return says
    held = _(
        "On photos of sources it had not seen, a region like the dark one ({half}) held the place "
        "five times in ten, one like the whole ({most}) nine times.",
        half=area_text(prediction.region_km2(50)),
        most=area_text(prediction.region_km2(90)),
    )
    return f"{says} {held}"


def _listed(prediction: WorldPrediction) -> str:
    return ", ".join(f"{name(code)} {percent(share)}" for code, share in prediction.countries[:5])
