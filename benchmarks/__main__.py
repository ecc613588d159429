"""python -m benchmarks: our way and the plain way, timed in turns, and their ratio."""

from __future__ import annotations

import io
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np
import torch
from PIL import Image, ImageOps
from PIL import __version__ as PILLOW

from benchmarks import browser, one_photo
from geoloc.explain import ProbeCam
from geoloc.models import registry
from geoloc.photo import read_photo
from geoloc.photo.inputs import FRAME, frame, prepare, to_batch
from geoloc.settings import PROJECT
from geoloc.tasks.country import CountryClassifier
from pages import gallery
from training.augment import AugmentConfig, crop

ROUNDS = 15


def large_jpeg(width: int = 6000, height: int = 4000) -> bytes:
    """A 24-megapixel JPEG: a photo of the gallery, enlarged."""
    image = Image.open(io.BytesIO(gallery.entries()[0].read())).resize((width, height))
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=90)
    return stream.getvalue()


def plain_read(data: bytes) -> np.ndarray:
    """What one would otherwise write: decode everything, turn it upright, scale it."""
    image = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB")
    image.thumbnail((1600, 1600))
    return np.asarray(image)


def machine() -> str:
    """What the numbers were measured on, and with."""
    versions = f"Python {platform.python_version()}, torch {torch.__version__}"
    cores, busy = os.cpu_count(), os.getloadavg()[0]
    return f"{platform.machine()}, {cores} cores, load {busy:.1f}; {versions}, Pillow {PILLOW}"


def compare(
    what: str, ours: Callable[[], object], plain: Callable[[], object], rounds: int = ROUNDS
) -> None:
    """Print the median times of both, taken in turns so that a busy machine slows both."""
    ours(), plain()
    times: dict[Callable, list[float]] = {ours: [], plain: []}
    for _ in range(rounds):
        for way, spent in times.items():
            started = time.perf_counter()
            way()
            spent.append(time.perf_counter() - started)
    mine, other = (statistics.median(spent) * 1000 for spent in times.values())
    print(f"{what:<58}{mine:9.2f} ms {other:9.2f} ms {other / mine:8.1f} x")


def seconds(*arguments: str) -> float:
    """The median time of a fresh interpreter, the first run left out: it warms the disk's cache."""
    spent = []
    for _ in range(4):
        started = time.perf_counter()
        subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
        spent.append(time.perf_counter() - started)
    return statistics.median(spent[1:])


def start() -> None:
    """Print how long the library, its help and its first answer take."""
    photo = str(PROJECT / "pages" / "gallery" / gallery.entries()[0].file)
    locate = ("-m", "geoloc.cli", "locate", photo, "--model", "lite0")
    for what, arguments in {
        "import geoloc": ("-c", "import geoloc"),
        "geoloc --help": ("-m", "geoloc.cli", "--help"),
        "geoloc locate PHOTO --model lite0": locate,
    }.items():
        print(f"{what:<58}{seconds(*arguments):9.2f} s")


def main() -> None:
    """Run all comparisons."""
    print(machine())
    print(f"{'':<58}{'ours':>12} {'plain':>12} {'ratio':>10}")
    data = large_jpeg()
    compare(
        "a 24-megapixel JPEG: read_photo / Pillow, decoded whole",
        lambda: read_photo(data),
        lambda: plain_read(data),
    )
    twelve, releases = large_jpeg(4000, 3000), one_photo.networks()
    answer, eager = one_photo.ours(releases), one_photo.plain(releases)
    compare(
        "a: 12 megapixels, all networks, pins, CAMs / eager",
        lambda: answer(twelve),
        lambda: eager(twelve),
        rounds=5,
    )
    try:
        maps = one_photo.maps()
    except ImportError:
        print("f: Grad-CAM: not measured, torchcam is not installed")
    else:
        name = f"torchcam {maps.version}"
        compare(f"f: Grad-CAM, resnet18, another photo / {name}", maps.photo, maps.torchcam)
        compare(f"f: another country, same photo / {name}, anew", maps.country, maps.torchcam)
        compare(f"f: another country / {name}, graph retained", maps.country, maps.retained)
    photo = read_photo(gallery.entries()[0].read())
    jpegs = [gallery.entries()[0].read()] * 64
    frames = np.stack([frame(photo.pixels).pixels] * 64)
    top, bottom = torch.zeros(64), torch.full((64,), float(FRAME))
    mirrored = torch.zeros(64, dtype=torch.bool)
    generator = torch.Generator().manual_seed(0)
    config = AugmentConfig(zoom=0.3)
    compare(
        "c: a batch of 64 to train on: cached frames / decoded again",
        lambda: crop(torch.from_numpy(frames), top, bottom, mirrored, config, generator),
        lambda: to_batch([prepare(plain_read(jpeg)) for jpeg in jpegs]),
    )
    explainable = next(c for c in registry.of_task("country") if ProbeCam.fits(c))
    cam = ProbeCam(CountryClassifier(explainable))
    country = explainable.classes[0]
    compare(
        "CAMs of two layers: linear models / occlusion, 10x5 patches",
        lambda: cam.explain_layers(photo, country),
        lambda: occlusion(cam.classifier, prepare(photo.pixels)),
    )
    start()
    browser.measure()


def occlusion(classifier: CountryClassifier, band: np.ndarray) -> np.ndarray:
    """The probabilities with each patch greyed out (Zeiler & Fergus 2014, arXiv:1311.2901)."""
    hidden = np.stack([band] * 50)
    for number in range(50):
        y, x = number // 10 * 24, number % 10 * 24
        hidden[number, y : y + 24, x : x + 24] = 128
    return classifier.probabilities(hidden[:, None])


if __name__ == "__main__":
    main()
