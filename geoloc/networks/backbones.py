"""Frozen backbones, kept once beside the models that were tuned on them.

A model whose head or low ranks alone were tuned stores those: a megabyte, that anyone may pass on.
Its backbone, hundreds of megabytes under a licence of their own, lies in `trunks/` beside the
models' folders, one file for all models that share it, with matrices in half precision like all
that is stored. Whoever tunes a model fetches it from its authors once; from then on training reads
this file, and so does serving, which never asks a network for anything. Cards name the file by its
SHA-256: no model is served on other weights than it was tuned on.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from geoloc.errors import GeolocError
from geoloc.files import replacing
from geoloc.networks.timm_backbone import (
    TimmBackbone,
    load_published,
    published_name,
    published_state,
)

FOLDER = "trunks"


class BackboneError(GeolocError):
    """A backbone that is not there or not the right one, and what to do about it."""


def path_of(network: TimmBackbone, models: Path) -> Path:
    """Where a network's backbone lies, beside the models in a folder."""
    return models / FOLDER / f"{published_name(network.backbone)}.safetensors"


def keep(network: TimmBackbone, models: Path) -> str:
    """Store a network's backbone unless it lies there already; gives the file's SHA-256.

    Raises:
        BackboneError: if another version of it lies there.
    """
    path = path_of(network, models)
    weights = {key: _stored(value) for key, value in published_state(network.backbone).items()}
    if not path.is_file():
        _write(path, weights)
    elif not _same(weights, _read(path)):
        raise BackboneError(
            "backbone_kept_other",
            "{path} holds another version of its backbone than it was tuned on. Other "
            "models need that file: publish this one into another folder.",
            path=path,
        )
    return _digest(path)


def lend(network: TimmBackbone, models: Path, expected: str | None = None) -> None:
    """Put the stored backbone into a network.

    Args:
        network: changed in place.
        models: the folder of the models' folders.
        expected: the file's SHA-256; None takes any.

    Raises:
        BackboneError: if the file is missing, damaged, or another than expected.
    """
    path = path_of(network, models)
    if not path.is_file():
        raise BackboneError(
            "backbone_missing",
            "only what was tuned is stored with a model, and its backbone is not in {path}."
            " Copy that file from where the model was trained, or where a model hub can be "
            "reached fetch it: python -m training trunk {network}",
            path=path,
            network=published_name(network.backbone),
        )
    if expected is not None and _digest(path) != expected:
        raise BackboneError(
            "backbone_other",
            "{path} is damaged, or another version of its backbone than it was tuned on. "
            "Take that file from where the model was trained.",
            path=path,
        )
    try:
        load_published(network.backbone, _read(path))
    except ValueError as error:
        raise BackboneError(
            "backbone_unusable",
            "{path} can't be used: {error}. Delete it and fetch it anew.",
            path=path,
            error=error,
        ) from error


def _read(path: Path) -> dict[str, Tensor]:
    try:
        weights = load_file(path)
    except (OSError, SafetensorError) as error:
        raise BackboneError(
            "backbone_unreadable",
            "{path} can't be read: {error}. Delete it and fetch it anew.",
            path=path,
            error=error,
        ) from error
    if not all(torch.isfinite(value).all() for value in weights.values()):
        raise BackboneError(
            "backbone_not_finite",
            "{path} holds values that are not finite. Delete it and fetch it anew.",
            path=path,
        )
    return weights


def _write(path: Path, weights: dict[str, Tensor]) -> None:
    with replacing(path) as aside:
        save_file(weights, aside)


def _same(one: dict[str, Tensor], other: dict[str, Tensor]) -> bool:
    return one.keys() == other.keys() and all(torch.equal(one[key], other[key]) for key in one)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _stored(value: Tensor) -> Tensor:
    value = value.detach().cpu().contiguous()
    return value.half() if value.is_floating_point() and value.ndim >= 2 else value
