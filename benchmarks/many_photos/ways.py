"""python -m benchmarks.many_photos: many 12-megapixel JPEGs into a file, and the plain ways.

`geoloc locate --out` against PyTorch's DataLoader with as many workers and the same network, and
against bare JPEG decoding, which nobody can be quicker than. All start anew and answer the same
files. `ratio` compares photos a second, `of CPU` the processors' time, which other programs that
run meanwhile don't change.
"""

from __future__ import annotations

import argparse
import io
import os
import tempfile
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from importlib import import_module
from multiprocessing import forkserver
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from benchmarks.spent import Spent, print_head, print_line, spent
from geoloc.batch.run import Run, locate_all
from geoloc.networks.vision import torchvision
from geoloc.results.locate import Locator
from geoloc.results.sink import open_sink
from pages import gallery

v2 = import_module(f"{torchvision.__name__}.transforms.v2")

SIZE = (4032, 3024)
DISTINCT = 24
"""Photos that are made; the others are the same files under other names."""


def make(folder: Path, photos: int) -> list[str]:
    """JPEGs as a phone writes them: the gallery's photos enlarged, with a sensor's grain."""
    rng = np.random.default_rng(0)
    entries = gallery.entries()
    paths = [folder / f"{number:05d}.jpg" for number in range(photos)]
    for number, path in enumerate(paths[:DISTINCT]):
        data = entries[number % len(entries)].read()
        small = Image.open(io.BytesIO(data)).convert("RGB")
        pixels = np.asarray(small.resize(SIZE, Image.Resampling.BICUBIC), np.float32)
        grain = rng.normal(0, 5, pixels.shape[:2]).astype(np.float32)[:, :, None]
        Image.fromarray((pixels + grain).clip(0, 255).astype(np.uint8)).save(path, quality=90)
    for number, path in enumerate(paths[DISTINCT:]):
        os.link(paths[number % DISTINCT], path)
    return list(map(str, paths))


class Photos(Dataset):
    """What one would otherwise write: Pillow and torchvision's transforms."""

    def __init__(self, paths: list[str], size: tuple[int, int]) -> None:
        self.paths = paths
        self.prepare = v2.Compose(
            [
                v2.ToImage(),
                v2.CenterCrop(SIZE[1]),
                v2.Resize(size, antialias=True),
                v2.ToDtype(torch.float32, scale=True),
            ]
        )

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, number: int) -> Tensor:
        return self.prepare(Image.open(self.paths[number]).convert("RGB"))


@torch.inference_mode()
def plain(paths: list[str], locator: Locator, workers: int, batch: int, looks: int) -> None:
    """A loop over a DataLoader."""
    (model,) = (model for models in locator.models.values() for model in models)
    photos = Photos(paths, model.card.input.spec.size)
    for images in DataLoader(photos, batch_size=batch, num_workers=workers):
        outputs = model.network(images)
        if looks == 2:
            outputs = (outputs + model.network(images.flip(3))) / 2
        outputs.softmax(dim=1)


def ours(paths: list[str], locator: Locator, run: Run, out: Path) -> None:
    """The library's way."""
    out.unlink(missing_ok=True)
    with open_sink(out, locator) as sink:
        for _answers in locate_all(locator, iter(paths), sink, run):
            pass
    # The workers are children of this server: their time counts when it has ended.
    forkserver._forkserver._stop()


def decoded(path: str, longest: int) -> None:
    """A JPEG at the scale at which networks need it, and nothing else."""
    image = Image.open(path)
    image.draft("RGB", (longest, 1))
    image.load()


def bare(paths: list[str], workers: int, longest: int) -> None:
    """Decoding alone, in as many processes."""
    with ProcessPoolExecutor(workers) as pool:
        list(pool.map(decoded, paths, [longest] * len(paths), chunksize=8))


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.many_photos", description=__doc__)
    parser.add_argument("--photos", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--model", default="lite0")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        paths = make(Path(folder), options.photos)
        measure(paths, Path(folder) / "answers.jsonl", options)


def measure(paths: list[str], out: Path, options: argparse.Namespace) -> None:
    """All ways, one after the other."""
    count, workers = len(paths), options.workers
    size = np.mean([os.path.getsize(path) for path in paths]) / 1e6
    print(f"{count} JPEGs of {SIZE[0]} x {SIZE[1]}, {size:.1f} MB each; {options.model}")
    print(f"{workers} workers, {torch.get_num_threads()} threads of PyTorch {torch.__version__}")
    print_head()
    once = Locator(names=[options.model], fast=True)
    twice = Locator(names=[options.model])
    limit = spent(count, partial(bare, paths, workers, 480))
    print_line("bare decoding at an eighth", limit)
    ways: dict[str, tuple[Locator, Run, int]] = {
        "--fast, one look": (once, Run(32, workers, fast=True), 1),
        "as the card says, two looks": (twice, Run(32, workers), 2),
    }
    for what, (locator, run, looks) in ways.items():
        other = spent(count, partial(plain, paths, locator, workers, 32, looks))
        mine = spent(count, partial(ours, paths, locator, run, out))
        print_line(f"DataLoader, {what}", other)
        print_line(f"geoloc locate, {what}", mine, other)
        print_share(mine, limit)


def print_share(mine: Spent, limit: Spent) -> None:
    """How near to the limit that is."""
    print(f"{'':<8}{mine.rate / limit.rate:.0%} of bare decoding at an eighth")
