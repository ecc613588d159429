"""Every model's answer to one photo, or to several of one place, as JSON and for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from geoloc.city.prediction import CityPrediction
from geoloc.clues import Clue, clues_of, join, read_text
from geoloc.errors import Notice
from geoloc.models.registry import CHECKPOINTS, Model, available, opener
from geoloc.models.release import Release, ReleaseError
from geoloc.photo import Photo, PhotoError, PositionSource, read_photo
from geoloc.tasks.base import View, tasks, timed
from geoloc.tasks.country import CountryPrediction
from geoloc.world.prediction import WorldPrediction


@dataclass(frozen=True)
class Read:
    """A file that was to be read.

    Attributes:
        name: its path as given.
        photo: None if it could not be read.
        error: a sentence, if it could not be read.
    """

    name: str
    photo: Photo | None = None
    error: str | None = None

    @property
    def whole(self) -> bool:
        """Whether nothing of the file was damaged."""
        return self.photo is not None and not self.photo.damaged

    def as_json(self) -> dict:
        """What the file itself says as JSON values."""
        return {
            "photo": self.name,
            "error": self.error,
            "exif": self._position("EXIF"),
            "xmp": self._position("XMP"),
            "warnings": [str(warning) for warning in self.photo.warnings] if self.photo else None,
        }

    def _position(self, source: PositionSource) -> dict[str, float] | None:
        place = self.photo.position if self.photo and self.photo.position_source == source else None
        return {"lat": place.lat, "lon": place.lon} if place else None


@dataclass(frozen=True)
class PlaceAnswer:
    """What all models say of one place; nothing, if no photo of it could be read.

    Attributes:
        files: the photos of the place.
        predictions: by task, one a model, in the order in which the models answer.
        ms: milliseconds spent, by "read" and by model.
        clues: what signs in the photos, or a visitor, say of the country; None if nobody looked.
        among: ISO codes of the countries it is known to be one of; empty for all.
    """

    files: tuple[Read, ...]
    predictions: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    ms: dict[str, float] = field(default_factory=dict)
    clues: tuple[Clue, ...] | None = None
    among: tuple[str, ...] = ()

    @property
    def photos(self) -> list[Photo]:
        """Those that could be read."""
        return [file.photo for file in self.files if file.photo]

    def of(self, task: str) -> Sequence[Any]:
        """The predictions of one task's models; none where it has none."""
        return self.predictions.get(task, ())

    @property
    def countries(self) -> Sequence[CountryPrediction]:
        """A prediction a country model."""
        return self.of("country")

    @property
    def cities(self) -> Sequence[CityPrediction]:
        """A prediction a city model, of each city the most exact first."""
        return self.of("city")

    @property
    def world(self) -> Sequence[WorldPrediction]:
        """A prediction a world model."""
        return self.of("world")

    @property
    def with_clues(self) -> list[CountryPrediction]:
        """The country models' predictions joined with the clues; as they are if there are none."""
        joined = [join(prediction, self.clues or ()) for prediction in self.countries]
        return [p.restricted(self.among) if self.among else p for p in joined]

    def as_json(self) -> dict:
        """The answer as JSON values, every country of every model in descending order.

        `verdict` and `ood` say by model how far its answer is to be believed, and whether the
        photo is of a street at all; None of a model that can't tell. A country is `likely` if it
        belongs to the set that holds the true one nine times in ten. Of each city there is one
        pin, that of its first model; `world` has a pin a model, wherever the photo is from. `clues`
        is there if somebody looked for them: each clue, and the countries with them.
        """
        if not self.photos:
            keys = [key for task in tasks() for key in (task.plural, *task.beside)]
            return dict.fromkeys((*keys, "ms"))
        values: dict[str, Any] = {
            **{task.plural: task.as_json(self.of(task.name)) for task in tasks()},
            **{
                key: {prediction.model: say(prediction) for prediction in self.of(task.name)}
                for task in tasks()
                for key, say in task.beside.items()
            },
            "ms": {key: round(value, 1) for key, value in self.ms.items()},
        }
        if self.clues is not None:
            values["clues"] = {
                "found": [clue.as_json() for clue in self.clues],
                "countries": {p.model: p.to_dict()["countries"] for p in self.with_clues},
            }
        return values

    def as_table(self, rows: int = 10) -> str:
        """The answer for a terminal, without the names of its photos."""
        lines = [line for task in tasks() for line in task.lines(self, rows)]
        for photo in self.photos:
            if photo.position:
                lines.append(f"  the photo's own {photo.position_source} position")
                lines.append(f"    {photo.position}")
        spent = ", ".join(f"{key} {value:.0f} ms" for key, value in self.ms.items())
        return "\n".join([*lines, f"  time: {spent}"])


class Locator:
    """Every model at hand, or some of them; each network is loaded once and sees a photo once.

    Args:
        folder: where the checkpoints lie.
        names: the models that shall answer; none for all.
        signs: whether to read the photos' text and join what it says with the answers.
        clues: what somebody sees in the photos; joined with the answers too.
        device: where networks compute; the best one here if None.

    Raises:
        CluesError: from `locate`, if signs shall be read and the extra `signs` is not installed.
        ReleaseError: if there is no usable model, or one that was named can't be used.
    """

    def __init__(
        self,
        folder: Path = CHECKPOINTS,
        names: Sequence[str] = (),
        signs: bool = False,
        clues: Sequence[Clue] = (),
        device: torch.device | None = None,
    ) -> None:
        self.signs = signs
        self.clues = tuple(clues)
        chosen, unusable = _chosen(folder, names)
        models, failed = _opened(chosen, device)
        if failed and (names or not models):
            raise failed[0]
        self._unusable = () if names else (*unusable, *failed)
        self.models = {
            task: sorted(
                (model for model in models if model.checkpoint.task == task.name),
                key=lambda model: task.rank(model.checkpoint),
            )
            for task in tasks()
        }

    @property
    def problems(self) -> list[Notice]:
        """A notice for each model that can't answer, and each one that lacks a part."""
        models = [model for of_task in self.models.values() for model in of_task]
        lacking = [model.problem for model in models]
        return [*(error.notice for error in self._unusable), *filter(None, lacking)]

    def locate(self, paths: Sequence[str], among: Sequence[str] = ()) -> PlaceAnswer:
        """Ask every model about the place that a photo, or several, show.

        Args:
            paths: of the photos.
            among: ISO codes of the countries it is known to be one of; empty for all.

        Raises:
            GeolocError: if a model knows none of these countries.
        """
        ms: dict[str, float] = {}
        with timed(ms, "read"):
            files = tuple(map(_read, paths))
        photos = [file.photo for file in files if file.photo]
        clues = self._clues(photos, ms)
        predictions = {}
        if photos:
            views = [View(photo) for photo in photos]
            for task, models in self.models.items():
                answers = task.answers(models, views, ms)
                predictions[task.name] = task.among(answers, among) if among else answers
        return PlaceAnswer(files, predictions, ms, clues, tuple(among))

    def _clues(self, photos: Sequence[Photo], ms: dict[str, float]) -> tuple[Clue, ...] | None:
        if not self.signs:
            return self.clues or None
        with timed(ms, "signs"):
            lines = [line for photo in photos for line in read_text(photo)]
            return (*self.clues, *clues_of(lines))


def _opened(
    checkpoints: Sequence[Release], device: torch.device | None
) -> tuple[list[Model], list[ReleaseError]]:
    """What answers by checkpoints, and what is wrong with those that can't."""
    open_one, models, failed = opener(device), [], []
    for checkpoint in checkpoints:
        try:
            models.append(open_one(checkpoint))
        except ReleaseError as error:
            failed.append(error)
    return models, failed


def _chosen(folder: Path, names: Sequence[str]) -> tuple[list[Release], list[ReleaseError]]:
    """The models that shall answer, and what is wrong with each unusable one beside them."""
    usable, problems = available(folder)
    if not usable:
        raise ReleaseError(
            "no_model",
            "no model in {folder}. Train one with python -m training country --data FOLDER. "
            "{problems}",
            folder=folder,
            problems=" ".join(map(str, problems)),
        )
    by_name = {checkpoint.name: checkpoint for checkpoint in usable}
    unknown = [name for name in names if name not in by_name]
    if unknown:
        raise ReleaseError(
            "unknown_model",
            "no usable model {names} in {folder}; there are {models}. {problems}",
            names=", ".join(unknown),
            folder=folder,
            models=", ".join(by_name),
            problems=" ".join(map(str, problems)),
        )
    return [by_name[name] for name in names] or usable, problems


def _read(path: str) -> Read:
    try:
        return Read(path, read_photo(Path(path)))
    except PhotoError as error:
        return Read(path, error=str(error))
