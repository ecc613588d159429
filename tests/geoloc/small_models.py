"""Small models for tests: a network with lively weights, its card, and photos to show it."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from geoloc.networks import build
from geoloc.networks.cnn import CNN
from geoloc.photo import Photo

CLASSES = ["BR", "FR", "JP", "ZA"]
BOX = {"south": 48.80, "west": 2.30, "north": 48.82, "east": 2.35}


def network(outputs: int = len(CLASSES), width: int = 4, seed: int = 0) -> CNN:
    """A CNN whose normalisation has seen something, as a trained one's has."""
    torch.manual_seed(seed)
    made = build("cnn", outputs=outputs, width=width)
    for _ in range(3):
        made(torch.rand(8, 3, 120, 240))
    return made.eval()


def country_card(**changes: Any) -> dict[str, Any]:
    return {
        "name": "small",
        "title": "Small",
        "task": "country",
        "network": {"name": "cnn", "shape": {"outputs": len(CLASSES), "width": 4}},
        "classes": CLASSES,
        "data": {"name": "few photos"},
    } | changes


def ensemble_card(members: dict[str, float], **changes: Any) -> dict[str, Any]:
    return {
        "name": "ensemble",
        "title": "Ensemble",
        "task": "country",
        "network": {"name": "ensemble"},
        "members": members,
        "classes": CLASSES,
        "data": {"name": "few photos"},
    } | changes


def city_card(**changes: Any) -> dict[str, Any]:
    return {
        "name": "town-small",
        "title": "Small, Town",
        "task": "city",
        "network": {"name": "cnn", "shape": {"outputs": 2, "width": 4}},
        "city": {"name": "town", "title": "Town", "box": BOX},
        "data": {"name": "few photos"},
    } | changes


def photo(pixels: np.ndarray) -> Photo:
    return Photo(pixels=pixels, sha256="0" * 64)


def photos(count: int, height: int = 180, width: int = 240) -> list[Photo]:
    """Photos of coloured blobs, all different."""
    rng = np.random.default_rng(0)
    coarse = rng.integers(0, 256, (count, height // 20, width // 20, 3), dtype=np.uint8)
    pixels = coarse.repeat(20, axis=1).repeat(20, axis=2)
    pixels.flags.writeable = False  # as those that were read from files
    return list(map(photo, pixels))
