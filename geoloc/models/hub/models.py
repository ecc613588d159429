"""Published models as models of this project: fetched and made, removed, watched over."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from geoloc import countries, settings
from geoloc.countries import country_at
from geoloc.geo import Box, City
from geoloc.models import registry
from geoloc.models.hub import geoclip, zero_shot
from geoloc.models.hub.catalogue import Entry, entry
from geoloc.models.hub.fetch import fetch
from geoloc.models.hub.sources import Offer
from geoloc.models.hub.store import Fetched, HubError, all_fetched, fetched, forget
from geoloc.models.release import CARD, Release


def get(
    name: str,
    agree: Callable[[Offer], bool],
    folder: Path | None = None,
    classes: Sequence[str] = countries.CODES,
) -> tuple[Entry, Fetched]:
    """Fetch a published model and make what answers of it; what lies here already is kept.

    Args:
        name: of the catalogue, or a repository's.
        agree: whether somebody takes it under its licence.
        folder: to copy it from instead of fetching it from the hub.
        classes: ISO codes of the countries that a model of countries tells apart.

    Raises:
        HubError: if it can't be had, nobody agrees, or it can't be used.
    """
    known = entry(name)
    model = fetch(known, agree, folder)
    made = (settings.FETCHED / known.name / CARD).is_file()
    if known.use == "countries" and _reads_texts(model):
        # What somebody calibrated is not made anew.
        if not made or classes != countries.CODES:
            zero_shot.country_model(known, model, classes).publish()
    elif known.use == "world" and not made:
        geoclip.world_model(known, model).publish()
        for city in _cities():
            geoclip.city_model(known, model, city).publish()
    return known, model


def city(name: str, title: str, box: Box) -> Release:
    """A model of any city, of whose photos nothing is known; gives it.

    Args:
        name: the city's short name, such as lyon.
        title: for people.
        box: around it.

    Raises:
        HubError: if GeoCLIP was not fetched.
    """
    known = entry(geoclip.NAME)
    place = City(name, title, box, country_at(box.center))
    return geoclip.city_model(known, fetched(known.name), place).publish()


def remove(name: str) -> None:
    """Remove a fetched model and what was made of it, or one that was made of another.

    Raises:
        HubError: if there is none of this name.
    """
    name = entry(name).name if "/" in name else name
    made = {
        model.folder: model.card.network.shape.get("backbone")
        for model in registry.available(settings.FETCHED)[0]
    }
    folders = [folder for folder, backbone in made.items() if name in (folder.name, backbone)]
    for folder in folders:
        shutil.rmtree(folder)
    if not (forget(name) or folders):
        raise HubError(
            "not_fetched",
            "{name} is not on this computer. Where there is internet, fetch it: geoloc models get "
            "{name}",
            name=name,
        )


def verify() -> dict[str, tuple[str, ...]]:
    """By name, which files of each fetched model are missing or not as they were fetched."""
    return {name: tuple(fetched(name).changed_files()) for name in all_fetched()}


def _cities() -> list[City]:
    """The cities that there are models of."""
    of_cities = {model.city.name: model.city for model in registry.of_task("city")}
    return list(of_cities.values())


def _reads_texts(model: Fetched) -> bool:
    """Whether it is an image-text model; another one of a hub is a backbone."""
    return "text_config" in model.config
