"""What released country models answer to a data set's photos, each network asked once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from geoloc.models.registry import opener
from geoloc.models.release import Release
from geoloc.tasks.country import CountryClassifier
from training.data import Data, DataError
from training.embeddings import of_crops, only_its_head
from training.tasks.tasks import Countries

PHOTOS_AT_ONCE = 32
"""With six crops each this is a batch that any network passes through in a gigabyte or two."""


def truth_of(checkpoint: Release, data: Data) -> np.ndarray:
    """Each photo's place among the checkpoint's classes, int64 (B,).

    Raises:
        DataError: if a photo's country is not one of them.
    """
    truth = Countries(checkpoint.classes).truth(data.frames.table)
    unknown = sorted({str(code) for code in data.frames.table.country[truth < 0]})
    if unknown:
        raise DataError(
            f"{data.name} has countries that {checkpoint.name} does not know: "
            f"{', '.join(unknown)}. Leave their photos out, or train a model on this data."
        )
    return truth


def of_split(checkpoint: Release, data: Data, split: str) -> tuple[np.ndarray, np.ndarray]:
    """True classes and places of one split's photos, (B,) each."""
    rows = data.frames.of_split(split)
    return truth_of(checkpoint, data)[rows], data.frames.table.group.to_numpy(str)[rows]


def sources_of(data: Data, split: str) -> np.ndarray:
    """The source of each photo of a split, str (B,)."""
    return data.frames.table.source.to_numpy(str)[data.frames.of_split(split)]


def logits_of(classifier: CountryClassifier, data: Data, split: str) -> np.ndarray:
    """Raw logits (B, N), float64, of one split's photos, each the mean over its crops."""
    crops = classifier.card.input.crops
    frames = data.for_input(crops.spec).frames
    rows = frames.of_split(split)
    if only_its_head(classifier.network):
        outputs, _ = of_crops(classifier.network, crops, frames, rows, classifier.device)
        return outputs.double().numpy()
    return np.concatenate(
        [
            classifier.logits(crops.of_all(map(frames.frame, chunk)))
            for chunk in frames.chunks(rows, PHOTOS_AT_ONCE)
        ]
    )


class Answers:
    """Models that are loaded once, and the answers of those that were asked.

    Args:
        device: where the networks run.
    """

    def __init__(self, device: torch.device) -> None:
        self.device = device
        # Which class answers is its card's task to say.
        self.open: Callable[[Release], Any] = opener(device)
        self._probabilities: dict[tuple[str, str, str], np.ndarray] = {}

    def of(self, network: CountryClassifier, data: Data, split: str) -> np.ndarray:
        """A network's calibrated probabilities (B, N) for one split."""
        key = (network.card.version, data.fingerprint, split)
        if key not in self._probabilities:
            self._probabilities[key] = network.calibrated(logits_of(network, data, split))
        return self._probabilities[key]

    def of_all(self, networks: tuple[CountryClassifier, ...], data: Data, split: str) -> np.ndarray:
        """The same of several networks, (M, B, N)."""
        return np.stack([self.of(network, data, split) for network in networks])
