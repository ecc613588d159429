"""python -m benchmarks.training_input: batches to train on, and torchvision's reference way.

Ours is what the loop uses: frames that were decoded once (first from a memory map, then from
shards), read by a thread, cropped and coloured by the batch. Theirs is ImageFolder and a DataLoader
with the transforms of torchvision's references/classification: every photo is decoded and changed
by itself, each epoch. Both change crops, mirror and colours alike.
"""

from __future__ import annotations

import argparse
import io
import os
import tempfile
from functools import partial
from importlib import import_module
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch.utils.data import DataLoader

from benchmarks.spent import print_head, print_line, spent
from geoloc.balance import Plan
from geoloc.networks.vision import torchvision
from geoloc.photo.inputs import BAND
from pages import gallery
from training.augment import AugmentConfig, color_jitter, crop
from training.data import frames as cache
from training.data.sources import read
from training.loop.loader import Loader

v2 = import_module(f"{torchvision.__name__}.transforms.v2")

SIZE = (1024, 768)
BATCH = 64
CONFIG = AugmentConfig(zoom=0.3, tilt=0.1, stretch=0.1, light=0.2, colour=0.2, mirror=0.5)


def make(folder: Path, photos: int) -> None:
    """A folder a country, of the gallery's photos at a usual size."""
    entries = gallery.entries()
    for number in range(photos):
        place = folder / ("FR", "DE")[number % 2]
        place.mkdir(exist_ok=True)
        photo = Image.open(io.BytesIO(entries[number % len(entries)].read())).convert("RGB")
        photo.resize(SIZE).save(place / f"{number}.jpg", quality=90)


def reference(folder: Path, workers: int) -> None:
    """An epoch of torchvision's way."""
    light, colour = CONFIG.light, CONFIG.colour
    transform = v2.Compose(
        [
            v2.ToImage(),
            v2.RandomResizedCrop(BAND.size, scale=(0.5, 1.0), ratio=(1.8, 2.2), antialias=True),
            v2.RandomHorizontalFlip(CONFIG.mirror),
            v2.ColorJitter(brightness=light, contrast=light, saturation=colour),
            v2.ToDtype(torch.float32, scale=True),
        ]
    )
    loader = DataLoader(
        torchvision.datasets.ImageFolder(folder, transform),
        BATCH,
        shuffle=True,
        num_workers=workers,
        drop_last=True,
    )
    for _images, _targets in loader:
        pass


def ours(frames: cache.Frames) -> None:
    """An epoch of the loop's way."""
    generator = torch.Generator().manual_seed(0)
    targets = torch.zeros(len(frames.table))
    loader = Loader(
        frames, np.arange(len(targets)), lambda rows: targets[rows], torch.device("cpu")
    )
    order = np.random.default_rng(0).permutation(len(targets))
    parts = [Plan.untouched(part) for part in order.reshape(-1, BATCH)]
    for batch in loader.batches(parts):
        mirrored = torch.rand(BATCH, generator=generator) < CONFIG.mirror
        images = crop(batch.pixels, batch.top, batch.bottom, mirrored, CONFIG, generator)
        color_jitter(images, CONFIG, generator)


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.training_input", description=__doc__
    )
    parser.add_argument("--photos", type=int, default=1024)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    count = options.photos // BATCH * BATCH
    print(f"{count} JPEGs of {SIZE[0]} x {SIZE[1]}, {options.workers} workers, PyTorch", end=" ")
    print(f"{torch.__version__}, {torch.get_num_threads()} threads")
    with tempfile.TemporaryDirectory() as place:
        photos = Path(place) / "photos"
        photos.mkdir()
        make(photos, count)
        table, _problems = read("folders", photos)
        ways = {}
        for way, most in (("memory map", count), ("shards", 0)):
            cache.MAPPED = most
            ways[way] = cache.load(table, Path(place) / way, progress=False)
        print_head()
        other = spent(count, partial(reference, photos, options.workers))
        print_line("ImageFolder and DataLoader", other)
        for way, frames in ways.items():
            print_line(f"the loop's loader, {way}", spent(count, partial(ours, frames)), other)


if __name__ == "__main__":
    main()
