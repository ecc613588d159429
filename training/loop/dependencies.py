"""Models that a recipe builds on: the one it starts from, and its teachers."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from geoloc.models import release as checkpoints
from geoloc.models.card import Card, RecipePart
from geoloc.models.release import WEIGHTS, Release, ReleaseError
from training.loop import recipe as recipes
from training.loop.recipe import PUBLISHED, Recipe, RecipeError

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Dependencies:
    """What one run builds on.

    Attributes:
        start: the model whose weights it starts from, None if there is none.
        teachers: those whose soft targets it learns from.
    """

    start: Release | None = None
    teachers: tuple[Release, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 of all that a run takes from them."""
        digest = hashlib.sha256()
        for model in (self.start, *self.teachers):
            if model is not None:
                digest.update((model.folder / WEIGHTS).read_bytes())
                digest.update(str(model.country_card.calibration.temperature).encode())
        return digest.hexdigest()


@dataclass(frozen=True)
class Resolver:
    """Finds a country recipe's dependencies, and has those trained that are missing.

    Attributes:
        released: folder of the models beside which the next one will lie.
        apart: folder for those that only serve to train it.
        fingerprint: of the data it is trained on.
        train: trains a recipe on that data, by its name, into a folder of that name here.
    """

    released: Path
    apart: Path
    fingerprint: str
    train: Callable[[str, Path], object]

    def resolve(self, recipe: Recipe) -> Dependencies:
        """What a recipe builds on.

        Raises:
            ReleaseError: if there is neither a model nor a recipe of a name.
        """
        start = None if recipe.start in (None, PUBLISHED) else self.start(recipe.start)
        return Dependencies(start, tuple(map(self.teacher, recipe.teachers)))

    def start(self, name: str) -> Release:
        """A released model, whatever it has learnt from, or else one trained by its recipe."""
        return self._model(name, _fingerprint(self.released / name) is not None)

    def teacher(self, name: str) -> Release:
        """A model of the same photos: others know other countries, or have seen those of val."""
        return self._model(name, _fingerprint(self.released / name) == self.fingerprint)

    def _model(self, name: str, released: bool) -> Release:
        if released or name not in recipes.names():
            return checkpoints.load(self.released / name)
        if not self._is_current(name):
            _log.info("training %s first, which this recipe builds on", name)
            self.train(name, self.apart / name)
        return checkpoints.load(self.apart / name)

    def _is_current(self, name: str) -> bool:
        """Whether a model that lies apart is what its recipe would make of the data now."""
        card = _finished_card(self.apart / name)
        if card is None or card.data.fingerprint != self.fingerprint:
            return False
        return card.recipe == RecipePart.model_validate(recipes.load(name).as_card())


def city_dependencies(released: Path, recipe: Recipe) -> Dependencies:
    """What a city's recipe builds on; it must be there, for a city's photos train no countries.

    Args:
        released: folder of models.
        recipe: of a city.

    Raises:
        ReleaseError: if the model that it starts from is missing.
        RecipeError: if countries shall teach where in a city.
    """
    if recipe.teachers:
        raise RecipeError(f"{recipe.name}: teachers answer which country, not where in a city")
    if recipe.start in (None, PUBLISHED):
        return Dependencies()
    return Dependencies(checkpoints.load(released / recipe.start))


def _fingerprint(folder: Path) -> str | None:
    """That of the data of a finished model; None if there is none."""
    card = _finished_card(folder)
    return None if card is None else card.data.fingerprint


def _finished_card(folder: Path) -> Card | None:
    """The card of a finished model; None if there is none."""
    try:
        card = checkpoints.load(folder).card
    except ReleaseError:
        return None
    # Scores are written last: a training that was killed before has not calibrated its model.
    return card if "val" in card.metrics else None
