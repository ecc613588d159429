"""Models that a recipe builds on: what it starts from, and its teachers."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from geoloc.models import release as checkpoints
from geoloc.models.card import AnyCard, RecipePart
from geoloc.models.release import WEIGHTS, Checkpoint, CheckpointError
from training.loop import recipe


@dataclass(frozen=True)
class BuiltOn:
    """What one run builds on.

    Attributes:
        start: the model whose weights it starts from, None if there is none.
        teachers: those whose answers it learns from.
    """

    start: Checkpoint | None = None
    teachers: tuple[Checkpoint, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 of all that a run takes from them."""
        digest = hashlib.sha256()
        for model in (self.start, *self.teachers):
            if model is not None:
                digest.update((model.folder / WEIGHTS).read_bytes())
                digest.update(str(model.card.calibration.temperature).encode())
        return digest.hexdigest()


@dataclass(frozen=True)
class Earlier:
    """Where models lie that have learnt, and how those that are missing come to be.

    Attributes:
        released: folder of the models beside which the next one will lie.
        apart: folder for those that only serve to train it.
        data: fingerprint of what it is trained on.
        train: trains a recipe on that, by its name, into a folder.
    """

    released: Path
    apart: Path
    data: str
    train: Callable[[str, Path], object]

    def start(self, name: str) -> Checkpoint:
        """A released model, whatever it has learnt from, or else one trained by its recipe.

        Raises:
            CheckpointError: if there is neither such a model nor such a recipe.
        """
        return self._found(name, _learnt_from(self.released / name) is not None)

    def teacher(self, name: str) -> Checkpoint:
        """A model of the same photos: others know other countries, or have seen those of val.

        Raises:
            CheckpointError: if there is neither such a model nor such a recipe.
        """
        return self._found(name, _learnt_from(self.released / name) == self.data)

    def _found(self, name: str, released: bool) -> Checkpoint:
        if released or name not in recipe.names():
            return checkpoints.load(self.released / name)
        if not self._is_of_today(name):
            print(f"training {name} first, which this recipe builds on", flush=True)
            self.train(name, self.apart)
        return checkpoints.load(self.apart / name)

    def _is_of_today(self, name: str) -> bool:
        """Whether a model that lies apart is what its recipe would make of the data now."""
        card = _finished(self.apart / name)
        if card is None or card.data.fingerprint != self.data:
            return False
        return card.recipe == RecipePart.model_validate(recipe.load(name).as_card())


def _learnt_from(folder: Path) -> str | None:
    """Fingerprint of the data of a finished model; None if there is none."""
    card = _finished(folder)
    return card and card.data.fingerprint


def _finished(folder: Path) -> AnyCard | None:
    """The card of a finished model; None if there is none."""
    try:
        card = checkpoints.load(folder).card
    except CheckpointError:
        return None
    # Scores are written last: a training that was killed before has not calibrated its model.
    return card if "val" in card.metrics else None
