"""The guessing game: photos dealt, pins scored, rounds counted. Pure logic; the app draws it.

Points fall with the distance as in OSV-5M (Astruc et al. 2024, arXiv:2404.18873), which follows
GeoGuessr: 5000 exp(-d / 1492.7 km).
"""

from __future__ import annotations

import json
import math
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Protocol, TypeVar

import numpy as np
import shapely

from geoloc.countries import centroid, country_at, distances_km, outlines
from geoloc.geo import LatLon, distances_m, haversine_m
from geoloc.geo.score import MOST_POINTS, SCALE_KM

if TYPE_CHECKING:  # the game takes a model's answer, it doesn't load the model behind it
    from geoloc.tasks.country import CountryPrediction

ROUNDS = 5

VISITOR = ""
"""The player who is no model: a name that no model has, and that is the same in every language."""

_BORDER_STEP_DEGREES = 0.5


class Scene(Protocol):
    """A photo whose place is asked for.

    Attributes:
        file: tells it apart from the others.
        country: where it was taken, ISO 3166-1 alpha-2.
        position: where exactly, None if only the country is known.
    """

    @property
    def file(self) -> str: ...
    @property
    def country(self) -> str: ...
    @property
    def position(self) -> LatLon | None: ...
    def read(self) -> bytes: ...


S = TypeVar("S", bound=Scene)


@dataclass(frozen=True)
class Mark:
    """One player's pin.

    Attributes:
        player: whose it is, a model's name for people or `VISITOR`.
        position: where it stands.
        km: how far from the truth, see `away_km`.
        answer: of a model, the country it finds likeliest, with its probability.
    """

    player: str
    position: LatLon
    km: float
    answer: tuple[str, float] | None = None

    @property
    def points(self) -> int:
        return points(self.km)


@dataclass(frozen=True)
class Game:
    """A game as it stands: each photo is asked, then revealed, and after the last it is over.

    Attributes:
        number: which game, see `deal`.
        scenes: the photos, in their order.
        rounds: the players' marks of each photo that was guessed.
        shown: the photo that is looked at; after the last one, their number.
        pin: where the visitor's pin stands, before the guess counts.
    """

    number: int
    scenes: tuple[Scene, ...]
    rounds: tuple[tuple[Mark, ...], ...] = ()
    shown: int = 0
    pin: LatLon | None = None

    @property
    def over(self) -> bool:
        return self.shown >= len(self.scenes)

    @property
    def revealed(self) -> bool:
        """Whether the photo that is looked at was guessed."""
        return self.shown < len(self.rounds)

    @property
    def scene(self) -> Scene:
        """The photo that is looked at."""
        return self.scenes[self.shown]

    def pinned(self, place: LatLon) -> Game:
        """The pin put there, or left alone where the photo was guessed already."""
        return self if self.over or self.revealed else replace(self, pin=place)

    def guessed(self, marks: Sequence[Mark]) -> Game:
        """The marks of all players count, and the truth is revealed."""
        if self.over or self.revealed:
            return self
        return replace(self, rounds=(*self.rounds, tuple(marks)), pin=None)

    def turned(self) -> Game:
        """On to the next photo, if this one was guessed."""
        return replace(self, shown=self.shown + 1) if self.revealed else self

    def dropped(self) -> Game:
        """Without the photo that is asked, which could not be shown."""
        if self.over or self.revealed:
            return self
        scenes = self.scenes[: self.shown] + self.scenes[self.shown + 1 :]
        return replace(self, scenes=scenes, pin=None)

    def totals(self) -> dict[str, int]:
        """Points so far by player, in the order in which they first marked."""
        found: dict[str, int] = {}
        for marks in self.rounds:
            for mark in marks:
                found[mark.player] = found.get(mark.player, 0) + mark.points
        return found


def points(km: float) -> int:
    """Points for a pin so many kilometres off, from 0 to `MOST_POINTS`."""
    return round(MOST_POINTS * math.exp(-km / SCALE_KM))


def away_km(scene: Scene, pin: LatLon) -> float:
    """How far a pin is from the truth, in kilometres.

    Where only the country is known, a pin within it is 0 km away, and any other as far as the
    country's outline, to about 30 km.
    """
    if scene.position is not None:
        return haversine_m(scene.position, pin) / 1000
    if country_at(pin) == scene.country:
        return 0.0
    lats, lons = _outline(scene.country)
    return float(distances_m(pin.lat, pin.lon, lats, lons).min()) / 1000


def best_country(prediction: CountryPrediction) -> str:
    """The country in whose middle a pin promises most points, by a model's probabilities.

    It need not be the likeliest one: between several likely neighbours the pin is never far off.
    """
    # In an order of their own: that of the probabilities is another for every photo.
    codes = tuple(sorted(prediction.codes))
    promised = _points_between(codes) @ prediction.over(codes)
    return codes[int(promised.argmax())]


def model_mark(player: str, scene: Scene, prediction: CountryPrediction) -> Mark:
    """A model's pin: the middle of its `best_country`."""
    pin = centroid(best_country(prediction))
    return Mark(player, pin, away_km(scene, pin), prediction.top(1)[0])


def deal(scenes: Sequence[S], number: int, rounds: int = ROUNDS) -> tuple[S, ...]:
    """The photos of one game: the same number deals the same photos again.

    Each is of another country as far as there are enough, so that a country with many photos is
    asked no more often than one with few. Consecutive games share the photos out between them
    until too few are left.

    Args:
        scenes: all photos there are; their order doesn't matter.
        number: which game, from 0.
        rounds: how many photos a game has.
    """
    countries = len({scene.country for scene in scenes})
    games = max(1, (countries if countries >= rounds else len(scenes)) // rounds)
    shuffled = sorted(scenes, key=lambda scene: scene.file)
    random.Random(number // games).shuffle(shuffled)
    seen: Counter[str] = Counter()
    turns = []
    for scene in shuffled:
        turns.append(seen[scene.country])
        seen[scene.country] += 1
    # Every country's first photo comes before any country's second.
    order = [shuffled[i] for i in sorted(range(len(shuffled)), key=turns.__getitem__)]
    start = number % games * rounds
    return tuple(order[start : start + rounds])


@cache
def _outline(country: str) -> tuple[np.ndarray, np.ndarray]:
    """Points along a country's outline, close together: latitudes and longitudes."""
    feature = next(f for f in outlines()["features"] if f["id"] == country)
    shape = shapely.from_geojson(json.dumps(feature["geometry"]))
    # A straight border can have its two ends a thousand kilometres apart.
    lons, lats = shapely.get_coordinates(shapely.segmentize(shape, _BORDER_STEP_DEGREES)).T
    return lats, lons


@cache
def _points_between(codes: tuple[str, ...]) -> np.ndarray:
    """Points of a pin in the middle of one country when the truth is the middle of another."""
    return MOST_POINTS * np.exp(-distances_km(codes) / SCALE_KM)
