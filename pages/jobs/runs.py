"""Runs on disk: a folder each, found by a number that nobody can guess, bounded in all.

| in a run's folder | what it is                                              |
| ----------------- | ------------------------------------------------------- |
| photos.json       | the collection                                          |
| own-<tag>/        | copies of the photos, and the table that is trained on  |
| job.json          | what was asked of the training                          |
| progress.json     | how far the training is; written by the training itself |
| log.txt           | what the training printed                               |
| state/, cache/    | the training's own: its last epoch, photos decoded once |
"""

from __future__ import annotations

import hashlib
import re
import secrets
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from pages.jobs import settings
from pages.jobs.collection import Collection

MAX_BYTES = 4_000_000_000
"""What all runs together may take of the disk."""

_SPARE_BYTES = 1_000_000_000
_DRAFT_SECONDS = 24 * 3600


@dataclass(frozen=True)
class Run:
    """One city in the making.

    Attributes:
        folder: where all of it lies.
    """

    folder: Path

    @property
    def id(self) -> str:
        """Who knows it may see and remove the run."""
        return self.folder.name

    @property
    def tag(self) -> str:
        """Eight letters that tell the run apart and do not give its id away."""
        return hashlib.sha256(self.id.encode()).hexdigest()[:8]

    @property
    def photos(self) -> Path:
        return self.folder / f"own-{self.tag}"

    @property
    def asked(self) -> Path:
        return self.folder / "job.json"

    @property
    def progress(self) -> Path:
        return self.folder / "progress.json"

    @property
    def log(self) -> Path:
        return self.folder / "log.txt"

    @property
    def state(self) -> Path:
        return self.folder / "state"

    @property
    def cache(self) -> Path:
        return self.folder / "cache"

    def collection(self) -> Collection | None:
        """Its photos; None before any were read, and after they were removed."""
        return Collection.load(self.folder)

    def forget_photos(self) -> None:
        """Remove all that shows, places or names a photo; what was asked and reached stays."""
        Collection.forget(self.folder)
        self.log.unlink(missing_ok=True)
        for folder in (self.photos, self.cache, self.state):
            shutil.rmtree(folder, ignore_errors=True)

    def remove(self) -> None:
        """Remove everything."""
        shutil.rmtree(self.folder, ignore_errors=True)


def create() -> Run:
    """A new run."""
    run = Run(settings.ROOT / secrets.token_hex(8))
    run.folder.mkdir(parents=True)
    return run


def sweep() -> None:
    """Remove photos that nothing was trained on for a day."""
    for run in every():
        if not run.asked.is_file() and time.time() - run.folder.stat().st_mtime > _DRAFT_SECONDS:
            run.remove()


def find(number: str) -> Run | None:
    """The run of an id, which may come from a stranger."""
    run = Run(settings.ROOT / number) if re.fullmatch("[0-9a-f]{16}", number) else None
    return run if run and run.folder.is_dir() else None


def every() -> list[Run]:
    """All runs, the newest first."""
    found = filter(None, (find(folder.name) for folder in settings.ROOT.glob("*/")))
    return sorted(found, key=lambda run: run.folder.stat().st_mtime, reverse=True)


def room_left() -> int:
    """How many bytes runs may still take."""
    files = (file for file in settings.ROOT.rglob("*") if file.is_file())
    used = sum(file.lstat().st_size for file in files)
    free = shutil.disk_usage(settings.ROOT).free - _SPARE_BYTES
    return max(0, min(MAX_BYTES - used, free))
