"""What a released network makes of photos, computed once a photo: plain, and changed by chance.

What it makes of photos as they are is kept beside them (`training.embeddings`); a look at changed
ones is kept in the run's folder, so that a run that was stopped goes on where it was, and a head is
fitted in minutes.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from torch import Tensor
from tqdm import tqdm

from geoloc.files import replacing
from geoloc.networks.device import channels_last, mixed_precision
from geoloc.tasks.country import CountryClassifier
from training.augment import color_jitter, crop, mirrored_now
from training.cameras import other_cameras
from training.data.frames import Frames
from training.embeddings import of_crops
from training.loop.recipe import Recipe

_SEED = 1000
_log = logging.getLogger(__name__)


def described(
    classifier: CountryClassifier, frames: Frames, rows: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities of countries (B, C) and embeddings (B, D) of some rows, as answers have them.

    Args:
        classifier: whose network is asked.
        frames: at the scale of its input.
        rows: their numbers, at least one.
    """
    crops = classifier.card.input.crops
    logits, embeddings = of_crops(classifier.network, crops, frames, rows, classifier.device)
    return classifier.calibrated(logits.double().numpy()), embeddings.double().numpy()


def changed(
    classifier: CountryClassifier, frames: Frames, rows: np.ndarray, recipe: Recipe, folder: Path
) -> Tensor:
    """Embeddings of length 1 of each of some rows, float32 (looks, B, D).

    Args:
        classifier: whose network is asked.
        frames: at the scale of its input.
        rows: their numbers.
        recipe: how often each is looked at, and how it is changed before.
        folder: where looks are kept.
    """
    folder.mkdir(parents=True, exist_ok=True)
    looks = []
    for number in range(recipe.fit.epochs):
        file = folder / f"look-{number}.safetensors"
        if not file.is_file():
            seen = torch.cat(list(_look(classifier, frames, rows, recipe, number)))
            with replacing(file) as aside:
                save_file({"embeddings": seen.half()}, aside)
        looks.append(load_file(file)["embeddings"].float())
    return torch.stack(looks)


def _look(
    classifier: CountryClassifier, frames: Frames, rows: np.ndarray, recipe: Recipe, number: int
) -> Iterator[Tensor]:
    generator = torch.Generator(classifier.device).manual_seed(_SEED + number)
    host = np.random.default_rng(_SEED + number)
    network = channels_last(classifier.network, classifier.device)
    chunks = np.array_split(rows, max(1, len(rows) // recipe.fit.batch))
    for chunk in tqdm(chunks, desc=f"look {number + 1}/{recipe.fit.epochs}", disable=None):
        images = _images(frames, chunk, recipe, number, generator, host)
        with torch.inference_mode(), mixed_precision(classifier.device):
            embeddings = network.embed(images)
        yield F.normalize(embeddings.float(), dim=1).cpu()


def _images(
    frames: Frames,
    rows: np.ndarray,
    recipe: Recipe,
    number: int,
    generator: torch.Generator,
    host: np.random.Generator,
) -> Tensor:
    """Photos as other cameras would have taken them, (B, 3, H, W)."""
    device = generator.device
    pixels = torch.from_numpy(frames.pixels[rows]).to(device)
    top, bottom = torch.from_numpy(frames.rows[rows]).to(device).unbind(1)
    mirrored = torch.from_numpy(mirrored_now(rows, number, recipe.augment.mirror)).to(device)
    spec, cameras = recipe.input, recipe.cameras
    images = crop(
        pixels, top, bottom, mirrored, recipe.augment, generator, spec.height, spec, cameras.leaning
    )
    images = color_jitter(images, recipe.augment, generator)
    images = other_cameras(images, cameras, generator, host)
    return images.contiguous(memory_format=torch.channels_last)
