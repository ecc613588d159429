"""What every model has in common: photos go in, however they are at hand, and predictions come out.

A model is asked about one photo or many; of files, only so many are in memory at once.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from geoloc.errors import Notice
from geoloc.photo import Photo, read_photo

if TYPE_CHECKING:
    from geoloc.models.release import Release

PhotoLike = Photo | bytes | str | Path
"""A photo that was read, the bytes of a file, or the path to it."""

AT_ONCE = 64
"""Photos that are decoded and asked about at once."""

IN_CACHE = 10
"""Crops that go through a network together on a CPU: the maps of more leave its cache."""

Prediction = TypeVar("Prediction")


class Predictor(ABC, Generic[Prediction]):
    """A model, ready to answer.

    Attributes:
        checkpoint: which it is.
    """

    checkpoint: Release

    @overload
    def predict(self, photos: PhotoLike) -> Prediction: ...  # type: ignore[overload-overlap]  # str
    @overload
    def predict(self, photos: Sequence[PhotoLike]) -> list[Prediction]: ...
    def predict(self, photos: PhotoLike | Sequence[PhotoLike]) -> Prediction | list[Prediction]:
        """One prediction a photo.

        Args:
            photos: a path, the bytes of a file, a `Photo`, or a sequence of any of them.

        Returns:
            one prediction for one photo, a list of them for a sequence.

        Raises:
            PhotoError: if a file is no photo, or none that can be read.

        Example:
            >>> import geoloc
            >>> model = geoloc.load("lite0")
            >>> model.predict("street.jpg").model
            'lite0'
            >>> len(model.predict(["street.jpg", "street.jpg"]))
            2
        """
        if isinstance(photos, PhotoLike):
            return self._predictions([as_photo(photos)])[0]
        predictions: list[Prediction] = []
        for start in range(0, len(photos), AT_ONCE):
            predictions += self._predictions(list(map(as_photo, photos[start : start + AT_ONCE])))
        return predictions

    def predict_place(self, photos: Sequence[Photo]) -> Prediction:
        """One prediction from several photos of one place.

        Raises:
            ValueError: if there is no photo.
        """
        return self.together(self.predict(photos))

    @abstractmethod
    def together(self, views: Sequence[Prediction]) -> Prediction:
        """One prediction from this model's answers to photos of one place; one is left as it is.

        Raises:
            ValueError: if there is no answer.
        """

    @property
    def networks(self) -> tuple[Predictor[Any], ...]:
        """The networks behind its answers, each with a checkpoint of its own."""
        return (self,)

    def through(self, ask: Callable[[Any], Any]) -> Prediction:
        """The answer to one photo, made of what `ask` says for each of its networks.

        A caller that remembers answers asks no network twice.
        """
        return ask(self)

    @property
    def problem(self) -> Notice | None:
        """What is to be said of what it lacks, or None."""
        return None

    @abstractmethod
    def _predictions(self, photos: Sequence[Photo]) -> list[Prediction]:
        """One prediction a photo; there is at least one."""


def as_photo(photo: PhotoLike) -> Photo:
    """A photo, read unless it was read already.

    Raises:
        PhotoError: if a file is no photo, or none that can be read.
    """
    return photo if isinstance(photo, Photo) else read_photo(photo)
