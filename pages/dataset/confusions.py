"""What a country model says of photos whose country is known, and what it takes for what."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from geoloc.photo.folder import AlbumPhoto
from geoloc.tasks.country import CountryPrediction


@dataclass(frozen=True)
class Said:
    """A model's first answer to a photo of a folder.

    Attributes:
        photo: what was asked about; its country is the true one.
        country: the answer, ISO 3166-1 alpha-2.
        probability: of the answer.
        of_truth: the probability that the model gave the true country.
    """

    photo: AlbumPhoto
    country: str
    probability: float
    of_truth: float

    @property
    def wrong(self) -> bool:
        return self.country != self.photo.country


def askable(photos: Iterable[AlbumPhoto], classes: Collection[str]) -> list[AlbumPhoto]:
    """Photos that a model of some countries can be right about, a fair sample of them first."""
    known = set(classes)
    return sorted((photo for photo in photos if photo.country in known), key=_scattered)


def said(photo: AlbumPhoto, answer: CountryPrediction) -> Said:
    """What a model that knows the photo's country said of it."""
    return Said(photo, answer.codes[0], answer.probabilities[0], answer.probability(photo.country))


def mistakes(answers: Iterable[Said]) -> list[Said]:
    """The wrong ones, the surest first."""
    return sorted((one for one in answers if one.wrong), key=lambda one: -one.probability)


def confused(wrong: Iterable[Said]) -> list[tuple[str, str, int]]:
    """True country, answer and how often, the most frequent first."""
    counted = Counter((one.photo.country, one.country) for one in wrong)
    return [(*pair, count) for pair, count in sorted(counted.items(), key=lambda e: (-e[1], e[0]))]


def _scattered(photo: AlbumPhoto) -> bytes:
    return hashlib.sha256(photo.file.encode()).digest()
