"""python -m benchmarks.million_rows: training input for a table of a million made photos.

Small JPEGs are made, given a million names, and listed in a CSV. A first process reads the table
and keeps their frames; then another starts as every later training does, and shows batches from all
over the table. Each says how long it took, and how much memory it had at most. Frames are kept in
shards, also of a smaller table.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import tempfile
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch

from geoloc.balance import Plan
from geoloc.photo.inputs import BAND
from training import data
from training.data import frames as cache
from training.loop.loader import Loader
from training.tasks.tasks import Countries

DISTINCT = 500
FOLDER = 10_000
CODES = ("DE", "ES", "FR", "IT", "JP", "PL", "SE", "US")
BATCH, BATCHES = 64, 150


def make(root: Path, photos: int) -> None:
    """Photos as files under many names, and photos.csv."""
    rng = np.random.default_rng(0)
    made = root / "made"
    made.mkdir()
    for number in range(DISTINCT):
        coarse = rng.integers(0, 256, (9, 12, 3), dtype=np.uint8)
        pixels = cv2.resize(coarse, (320, 240), interpolation=cv2.INTER_CUBIC)
        cv2.imwrite(str(made / f"{number}.jpg"), pixels)
    with (root / "photos.csv").open("w") as table:
        table.write("path,country,group,split\n")
        for number in range(photos):
            name = f"{number // FOLDER:03d}/{number:07d}.jpg"
            if number % FOLDER == 0:
                (root / name).parent.mkdir()
            os.link(made / f"{number % DISTINCT}.jpg", root / name)
            place = number // 2
            split = {0: "val", 1: "test"}.get(place % 100, "train")
            table.write(f"{name},{CODES[place % 8]},place {place},{split}\n")


def read(root: Path, folder: Path) -> str:
    """Read the table, and keep the frames where there are none yet."""
    cache.CACHE, cache.MAPPED = folder, 0
    started = time.perf_counter()
    photos = len(data.load(root / "photos.csv", spec=BAND).frames.table)
    return f"{photos:,} photos in {time.perf_counter() - started:.0f} s"


def show(root: Path, folder: Path) -> str:
    """Start as a training does, up to its first batch, and go on for some more."""
    cache.CACHE, cache.MAPPED = folder, 0
    started = time.perf_counter()
    frames = data.load(root / "photos.csv", spec=BAND).frames
    task = Countries.of(frames.table)
    train = frames.of_split("train")
    order = task.order(frames.table.iloc[train], np.random.default_rng(0))
    plan = Plan.untouched(order)
    loader = Loader(
        frames, train, lambda rows: task.targets(frames.table.iloc[rows]), torch.device("cpu")
    )
    parts = [
        plan.take(np.arange(n * BATCH, (n + 1) * BATCH))
        for n in range(min(BATCHES, len(plan) // BATCH))
    ]
    batches = loader.batches(parts)
    next(batches)
    begun = time.perf_counter()
    shown = sum(len(batch.plan) for batch in batches)
    rate = shown / (time.perf_counter() - begun)
    return f"first batch after {begun - started:.0f} s, then {rate:,.0f} photos a second"


def apart(what: Callable[[Path, Path], str], *arguments: Any) -> str:
    """What a process of its own says, and the memory that it had at most."""
    mine, theirs = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(
        target=_said, args=(theirs, what, *arguments)
    )
    process.start()
    theirs.close()  # so that a process that fails ends the wait
    said: str = mine.recv()
    process.join()
    return said


def _said(connection: Connection, what: Callable[..., str], *arguments: Any) -> None:
    told = what(*arguments)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    connection.send(f"{told}; {memory:.2f} GB of memory at most")


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.million_rows", description=__doc__)
    parser.add_argument("--photos", type=int, default=1_000_000)
    photos = parser.parse_args().photos
    with tempfile.TemporaryDirectory() as place:
        root, folder = Path(place) / "photos", Path(place) / "cache"
        root.mkdir()
        make(root, photos)
        print("first, keeping frames:", apart(read, root, folder), flush=True)
        print("a later start:", apart(show, root, folder), flush=True)


if __name__ == "__main__":
    main()
