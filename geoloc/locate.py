"""Every model's answer to one photo, or to several of one place, as JSON and for a terminal."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from geoloc import countries
from geoloc.checkpoint import Checkpoint, CheckpointError
from geoloc.city.doubt import doubts
from geoloc.city.locator import CityLocator
from geoloc.city.prediction import CityPrediction
from geoloc.geo import LatLon
from geoloc.models import CHECKPOINTS, available, median_error_m, opener
from geoloc.ood import OodScore
from geoloc.photo import Photo, PhotoError, read_photo
from geoloc.predict import CountryClassifier, CountryModel, CountryPrediction


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
        """Whether nothing of the file had to be left out."""
        return self.photo is not None and not self.photo.warnings

    def as_json(self) -> dict:
        """What is known of the file itself as JSON values."""
        place = self.photo.position if self.photo else None
        return {
            "photo": self.name,
            "error": self.error,
            "exif": {"lat": place.lat, "lon": place.lon} if place else None,
            "warnings": list(self.photo.warnings) if self.photo else None,
        }


@dataclass(frozen=True)
class Answer:
    """What all models say of one place; nothing, if no photo of it could be read.

    Attributes:
        files: the photos of the place.
        countries: a prediction a country model.
        cities: a prediction a city model, of each city the most exact first.
        ms: milliseconds spent, by "read" and by model.
    """

    files: tuple[Read, ...]
    countries: list[CountryPrediction] = field(default_factory=list)
    cities: list[CityPrediction] = field(default_factory=list)
    ms: dict[str, float] = field(default_factory=dict)

    @property
    def photos(self) -> list[Photo]:
        """Those that could be read."""
        return [file.photo for file in self.files if file.photo]

    def as_json(self) -> dict:
        """The answer as JSON values, every country of every model in descending order.

        `verdict` and `ood` say by model how far its answer is to be believed, and whether the
        photo is of a street at all; None of a model that can't tell. A country is `likely` if it
        belongs to the set that holds the true one nine times in ten. Of each city there is one pin,
        that of its first model.
        """
        if not self.photos:
            return dict.fromkeys(("countries", "verdict", "ood", "cities", "ms"))
        return {
            "countries": {
                p.model: [
                    {
                        "code": code,
                        "name": countries.name(code, "en"),
                        "p": round(share, 6),
                        "likely": None if p.likely is None else rank < p.likely,
                    }
                    for rank, (code, share) in enumerate(p.top(len(p.codes)))
                ]
                for p in self.countries
            },
            "verdict": {p.model: p.verdict for p in self.countries},
            "ood": {p.model: p.ood and _ood(p.ood) for p in self.countries},
            "cities": self._pins(),
            "ms": {key: round(value, 1) for key, value in self.ms.items()},
        }

    def _pins(self) -> dict[str, dict[str, Any]]:
        pins: dict[str, dict[str, Any]] = {}
        for prediction in self.cities:
            pins.setdefault(prediction.city.name, _pin(prediction))
        return pins

    def as_table(self, rows: int = 10) -> str:
        """The answer for a terminal, without the names of its photos."""
        lines = []
        for prediction in self.countries:
            verdict = f": {prediction.verdict}" if prediction.verdict else ""
            lines.append(f"  country, by {prediction.model}{verdict}")
            for code, p in prediction.top(rows):
                bar = "█" * round(20 * p)
                lines.append(f"    {p:6.1%}  {code}  {countries.name(code):<24}{bar}")
        for prediction in self.cities:
            lines.append(f"  if it is in {prediction.city.title}, by {prediction.model}")
            lines.append(
                f"    {_degrees(prediction.position)}{_radius(prediction)}{_region(prediction)}"
            )
            for doubt in doubts(prediction, self.countries[0] if self.countries else None):
                lines.append(f"    {doubt}")
        for photo in self.photos:
            if photo.position:
                lines.append(f"  the photo's own EXIF position\n    {_degrees(photo.position)}")
        spent = ", ".join(f"{key} {value:.0f} ms" for key, value in self.ms.items())
        return "\n".join([*lines, f"  time: {spent}"])


def _ood(found: OodScore) -> dict[str, Any]:
    return {
        "score": round(found.score, 4),
        "threshold": round(found.threshold, 4),
        "street_photo": found.is_street,
    }


def known_errors(prediction: CityPrediction) -> dict[str, float]:
    """A city model's errors in metres, without what its card tells that is no finite number."""
    return {
        percentile: round(float(metres), 1)
        for percentile, metres in prediction.error_m.items()
        if isinstance(metres, int | float) and math.isfinite(metres)
    }


def _degrees(place: LatLon) -> str:
    return f"{place.lat:.5f}, {place.lon:.5f}"


def _pin(prediction: CityPrediction) -> dict[str, Any]:
    """A pin as JSON values, and how sure its model is: by its errors on photos that it never saw,
    by its regions, and by whether the photo looks like the city at all."""
    likeness = prediction.likeness
    return {
        "lat": round(prediction.position.lat, 6),
        "lon": round(prediction.position.lon, 6),
        "model": prediction.model,
        "error_m": known_errors(prediction),
        "region_km2": {
            str(share): round(prediction.region_km2(share), 4) for share in prediction.regions
        },
        "looks_like_here": likeness and likeness.here,
    }


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

    Raises:
        CheckpointError: if there is no usable model, or none of a name, or the weights of one
            can't be read.
    """

    def __init__(self, folder: Path = CHECKPOINTS, names: Sequence[str] = ()) -> None:
        models = [*map(opener(), _chosen(folder, names))]
        # Ensembles first: theirs is the answer that those below it went into.
        models.sort(key=lambda model: not model.checkpoint.members)
        self.classifiers = [model for model in models if isinstance(model, CountryModel)]
        found = [model for model in models if isinstance(model, CityLocator)]
        # Where one pin of a city is wanted, it is that of the first, the most exact.
        self.locators = sorted(found, key=lambda model: median_error_m(model.checkpoint))

    @property
    def problems(self) -> list[str]:
        """A sentence for each ensemble that lacks members."""
        told = [getattr(model, "problem", None) for model in self.classifiers]
        return [problem for problem in told if problem]

    def locate(self, paths: Sequence[str], among: Sequence[str] = ()) -> Answer:
        """Ask every model about the place that a photo, or several, show.

        Args:
            paths: of the photos.
            among: ISO codes of the countries it is known to be one of; empty for all.

        Raises:
            ValueError: if a model knows none of these countries.
        """
        ms: dict[str, float] = {}
        with _timed(ms, "read"):
            files = tuple(map(_read, paths))
        answer = Answer(files, ms=ms)
        if answer.photos:
            countries = self._countries(answer.photos, ms)
            answer.countries.extend(p.restricted(among) if among else p for p in countries)
            answer.cities.extend(self._cities(answer.photos, ms))
        return answer

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
                prediction = network.predict([self.photo])[0]
            self.told[network] = prediction, ms["asked"]
        return self.told[network][0]

    def spent(self, model: CountryModel) -> float:
        """Milliseconds that the networks behind a model took."""
        return sum(self.told[network][1] for network in model.networks)


def _chosen(folder: Path, names: Sequence[str]) -> list[Checkpoint]:
    found, problems = available(folder)
    if not found:
        raise CheckpointError(
            f"no model in {folder}. Train one with python -m training country --data FOLDER. "
            + " ".join(problems)
        )
    by_name = {checkpoint.name: checkpoint for checkpoint in found}
    unknown = [name for name in names if name not in by_name]
    if unknown:
        raise CheckpointError(
            f"no usable model {', '.join(unknown)} in {folder}; there are {', '.join(by_name)}. "
            + " ".join(problems)
        )
    return [by_name[name] for name in names] or found


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
