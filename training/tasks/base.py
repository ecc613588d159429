"""What training needs of a task: what a network is to learn, and how a finished model is measured.

`Objective` is one question, asked of one data set; `TaskTraining` is what a model of the task goes
through once it is fitted. `geoloc.tasks.base` has what answering needs.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import Field, dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from geoloc.models.card import Card, Source, TopActivating
from geoloc.models.release import Release
from geoloc.networks import GeoNetwork

if TYPE_CHECKING:
    from training.data import Data
    from training.evaluation.answers import Answers
    from training.evaluation.faithfulness import Explained
    from training.loop.recipe import Recipe


class Objective(Protocol):
    """A question as a data set poses it: rows become targets, outputs a loss and scores.

    The loop in `training.loop.fit` knows nothing else of what it trains. Scores hold "loss", which
    training makes small on val.

    Attributes:
        kind: the name of its task.
        outputs: of the network.
        mixes: whether the mean of two targets is the target of two mixed photos.
    """

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    @property
    def kind(self) -> str: ...

    @property
    def outputs(self) -> int: ...

    @property
    def mixes(self) -> bool: ...

    @property
    def shape(self) -> dict[str, int]:
        """What the network must be built with."""
        ...

    def initialise(self, network: nn.Module) -> None:
        """Change random weights where others are a fairer start."""
        ...

    def truth(self, table: pd.DataFrame) -> np.ndarray:
        """Class numbers, int64 (B,), by which photos are balanced."""
        ...

    def targets(self, table: pd.DataFrame) -> Tensor:
        """What the network shall learn of each row, (B, ...)."""
        ...

    def order(self, table: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
        """The order in which an epoch shows the rows of a table, int64 (B,)."""
        ...

    def loss(self, outputs: Tensor, targets: Tensor) -> Tensor:
        """What training makes small, of outputs (B, N)."""
        ...

    def scores(self, outputs: Tensor, targets: Tensor) -> dict[str, float]:
        """The numbers of val that the curves show, "loss" among them."""
        ...


@dataclass(frozen=True, eq=False)
class Worldwide:
    """What a model says of photos from anywhere.

    Attributes:
        classes: ISO codes of the countries that it knows.
        probabilities: of them, calibrated, (B, N).
        pins: latitude and longitude of each photo in degrees, (B, 2).
        prior: each class's share of what it has learnt from, (N,); None if nobody taught it here.
        mass: that its sets of countries are made of, None if it makes none.
    """

    classes: tuple[str, ...]
    probabilities: np.ndarray
    pins: np.ndarray
    prior: np.ndarray | None
    mass: float | None = None


class TaskTraining(ABC):
    """A task on the way to a checkpoint; one of one's own has `@register_training("name")`.

    Attributes:
        shown: the scores that a line of a terminal has, in their order.
        figures: the columns of its table of scores, by their titles; none for no table.
        anywhere: whether its models answer to photos from anywhere, by `worldwide`.
    """

    shown: ClassVar[tuple[str, ...]]
    figures: ClassVar[Mapping[str, Callable[[dict[str, Any]], str]]] = {}
    anywhere: ClassVar[bool] = False

    @abstractmethod
    def card(self, objective: Any, recipe: Recipe, data: Data, common: dict[str, Any]) -> Card:
        """What a model says of itself but its calibration and its scores.

        Args:
            objective: that it was fitted to.
            recipe: how.
            data: on what.
            common: what the cards of all tasks say of a run.
        """

    def prepared(
        self, model: Release, network: GeoNetwork, data: Data, device: torch.device
    ) -> Release:
        """A fitted model with what it needs beside its weights, in memory."""
        return model

    @abstractmethod
    def calibrate(
        self, model: Release, data: Data, device: torch.device, elsewhere: Data | None = None
    ) -> Release:
        """The model with what makes its answers probabilities, fitted on val; not published.

        Args:
            model: fitted.
            data: that it was fitted on.
            device: where it computes.
            elsewhere: photos of other places, for a model that tells them apart.
        """

    @abstractmethod
    def evaluate(
        self,
        model: Release,
        data: Data,
        split: str,
        answers: Answers,
        elsewhere: Data | None = None,
    ) -> dict[str, Any]:
        """The scores of a model on one split, as its card holds them.

        Args:
            model: calibrated.
            data: to measure on.
            split: of the data.
            answers: what models at hand have answered already.
            elsewhere: photos of other places, for a model that tells them apart.
        """

    def worldwide(self, model: Release, data: Data, answers: Answers) -> Worldwide:
        """What a model that answers to photos from anywhere says of all of a data set's test."""
        raise NotImplementedError(f"{type(self).__name__} does not answer to photos from anywhere")

    def elsewhere(self, model: Release) -> Source | None:
        """The data set of other places that its card names, None if there is none."""
        return None

    def explained(
        self, model: Release, data: Data, rows: np.ndarray, device: torch.device
    ) -> Iterator[Explained]:
        """Some photos with the maps that explain the model's answers; none if it has no maps."""
        yield from ()

    def top_activating(
        self, model: Release, data: Data, device: torch.device
    ) -> TopActivating | None:
        """The photos that excite it most, None if it has no classes."""
        return None


Kind = TypeVar("Kind", bound=type[TaskTraining])

_TRAININGS: dict[str, TaskTraining] = {}
_MODULES = {
    "country": "training.tasks.country",
    "city": "training.tasks.city",
    "world": "training.tasks.world",
}
"""Where this package registers, imported when asked for: they need what asks here."""


def register_training(name: str) -> Callable[[Kind], Kind]:
    """Let models of a task be trained.

    Args:
        name: of the task, as `geoloc.tasks.base.register_task` takes it.

    Raises:
        ValueError: if models of this name are trained otherwise already.
    """

    def add(kind: Kind) -> Kind:
        other = _TRAININGS.get(name)
        is_other = other is not None and type(other).__qualname__ != kind.__qualname__
        if is_other or (name in _MODULES and kind.__module__ != _MODULES[name]):
            raise ValueError(f"there is a task named {name!r} already: choose another name")
        _TRAININGS[name] = kind()
        return kind

    return add


def training_of(task: str) -> TaskTraining:
    """How models of a task are trained.

    Raises:
        KeyError: if there is no such task.
    """
    if task in _MODULES:
        import_module(_MODULES[task])
    return _TRAININGS[task]


def trainings() -> dict[str, TaskTraining]:
    """By name, how models of all tasks are trained, those of this package first."""
    own = {name: training_of(name) for name in _MODULES}
    return {**own, **_TRAININGS}
