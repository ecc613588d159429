"""GeoCLIP (Vivanco Cepeda et al. 2023, arXiv:2309.16020): photos compared with positions.

The package `geoclip` carries what its authors trained: an encoder of positions, two layers after
CLIP's image encoder, and a gallery of 100,000 positions. CLIP's own weights are fetched.
logit(position) = scale * cos(photo, position). A gallery is a linear head whose rows are embeddings
of positions, computed once: of the world, or of the streets of any city, closer together, without
one photo of it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from geoloc import settings
from geoloc.countries import countries_at
from geoloc.geo import City
from geoloc.geo.grid import Grid
from geoloc.models.card import (
    CityCard,
    CityPart,
    DataPart,
    Input,
    Network,
    Published,
    WorldCard,
    WorldPart,
)
from geoloc.models.hub import encoders
from geoloc.models.hub.catalogue import Entry
from geoloc.models.hub.sources import not_installed
from geoloc.models.hub.store import Fetched
from geoloc.models.release import TRANSFORMERS, Release, released
from geoloc.networks import build
from geoloc.world.cells import unit_vectors
from geoloc.world.land import cells_of

NAME = "geoclip"
CITY_CELLS = 48
"""Positions along the longer side of a city's box."""
_AT_ONCE = 4096


def _package() -> Any:
    try:
        import geoclip
    except ImportError as error:
        raise not_installed() from error
    return geoclip


def positions() -> np.ndarray:
    """The gallery of its authors, latitudes and longitudes, float64 (100000, 2).

    Raises:
        HubError: if the package is not installed.
    """
    return np.loadtxt(_folder() / "gps_gallery" / "coordinates_100K.csv", delimiter=",", skiprows=1)


@torch.inference_mode()
def location_features(places: np.ndarray) -> Tensor:
    """What positions (N, 2), latitude before longitude, mean to it: of length 1, (N, 512).

    Raises:
        HubError: if the package is not installed.
    """
    encoder = _package().LocationEncoder().eval()
    batches = torch.from_numpy(np.asarray(places, np.float32)).split(_AT_ONCE)
    return torch.cat([F.normalize(encoder(batch), dim=1) for batch in batches])


def world_model(entry: Entry, model: Fetched, gallery: np.ndarray | None = None) -> Release:
    """The model of the world on a gallery of positions, in memory.

    Args:
        entry: what is known of it.
        model: CLIP, as it was fetched.
        gallery: latitudes and longitudes (N, 2); its authors' if None.

    Raises:
        HubError: if it can't be made.
    """
    places = positions() if gallery is None else gallery
    codes = countries_at(places[:, 0], places[:, 1])
    cells = cells_of(unit_vectors(places[:, 0], places[:, 1]), codes)
    network, common = _network(entry, model, places)
    card = WorldCard(
        name=entry.name,
        title=entry.title,
        task="world",
        world=WorldPart(
            cells=len(cells), countries=cells.codes, what="positions of a gallery, a cell each"
        ),
        **common,
    )
    return released(settings.FETCHED / entry.name, network, card).with_cells(cells)


def city_model(entry: Entry, model: Fetched, city: City, cells: int = CITY_CELLS) -> Release:
    """A model of a city on positions all over its box, in memory; it has seen no photo of it.

    Args:
        entry: what is known of it.
        model: CLIP, as it was fetched.
        city: whose box is filled.
        cells: positions along its longer side.

    Raises:
        HubError: if it can't be made.
    """
    grid = Grid.over(city.box, cells)
    places = [city.box.denormalise(x, y) for x, y in grid.middles]
    network, common = _network(entry, model, np.array([(at.lat, at.lon) for at in places]))
    half = np.array([0.5 / grid.columns, 0.5 / grid.rows])
    corners = np.clip(np.concatenate([grid.middles - half, grid.middles + half], axis=1), 0, 1)
    name = f"{city.name}-{entry.name}"
    card = CityCard(
        name=name,
        title=f"{entry.title}, {city.title}",
        task="city",
        city=CityPart(
            name=city.name,
            title=city.title,
            box=city.box,
            country=city.country,
            cells=tuple(map(tuple, corners.tolist())),
        ),
        **common,
    )
    return released(settings.FETCHED / name, network, card)


def _network(entry: Entry, model: Fetched, places: np.ndarray) -> tuple[Any, dict[str, Any]]:
    """CLIP, the layers after it and a row for each place; and what every card says of it."""
    model.check()
    image, scale = _image_layers()
    shape = {
        **encoders.shape_of(model.name),
        "outputs": len(places),
        "normalise": True,
        "project": [len(weights) for key, weights in image.items() if key.endswith("weight")],
    }
    network: Any = build(TRANSFORMERS, **shape)
    if network.project[0].weight.shape != image["0.weight"].shape:
        raise model.unusable("it is another CLIP than GeoCLIP was trained on")
    network.project.load_state_dict(image)
    with torch.no_grad():
        network.head[-1].weight.copy_(scale * location_features(places))
        network.head[-1].bias.zero_()
    published = Published(
        repo=model.repo,
        revision=model.revision,
        licence=model.licence,
        link=entry.paper,
    )
    parameters = sum(weights.numel() for weights in network.parameters())
    return network, {
        "network": Network(name=TRANSFORMERS, shape=shape, parameters=parameters),
        "input": Input.of(encoders.input_of(model.name)),
        "data": DataPart(),
        "published": published,
    }


def _image_layers() -> tuple[dict[str, Tensor], float]:
    """The layers after CLIP's image encoder, and the scale of the logits."""
    weights = {
        name: torch.load(_folder() / "weights" / f"{name}_weights.pth", weights_only=True)
        for name in ("image_encoder_mlp", "logit_scale")
    }
    return weights["image_encoder_mlp"], float(weights["logit_scale"].exp())


def _folder() -> Path:
    return Path(_package().__file__).with_name("model")
