"""Tiny data sets whose photos show their label, so that a tiny network learns them in seconds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from geoloc.geo import PITTSBURGH_BOX, Box, City

CODES = ("DE", "ES", "FR", "IT", "PL", "SE")
LARGEST = "FR"
TOWN = City("town", "Town", Box(south=48.80, west=2.30, north=48.82, east=2.35))

_COLOURS = {
    "DE": (200, 60, 60),
    "ES": (60, 190, 70),
    "FR": (70, 80, 210),
    "IT": (200, 190, 60),
    "PL": (180, 70, 190),
    "SE": (70, 190, 190),
}

RECIPE = """
title = "Tiny"

[network]
name = "cnn"
width = 4
dropout = 0.0

[fit]
epochs = {epochs}
batch = {batch}
rate = {rate}
ema = 0.8

[augment]
zoom = 0.1
light = 0.1

[balance]
method = "growth"
a = 1.0
b = 0.5
target = 0.8
"""


def recipe(folder: Path, epochs: int, batch: int = 16, rate: float = 3e-3) -> Path:
    """A recipe for a tiny CNN, as a file."""
    path = folder / "tiny.toml"
    path.write_text(RECIPE.format(epochs=epochs, batch=batch, rate=rate))
    return path


def countries(root: Path, codes: tuple[str, ...] = CODES) -> Path:
    """photos.csv and photos: each country has its colour; two photos show one place.

    Train has 24 photos of `LARGEST` and 8 of each other country, val and test 4 of each.
    """
    rng = np.random.default_rng(0)
    lines = ["path,country,group,split"]
    for code in codes:
        sizes = {"train": 24 if code == LARGEST else 8, "val": 4, "test": 4}
        for split, size in sizes.items():
            for number in range(size):
                name = f"{code}-{split}-{number}.png"
                _save(root / name, _street(_COLOURS[code], rng))
                lines.append(f"{name},{code},{code}-{split}-{number // 2},{split}")
    (root / "photos.csv").write_text("\n".join(lines) + "\n")
    return root


def town(root: Path, photos: int = 72, where: Box = TOWN.box) -> Path:
    """photos.csv and photos: red tells how far east in a box a photo stands, green how far north.

    Two thirds are to train, a sixth each for val and test, every photo a block of its own.
    """
    rng = np.random.default_rng(1)
    lines = ["path,lat,lon,block,split"]
    for number in range(photos):
        split = ("train", "train", "train", "train", "val", "test")[6 * number // photos]
        x, y = rng.random(2)
        place = where.denormalise(x, y)
        _save(root / f"{number}.png", _street((255 * x, 255 * y, 60), rng))
        lines.append(f"{number}.png,{place.lat:.6f},{place.lon:.6f},block {number},{split}")
    (root / "photos.csv").write_text("\n".join(lines) + "\n")
    return root


def streetlearn(root: Path) -> Path:
    """A release of 36 panoramas on a grid over Pittsburgh, as StreetLearn's JPEGs come."""
    rng = np.random.default_rng(2)
    lines = []
    for number in range(36):
        place = PITTSBURGH_BOX.denormalise((number % 6 + 0.5) / 6, (number // 6 + 0.5) / 6)
        name = f"panorama{number:014d}"
        lines.append(f"{name},{number * 10.0},{place.lat:.6f},{place.lon:.6f}")
        panorama = rng.integers(0, 255, (32, 64, 3)).astype(np.uint8)
        Image.fromarray(panorama).save(root / f"{name}.jpg")
    (root / "nodes.txt").write_text("\n".join(lines) + "\n")
    (root / "links.txt").touch()
    return root


def _street(colour: tuple[float, float, float], rng: np.random.Generator) -> np.ndarray:
    """A photo of one colour in changing light, with noise: uint8 (48, 64, 3)."""
    pixels = np.array(colour) * rng.uniform(0.9, 1.1) + rng.normal(0, 12, (48, 64, 3))
    return pixels.clip(0, 255).astype(np.uint8)


def _save(path: Path, pixels: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)
