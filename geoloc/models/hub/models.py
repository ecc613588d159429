"""Published models as models of this project: fetched and made, removed, watched over."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from geoloc import countries, settings
from geoloc.models.hub import zero_shot
from geoloc.models.hub.catalogue import Entry, entry
from geoloc.models.hub.fetch import fetch
from geoloc.models.hub.sources import Offer
from geoloc.models.hub.store import Fetched, HubError, all_fetched, fetched, forget


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
    if known.use == "countries" and _reads_texts(model):
        zero_shot.country_model(known, model, classes).publish()
    return known, model


def remove(name: str) -> None:
    """Remove a fetched model and what was made of it.

    Raises:
        HubError: if there is none of this name.
    """
    name = entry(name).name
    made = settings.FETCHED / name
    there = made.is_dir()
    if there:
        shutil.rmtree(made)
    if not forget(name) and not there:
        raise HubError(
            "not_fetched",
            "{name} is not on this computer. Where there is internet, fetch it: geoloc models get "
            "{name}",
            name=name,
        )


def verify() -> dict[str, tuple[str, ...]]:
    """By name, which files of each fetched model are missing or not as they were fetched."""
    return {name: tuple(fetched(name).changed_files()) for name in all_fetched()}


def _reads_texts(model: Fetched) -> bool:
    """Whether it is an image-text model; another one of a hub is a backbone."""
    return "text_config" in model.config
