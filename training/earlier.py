"""Models that a recipe builds on: what it starts from, and its teachers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from geoloc import checkpoint as checkpoints
from geoloc.checkpoint import Checkpoint, CheckpointError
from training import recipe


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
        if _learnt_from(self.apart / name) != self.data:
            print(f"training {name} first, which this recipe builds on", flush=True)
            self.train(name, self.apart)
        return checkpoints.load(self.apart / name)


def _learnt_from(folder: Path) -> str | None:
    """Fingerprint of the data of a finished model; None if there is none."""
    try:
        card = checkpoints.load(folder).card
    except CheckpointError:
        return None
    # Scores are written last: a training that was killed before has not calibrated its model.
    return card["data"].get("fingerprint") if "val" in card.get("metrics", {}) else None
