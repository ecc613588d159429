"""The photos of one city, as kept on disk, and what was left out of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from geoloc.files import read_json, write_json
from pages.jobs.reasons import Reason

_FILE = "photos.json"


@dataclass(frozen=True)
class Kept:
    """A photo that can be trained on.

    Attributes:
        file: its copy's name in the run's folder, made up here.
        name: the name that its owner gave it.
        lat, lon: where the camera stood, in degrees.
        heading: where it looked, in degrees [0, 360) clockwise from north; None if unknown.
        sha256: of the file that it was, in hex.
        look: 64 bits in hex, nearly the same for copies of one picture.
    """

    file: str
    name: str
    lat: float
    lon: float
    heading: float | None
    sha256: str
    look: str


@dataclass(frozen=True)
class Skipped:
    """A file that was left out, why, and where it is known what exactly is wrong with it."""

    name: str
    reason: Reason
    detail: str = ""


@dataclass(frozen=True)
class Collection:
    """All photos of a run, in the order in which they came."""

    photos: tuple[Kept, ...] = ()
    skipped: tuple[Skipped, ...] = ()

    def by_reason(self) -> Mapping[Reason, list[Skipped]]:
        """What was left out, the most frequent reason first."""
        found: dict[Reason, list[Skipped]] = {}
        for skipped in self.skipped:
            found.setdefault(skipped.reason, []).append(skipped)
        return dict(sorted(found.items(), key=lambda item: -len(item[1])))

    def save(self, folder: Path) -> None:
        """Write it down in a run's folder."""
        skipped = [{**asdict(s), "reason": s.reason.name} for s in self.skipped]
        photos = [asdict(photo) for photo in self.photos]
        write_json(folder / _FILE, {"photos": photos, "skipped": skipped})

    @classmethod
    def load(cls, folder: Path) -> Collection | None:
        """What a run's folder holds; None before anything was read into it."""
        told: dict[str, Any] = read_json(folder / _FILE)
        if not told:
            return None
        return cls(
            photos=tuple(Kept(**photo) for photo in told["photos"]),
            skipped=tuple(Skipped(**{**s, "reason": Reason[s["reason"]]}) for s in told["skipped"]),
        )

    @staticmethod
    def forget(folder: Path) -> None:
        """Remove what was written down."""
        (folder / _FILE).unlink(missing_ok=True)
