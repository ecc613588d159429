"""python -m benchmarks: our way and the plain way, timed in turns, and their ratio."""

from __future__ import annotations

import io
import statistics
import time
from collections.abc import Callable

import numpy as np
import torch
from PIL import Image, ImageOps

from geoloc.explain import ProbeCam
from geoloc.models import registry
from geoloc.photo import read_photo
from geoloc.photo.inputs import FRAME, frame, prepare, to_batch
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


def compare(what: str, ours: Callable[[], object], plain: Callable[[], object]) -> None:
    """Print the median times of both, taken in turns so that a busy machine slows both."""
    ours(), plain()
    times: dict[Callable, list[float]] = {ours: [], plain: []}
    for _ in range(ROUNDS):
        for way, spent in times.items():
            started = time.perf_counter()
            way()
            spent.append(time.perf_counter() - started)
    mine, other = (statistics.median(spent) * 1000 for spent in times.values())
    print(f"{what:<58}{mine:9.2f} ms {other:9.2f} ms {other / mine:8.1f} x")


def main() -> None:
    """Run all comparisons."""
    print(f"{'':<58}{'ours':>12} {'plain':>12} {'ratio':>10}")
    data = large_jpeg()
    compare(
        "a 24-megapixel JPEG: read_photo / Pillow, decoded whole",
        lambda: read_photo(data),
        lambda: plain_read(data),
    )
    photo = read_photo(gallery.entries()[0].read())
    jpegs = [gallery.entries()[0].read()] * 64
    frames = np.stack([frame(photo.pixels).pixels] * 64)
    top, bottom = torch.zeros(64), torch.full((64,), float(FRAME))
    mirrored = torch.zeros(64, dtype=torch.bool)
    generator = torch.Generator().manual_seed(0)
    config = AugmentConfig(zoom=0.3)
    compare(
        "a batch of 64 to train on: cached frames / decoded again",
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


def occlusion(classifier: CountryClassifier, band: np.ndarray) -> np.ndarray:
    """The probabilities with each patch greyed out (Zeiler & Fergus 2014, arXiv:1311.2901)."""
    hidden = np.stack([band] * 50)
    for number in range(50):
        y, x = number // 10 * 24, number % 10 * 24
        hidden[number, y : y + 24, x : x + 24] = 128
    return classifier.probabilities(hidden[:, None])


if __name__ == "__main__":
    main()
