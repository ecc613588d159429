"""All that differs from task to task: what a card holds, what opens it, what becomes of answers.

A task asks one question of a photo: which country, where in a city, or where in the world. Cards
name it; everything else reaches it by that name. `training.tasks.base` has what only training needs
of one.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import torch

from geoloc.photo import Photo
from geoloc.tasks.predictor import Predictor

if TYPE_CHECKING:
    from geoloc.explain.cam import Cam
    from geoloc.models.card import Card
    from geoloc.models.release import Release
    from geoloc.results.locate import PlaceAnswer

Opener = Callable[["Release"], Predictor[Any]]
"""What opens another model, each one once."""


class View:
    """A photo of a place, with what each network that saw it says and how long it took.

    No network sees it twice, however many models, of whatever tasks, answer by it.

    Attributes:
        photo: that is asked about.
    """

    def __init__(self, photo: Photo) -> None:
        self.photo = photo
        self._answers: dict[Predictor[Any], tuple[Any, float]] = {}

    def ask(self, network: Predictor[Any]) -> Any:
        """What a network says of the photo."""
        if network not in self._answers:
            ms: dict[str, float] = {}
            with timed(ms, "network"):
                prediction = network.predict(self.photo)
            self._answers[network] = prediction, ms["network"]
        return self._answers[network][0]

    def spent(self, model: Predictor[Any]) -> float:
        """Milliseconds that the networks behind a model took."""
        return sum(self._answers[network][1] for network in model.networks)


class Task(ABC):
    """One question; a question of one's own is a subclass with `@register_task("name")` before it.

    Attributes:
        name: in cards.
        plural: what stands in the JSON of an answer before the answers of its models.
        about: the part that its cards cannot be without, such as "classes".
        cards: the types of its cards.
        columns: of its results in tables and maps, with what each means, a message to look up.
            One with "lat" and "lon" among them has a point on the map.
        beside: further keys of the JSON of an answer, each with what makes a value of a
            prediction.
    """

    plural: ClassVar[str]
    about: ClassVar[str]
    cards: ClassVar[tuple[type[Card], ...]]
    columns: ClassVar[Mapping[str, str]]
    beside: ClassVar[Mapping[str, Callable[[Any], Any]]] = {}

    def __init__(self, name: str) -> None:
        self.name = name

    def card_type(self, card: Mapping[str, Any]) -> type[Card]:
        """The type that the JSON of one of its cards is of."""
        return self.cards[0]

    @abstractmethod
    def open(
        self, checkpoint: Release, device: torch.device | None, opener: Opener
    ) -> Predictor[Any]:
        """What answers by a checkpoint.

        Args:
            checkpoint: of this task.
            device: where it computes; the best one here if None.
            opener: for models that are made of others.

        Raises:
            ReleaseError: if its files can't be used.
        """

    def rank(self, checkpoint: Release) -> float:
        """Its place among models of this task: those of a lower one answer first."""
        return 0.0

    def answers(
        self, models: Sequence[Any], views: Sequence[View], ms: dict[str, float]
    ) -> list[Any]:
        """A prediction a model of the place that photos show; `ms` gets the milliseconds of each.

        Args:
            models: of this task.
            views: of one place, at least one.
            ms: by name of the model, to be filled.
        """
        predictions = []
        for model in models:
            with timed(ms, model.checkpoint.name):
                predictions.append(model.predict_place([view.photo for view in views]))
        return predictions

    def among(self, predictions: Sequence[Any], codes: Sequence[str]) -> list[Any]:
        """Predictions for a photo that is known to be from one of some countries.

        Args:
            predictions: one a model.
            codes: ISO 3166-1 alpha-2.

        Raises:
            GeolocError: if a model knows none of them.
        """
        return list(predictions)

    def as_json(self, predictions: Sequence[Any]) -> dict[str, Any]:
        """The models' predictions of one place as JSON values, by model."""
        return {prediction.model: prediction.to_dict() for prediction in predictions}

    @abstractmethod
    def row(self, prediction: Any) -> dict[str, Any]:
        """A prediction's values of `columns`; a list stands for several words."""

    def shares(self, prediction: Any) -> dict[str, float]:
        """More columns, for the table of numbers alone: how probable each class is."""
        return {}

    def lines(self, answer: PlaceAnswer, rows: int) -> Iterator[str]:
        """What an answer says of this question, for a terminal.

        Args:
            answer: with the predictions of all tasks.
            rows: of each list, at most.
        """
        for prediction in answer.of(self.name):
            yield f"  {self.name}, by {prediction.model}"
            yield from (f"    {key}: {value}" for key, value in self.row(prediction).items())

    def explainers(self, model: Any) -> tuple[Any, ...]:
        """The methods that explain a model, each with a `name`; none if it has no maps."""
        return ()

    def cam(
        self, model: Any, explainer: Any, photo: Photo, country: str | None, layer: str | None
    ) -> Cam:
        """The map that one of `explainers` draws of a photo.

        Args:
            model: that is explained.
            explainer: one of its own.
            photo: upright.
            country: whose map it shall be, where each class has one; the likeliest if None.
            layer: where in the network; the last if None.

        Raises:
            GeolocError: if the model knows no such country, or the explainer no such layer.
        """
        raise NotImplementedError(f"{type(self).__name__} has explainers and no maps of them")


def answers_by_view(
    models: Sequence[Any], views: Sequence[View], ms: dict[str, float]
) -> list[Any]:
    """`Task.answers` of models that ask networks which others ask as well: each is asked once.

    Args:
        models: of a task.
        views: of one place, at least one, which other tasks' models were or will be asked about.
        ms: by name of the model, to be filled with what its networks took.
    """
    predictions = []
    for model in models:
        predictions.append(model.together([model.through(view.ask) for view in views]))
        ms[model.checkpoint.name] = sum(view.spent(model) for view in views)
    return predictions


@contextmanager
def timed(ms: dict[str, float], key: str) -> Iterator[None]:
    """Note the milliseconds that its body takes."""
    started = time.perf_counter()
    yield
    ms[key] = (time.perf_counter() - started) * 1000


Kind = TypeVar("Kind", bound=type[Task])

_TASKS: dict[str, Task] = {}
_MODULES = {
    "country": "geoloc.tasks.countries",
    "city": "geoloc.tasks.cities",
    "world": "geoloc.tasks.world",
}
"""Where the tasks of this package register, imported when asked for: they need what asks here."""


def register_task(name: str) -> Callable[[Kind], Kind]:
    """Let cards name a task.

    Args:
        name: a word for cards.

    Raises:
        ValueError: if another task has this name.
    """

    def add(kind: Kind) -> Kind:
        other = _TASKS.get(name)
        is_other = other is not None and _home(type(other)) != _home(kind)
        if is_other or (name in _MODULES and kind.__module__ != _MODULES[name]):
            raise ValueError(f"there is a task named {name!r} already: choose another name")
        _TASKS[name] = kind(name)
        return kind

    return add


def task_of(name: str) -> Task:
    """The task of a name.

    Raises:
        KeyError: if there is none.

    Example:
        >>> task_of("country").about
        'classes'
    """
    if name in _MODULES:
        import_module(_MODULES[name])
    return _TASKS[name]


def tasks() -> tuple[Task, ...]:
    """All tasks, those of this package first."""
    own = [task_of(name) for name in _MODULES]
    return (*own, *(task for name, task in _TASKS.items() if name not in _MODULES))


def _home(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"
