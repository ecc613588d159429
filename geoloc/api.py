"""What `import geoloc` offers beside its classes: to list, open and explain models."""

from __future__ import annotations

from pathlib import Path

import torch

from geoloc.errors import GeolocError
from geoloc.explain.cam import Cam
from geoloc.models import registry
from geoloc.models.registry import Model
from geoloc.models.release import CARD, ReleaseError
from geoloc.models.release import load as load_checkpoint
from geoloc.settings import CHECKPOINTS
from geoloc.tasks.base import task_of
from geoloc.tasks.predictor import PhotoLike, as_photo


def list_models(task: str | None = None, folder: Path = CHECKPOINTS) -> list[str]:
    """The names of the models at hand, as `load` takes them.

    Args:
        task: "country", "city", "world", or another one that was registered; None for all.
        folder: where the models' folders lie; those that came with geoloc by default.

    Example:
        >>> import geoloc
        >>> "lite0" in geoloc.list_models()
        True
        >>> "lite0" in geoloc.list_models(task="city")
        False
    """
    usable, _problems = registry.available(folder)
    return [model.folder.name for model in usable if task in (None, model.task)]


def load(name: str | Path, folder: Path = CHECKPOINTS, device: torch.device | None = None) -> Model:
    """A model, ready to answer.

    Args:
        name: of a model in the folder, or the path of a model's own folder.
        folder: where the models' folders lie.
        device: where it computes; the best one here by default.

    Raises:
        ReleaseError: if there is no such model, or its files can't be used.

    Example:
        >>> import geoloc
        >>> model = geoloc.load("lite0")
        >>> for code, probability in model.predict("street.jpg").top(5):
        ...     assert code in model.classes and 0 <= probability <= 1
    """
    place = registry.find(name, folder)
    if not (place / CARD).is_file():
        raise ReleaseError(
            "no_such_model",
            "There is no model {name} in {folder}; there are {models}.",
            name=name,
            folder=folder,
            models=", ".join(list_models(folder=folder)) or "none",
        )
    return registry.load_model(load_checkpoint(place), device)


def explain(
    model: Model,
    photo: PhotoLike,
    *,
    country: str | None = None,
    method: str | None = None,
    layer: str | None = None,
) -> Cam:
    """Which parts of a photo go with an answer: a class activation map, or what moves a city's pin.

    A map shows activation that goes with a country, not why the model decided.

    Args:
        model: from `load`; an ensemble is explained by the networks it is made of.
        photo: a path, the bytes of a file, or a `Photo`.
        country: ISO 3166-1 alpha-2, whose map it shall be; the model's first by default.
        method: such as "grad_cam"; the model's first by default.
        layer: where in the network; the last by default.

    Raises:
        GeolocError: if the model can't be explained so; it says which ways there are.
        PhotoError: if the file is no photo, or none that can be read.

    Example:
        >>> import geoloc
        >>> model = geoloc.load("cnn")
        >>> cam = geoloc.explain(model, "street.jpg", country="FR")
        >>> cam.country, cam.values.ndim
        ('FR', 2)
    """
    task = task_of(model.checkpoint.task)
    ways = {way.name: way for way in task.explainers(model)}
    if not ways and model.networks == (model,):
        raise GeolocError(
            "no_maps",
            "{model} has no maps: no method explains its answers.",
            model=model.checkpoint.name,
        )
    if not ways:
        raise GeolocError(
            "not_explained",
            "{model} has no maps of its own. Explain a network instead, such as {networks}.",
            model=model.checkpoint.name,
            networks=", ".join(network.checkpoint.name for network in model.networks),
        )
    way = ways.get(method or next(iter(ways)))
    if way is None:
        raise GeolocError(
            "unknown_method",
            "{model} can't be explained by {method}; it can be by {methods}.",
            model=model.checkpoint.name,
            method=method,
            methods=", ".join(ways),
        )
    return task.cam(model, way, as_photo(photo), country, layer)
