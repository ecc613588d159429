"""geoloc locate PHOTO...: which country, and where in each city, as a table or as JSON lines."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from geoloc import countries
from geoloc.checkpoint import CheckpointError
from geoloc.models import CHECKPOINTS, available
from geoloc.photo import Photo, PhotoError, read_photo
from geoloc.predict import CityLocator, CityPrediction, CountryClassifier, CountryPrediction

FAILED = 2
"""Exit code when a photo, or a part of its file, could not be read, or no model is there."""


@dataclass(frozen=True)
class Answer:
    """What all models say of one photo; without a photo, why it could not be read.

    Attributes:
        name: the photo's path as given.
        photo: None if it could not be read.
        error: a sentence, if it could not be read.
        countries: a prediction a country model.
        cities: a prediction a city model.
        ms: milliseconds spent, by "read" and by model.
    """

    name: str
    photo: Photo | None = None
    error: str | None = None
    countries: list[CountryPrediction] = field(default_factory=list)
    cities: list[CityPrediction] = field(default_factory=list)
    ms: dict[str, float] = field(default_factory=dict)

    def as_json(self) -> dict:
        """The answer as JSON values, every country of every model in descending order."""
        said = {"photo": self.name, "error": self.error}
        if self.photo is None:
            return {
                **said,
                "countries": None,
                "cities": None,
                "exif": None,
                "warnings": None,
                "ms": None,
            }
        place = self.photo.position
        return {
            **said,
            "countries": {
                p.model: [{"code": c, "p": round(v, 6)} for c, v in p.top(len(p.codes))]
                for p in self.countries
            },
            "cities": {
                p.city.name: {
                    "lat": round(p.position.lat, 6),
                    "lon": round(p.position.lon, 6),
                    "model": p.model,
                }
                for p in self.cities
            },
            "exif": {"lat": place.lat, "lon": place.lon} if place else None,
            "warnings": list(self.photo.warnings),
            "ms": {key: round(value, 1) for key, value in self.ms.items()},
        }

    def as_table(self, rows: int = 10) -> str:
        """The answer for a terminal."""
        if self.photo is None:
            return f"{self.name}\n  {self.error}"
        lines = [self.name, *(f"  note: {warning}" for warning in self.photo.warnings)]
        for prediction in self.countries:
            lines.append(f"  country, by {prediction.model}")
            for code, p in prediction.top(rows):
                bar = "█" * round(20 * p)
                lines.append(f"    {p:6.1%}  {code}  {countries.name(code):<24}{bar}")
        for prediction in self.cities:
            lines.append(f"  if it is in {prediction.city.title}, by {prediction.model}")
            lines.append(f"    {_degrees(prediction.position)}{_radius(prediction)}")
        if self.photo.position:
            lines.append(f"  the photo's own EXIF position\n    {_degrees(self.photo.position)}")
        spent = ", ".join(f"{key} {value:.0f} ms" for key, value in self.ms.items())
        return "\n".join([*lines, f"  time: {spent}"])


def _degrees(place) -> str:
    return f"{place.lat:.5f}, {place.lon:.5f}"


def _radius(prediction: CityPrediction) -> str:
    if "p50" not in prediction.error_m:
        return ""
    return (
        f"   (half of held-out photos lie within {prediction.error_m['p50']:,.0f} m of their pin)"
    )


class Locator:
    """Every model at hand, loaded once.

    Args:
        folder: where the checkpoints lie.

    Raises:
        CheckpointError: if there is no usable model, or the weights of one can't be read.
    """

    def __init__(self, folder: Path = CHECKPOINTS) -> None:
        found, problems = available(folder)
        if not found:
            raise CheckpointError(
                f"no model in {folder}. Train one with python -m training country --data FOLDER. "
                + " ".join(problems)
            )
        self.classifiers = [CountryClassifier(c) for c in found if c.task == "country"]
        self.locators = [CityLocator(c) for c in found if c.task == "city"]

    def locate(self, path: str) -> Answer:
        """Ask every model about one photo."""
        ms: dict[str, float] = {}
        try:
            with _timed(ms, "read"):
                photo = read_photo(Path(path))
        except PhotoError as error:
            return Answer(path, error=str(error))
        answer = Answer(path, photo, ms=ms)
        for models, said in (
            (self.classifiers, answer.countries),
            (self.locators, answer.cities),
        ):
            for model in models:
                with _timed(ms, model.checkpoint.name):
                    said.extend(model.predict([photo]))
        return answer


@contextmanager
def _timed(ms: dict[str, float], key: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    ms[key] = (time.perf_counter() - started) * 1000


def main(arguments: list[str] | None = None) -> int:
    """Run the command.

    Returns:
        0, or 2 if a photo or a part of its file could not be read, or there is no model. Whatever
        can be answered is.
    """
    asked = _parser().parse_args(arguments)
    try:
        locator = Locator(asked.checkpoints)
    except CheckpointError as error:
        print(f"geoloc: {error}", file=sys.stderr)
        return FAILED
    failed = False
    for path in asked.photos:
        answer = locator.locate(path)
        failed |= answer.photo is None or bool(answer.photo.warnings)
        text = json.dumps(answer.as_json()) if asked.json else answer.as_table()
        print(text, flush=True)
    return FAILED if failed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="geoloc", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    locate = commands.add_parser("locate", help="say where photos were taken")
    locate.add_argument("photos", nargs="+", metavar="PHOTO", help="JPEG, PNG, WebP or HEIC")
    locate.add_argument("--json", action="store_true", help="one JSON object a photo and line")
    locate.add_argument(
        "--checkpoints", type=Path, default=CHECKPOINTS, help="folder of models (default: its own)"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
