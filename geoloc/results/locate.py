"""Every model's answer to one photo, or to several of one place, as JSON and for a terminal."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from geoloc import countries
from geoloc.city.ood import doubts
from geoloc.city.prediction import CityPrediction
from geoloc.clues import Clue, clues_of, join, read_text
from geoloc.errors import Notice
from geoloc.geo import LatLon
from geoloc.models.registry import CHECKPOINTS, available, median_error_m, opener
from geoloc.models.release import Checkpoint, CheckpointError
from geoloc.photo import Photo, PhotoError, PositionSource, read_photo
from geoloc.tasks.city import CityLocator
from geoloc.tasks.country import CountryClassifier, CountryModel, CountryPrediction


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
        """What is known of the file itself as JSON values."""
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
class Answer:
    """What all models say of one place; nothing, if no photo of it could be read.

    Attributes:
        files: the photos of the place.
        countries: a prediction a country model.
        cities: a prediction a city model, of each city the most exact first.
        ms: milliseconds spent, by "read" and by model.
        clues: what signs in the photos, or a visitor, say of the country; None if nobody looked.
    """

    files: tuple[Read, ...]
    countries: list[CountryPrediction] = field(default_factory=list)
    cities: list[CityPrediction] = field(default_factory=list)
    ms: dict[str, float] = field(default_factory=dict)
    clues: tuple[Clue, ...] | None = None

    @property
    def photos(self) -> list[Photo]:
        """Those that could be read."""
        return [file.photo for file in self.files if file.photo]

    @property
    def with_clues(self) -> list[CountryPrediction]:
        """The country models' predictions joined with the clues; as they are if there are none."""
        return [join(prediction, self.clues or ()) for prediction in self.countries]

    def as_json(self) -> dict:
        """The answer as JSON values, every country of every model in descending order.

        A country is `likely` if it belongs to the set that holds the true one nine times in ten. Of
        each city there is one pin, that of its first model. `clues` is there if somebody looked for
        them: each clue, and the countries with them.
        """
        if not self.photos:
            return {"countries": None, "cities": None, "ms": None}
        values = {
            "countries": {p.model: p.to_dict()["countries"] for p in self.countries},
            "cities": self._pins(),
            "ms": {key: round(value, 1) for key, value in self.ms.items()},
        }
        if self.clues is not None:
            values["clues"] = {
                "found": [clue.as_json() for clue in self.clues],
                "countries": {p.model: p.to_dict()["countries"] for p in self.with_clues},
            }
        return values

    def _clues_as_lines(self, rows: int) -> Iterator[str]:
        if self.clues is None:
            return
        if not self.clues:
            yield "  clues: none; no text that says something of the country was read"
            return
        yield "  clues"
        yield from (f"    {clue.reason}" for clue in self.clues)
        for prediction in self.with_clues:
            yield f"  country, by {prediction.model} with these clues"
            yield from _bars(prediction, rows)

    def _pins(self) -> dict[str, dict[str, Any]]:
        pins: dict[str, dict[str, Any]] = {}
        for prediction in self.cities:
            pin = prediction.to_dict()
            pins.setdefault(pin.pop("city"), pin)
        return pins

    def as_table(self, rows: int = 10) -> str:
        """The answer for a terminal, without the names of its photos."""
        lines = []
        for prediction in self.countries:
            lines.append(f"  country, by {prediction.model}")
            lines.extend(_bars(prediction, rows))
        lines.extend(self._clues_as_lines(rows))
        for pin in self.cities:
            lines.append(f"  if it is in {pin.city.title}, by {pin.model}")
            lines.append(f"    {_degrees(pin.position)}{_radius(pin)}{_region(pin)}")
            for doubt in doubts(pin, self.countries[0] if self.countries else None):
                lines.append(f"    {doubt}")
        for photo in self.photos:
            if photo.position:
                source = photo.position_source
                lines.append(f"  the photo's own {source} position\n    {_degrees(photo.position)}")
        spent = ", ".join(f"{key} {value:.0f} ms" for key, value in self.ms.items())
        return "\n".join([*lines, f"  time: {spent}"])


def _bars(prediction: CountryPrediction, rows: int) -> Iterator[str]:
    for code, p in prediction.top(rows):
        yield f"    {p:6.1%}  {code}  {countries.name(code):<24}{'█' * round(20 * p)}"


def _degrees(place: LatLon) -> str:
    return f"{place.lat:.5f}, {place.lon:.5f}"


def _region(prediction: CityPrediction) -> str:
    if not prediction.regions:
        return ""
    share = max(prediction.regions)
    return f"\n    {share} % region: {prediction.region_km2(share):.2f} km2"


def _radius(prediction: CityPrediction) -> str:
    if "p50" not in prediction.error_m:
        return ""
    return (
        f"   (half of held-out photos lie within {prediction.error_m['p50']:,.0f} m of their pin)"
    )


class Locator:
    """Every model at hand, or some of them; each network is loaded once and sees a photo once.

    Args:
        folder: where the checkpoints lie.
        names: the models that shall answer; none for all.
        signs: whether to read the photos' text and join what it says with the answers.
        clues: what somebody sees in the photos; joined with the answers too.

    Raises:
        CluesError: from `locate`, if signs shall be read and the extra `signs` is not installed.
        CheckpointError: if there is no usable model, or one that was named can't be used.
    """

    def __init__(
        self,
        folder: Path = CHECKPOINTS,
        names: Sequence[str] = (),
        signs: bool = False,
        clues: Sequence[Clue] = (),
    ) -> None:
        self.signs = signs
        self.clues = tuple(clues)
        chosen, unusable = _chosen(folder, names)
        models, failed = _opened(chosen)
        if failed and (names or not models):
            raise failed[0]
        self._unusable = () if names else (*unusable, *failed)
        # Ensembles first: theirs is the answer that those below it went into.
        models.sort(key=lambda model: not model.checkpoint.members)
        self.classifiers = [model for model in models if isinstance(model, CountryModel)]
        found = [model for model in models if isinstance(model, CityLocator)]
        # Where one pin of a city is wanted, it is that of the first, the most exact.
        self.locators = sorted(found, key=lambda model: median_error_m(model.checkpoint))

    @property
    def problems(self) -> list[Notice]:
        """A notice for each model that can't answer, and each ensemble that lacks members."""
        told = [getattr(model, "problem", None) for model in self.classifiers]
        return [*(error.notice for error in self._unusable), *filter(None, told)]

    def locate(self, paths: Sequence[str]) -> Answer:
        """Ask every model about the place that a photo, or several, show."""
        ms: dict[str, float] = {}
        with _timed(ms, "read"):
            files = tuple(map(_read, paths))
        photos = [file.photo for file in files if file.photo]
        answer = Answer(files, ms=ms, clues=self._clues(photos, ms))
        if answer.photos:
            answer.countries.extend(self._countries(answer.photos, ms))
            answer.cities.extend(self._cities(answer.photos, ms))
        return answer

    def _clues(self, photos: Sequence[Photo], ms: dict[str, float]) -> tuple[Clue, ...] | None:
        if not self.signs:
            return self.clues or None
        with _timed(ms, "signs"):
            lines = [line for photo in photos for line in read_text(photo)]
            return (*self.clues, *clues_of(lines))

    def _countries(self, photos: Sequence[Photo], ms: dict[str, float]) -> list[CountryPrediction]:
        seen = [_Seen(photo) for photo in photos]
        told = []
        for model in self.classifiers:
            told.append(model.together([model.through(photo.ask) for photo in seen]))
            ms[model.checkpoint.name] = sum(photo.spent(model) for photo in seen)
        return told

    def _cities(self, photos: Sequence[Photo], ms: dict[str, float]) -> list[CityPrediction]:
        told = []
        for model in self.locators:
            with _timed(ms, model.checkpoint.name):
                told.append(model.predict_place(photos))
        return told


class _Seen:
    """A photo, and what each network that was asked about it said and how long it took."""

    def __init__(self, photo: Photo) -> None:
        self.photo = photo
        self.told: dict[CountryClassifier, tuple[CountryPrediction, float]] = {}

    def ask(self, network: CountryClassifier) -> CountryPrediction:
        if network not in self.told:
            ms: dict[str, float] = {}
            with _timed(ms, "asked"):
                prediction = network.predict(self.photo)
            self.told[network] = prediction, ms["asked"]
        return self.told[network][0]

    def spent(self, model: CountryModel) -> float:
        """Milliseconds that the networks behind a model took."""
        return sum(self.told[network][1] for network in model.networks)


def _opened(
    checkpoints: Sequence[Checkpoint],
) -> tuple[list[CountryModel | CityLocator], list[CheckpointError]]:
    """What answers by checkpoints, and what is wrong with those that can't."""
    open_one = opener()
    models: list[CountryModel | CityLocator] = []
    failed: list[CheckpointError] = []
    for checkpoint in checkpoints:
        try:
            models.append(open_one(checkpoint))
        except CheckpointError as error:
            failed.append(error)
    return models, failed


def _chosen(folder: Path, names: Sequence[str]) -> tuple[list[Checkpoint], list[CheckpointError]]:
    """The models that shall answer, and what is wrong with each unusable one beside them."""
    found, problems = available(folder)
    if not found:
        raise CheckpointError(
            "no_model",
            "no model in {folder}. Train one with python -m training country --data FOLDER. "
            "{problems}",
            folder=folder,
            problems=" ".join(map(str, problems)),
        )
    by_name = {checkpoint.name: checkpoint for checkpoint in found}
    unknown = [name for name in names if name not in by_name]
    if unknown:
        raise CheckpointError(
            "unknown_model",
            "no usable model {names} in {folder}; there are {models}. {problems}",
            names=", ".join(unknown),
            folder=folder,
            models=", ".join(by_name),
            problems=" ".join(map(str, problems)),
        )
    return [by_name[name] for name in names] or found, problems


def _read(path: str) -> Read:
    try:
        return Read(path, read_photo(Path(path)))
    except PhotoError as error:
        return Read(path, error=str(error))


@contextmanager
def _timed(ms: dict[str, float], key: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    ms[key] = (time.perf_counter() - started) * 1000
