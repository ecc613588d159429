"""Published models on this computer: what was fetched, from where, and that no byte of it changed.

Each lies in a folder of its own in `hub` within `geoloc.settings.FETCHED`, as its authors published
it, with fetched.json beside: the repository, its revision, and the SHA-256 of every file, which is
compared each time the model is opened. Nothing here asks a network for anything.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from geoloc import settings
from geoloc.errors import GeolocError
from geoloc.files import write_atomically
from geoloc.models.card.part import Count, Part

RECORD = "fetched.json"
FOLDER = "hub"
CONFIG, WEIGHTS = "config.json", ".safetensors"
_PROCESSORS = ("preprocessor_config.json", "processor_config.json")


class HubError(GeolocError):
    """A published model that can't be had or can't be used, and what to do about it."""


class StoredFile(Part):
    """A file as it was fetched."""

    sha256: str
    bytes: Count


class Fetched(Part):
    """What was fetched.

    Attributes:
        name: under which it lies here.
        repo: the repository that it was published in.
        revision: the commit.
        licence: that was shown before.
        on: the day.
        files: by name.
        converted: whether its weights were published as a pickle alone.
    """

    name: str
    repo: str
    revision: str
    licence: str
    on: date
    files: dict[str, StoredFile]
    converted: bool = False

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return folder_of(self.name)

    @property
    def bytes(self) -> int:
        """What it takes of the disk."""
        return sum(file.bytes for file in self.files.values())

    @property
    def digest(self) -> str:
        """SHA-256 of the digests of its weights, by which models name what they are made of."""
        weights = {k: file.sha256 for k, file in self.files.items() if k.endswith(WEIGHTS)}
        return hashlib.sha256(json.dumps(weights, sort_keys=True).encode()).hexdigest()

    def changed_files(self) -> Iterator[str]:
        """The names of files that are missing, or not as they were fetched."""
        for name, file in self.files.items():
            path = self.folder / name
            same = path.is_file() and path.stat().st_size == file.bytes
            if not same or sha256_of(path) != file.sha256:
                yield name

    def check(self) -> None:
        """Compare every file with what was fetched.

        Raises:
            HubError: if one is missing or has changed.
        """
        if changed := list(self.changed_files()):
            raise HubError(
                "fetched_changed",
                "{name}: {files} is not the file that was fetched. Fetch it anew: geoloc models "
                "remove {name}, then geoloc models get {name}",
                name=self.name,
                files=", ".join(changed),
            )

    def read_json(self, *names: str) -> dict[str, Any]:
        """What the first of some files holds that there is.

        Raises:
            HubError: if there is none, or it can't be read.
        """
        for name in names:
            if name in self.files:
                try:
                    return json.loads((self.folder / name).read_text("utf-8"))
                except (OSError, RecursionError, ValueError) as error:
                    raise self.unusable(f"{name}: {error}") from error
        raise self.unusable(f"it has no {names[0]}")

    @property
    def config(self) -> dict[str, Any]:
        """The configuration of the whole model, as its authors published it."""
        return self.read_json(CONFIG)

    @property
    def processor(self) -> dict[str, Any]:
        """What its authors did to photos."""
        processor = self.read_json(*_PROCESSORS)
        return processor.get("image_processor", processor)

    def unusable(self, reason: object) -> HubError:
        """The error that says why it can't be used here."""
        return HubError(
            "fetched_unusable",
            "{name} can't be used: {reason}",
            name=self.name,
            reason=reason,
        )


def folder_of(name: str) -> Path:
    """Where a published model of a name lies, or would."""
    return settings.FETCHED / FOLDER / name


def sha256_of(path: Path) -> str:
    """A file's digest, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def described(folder: Path) -> dict[str, StoredFile]:
    """The files in a folder, whose names begin with no dot, as they are now."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    named = {path.relative_to(folder).as_posix(): path for path in files}
    return {
        name: StoredFile(sha256=sha256_of(path), bytes=path.stat().st_size)
        for name, path in named.items()
        if name != RECORD and not name.startswith(".")
    }


def record(folder: Path, fetched: Fetched) -> None:
    """Write down what was fetched, beside it."""
    write_atomically(folder / RECORD, fetched.model_dump_json(indent=1).encode())


def fetched(name: str) -> Fetched:
    """A published model that lies here.

    Raises:
        HubError: if it does not, or its record can't be read.
    """
    path = folder_of(name) / RECORD
    try:
        if Path(name).name != name:
            raise FileNotFoundError(name)  # a card may say anything
        return Fetched.model_validate_json(path.read_bytes())
    except FileNotFoundError as error:
        raise HubError(
            "not_fetched",
            "{name} is not on this computer. Where there is internet, fetch it: geoloc models get "
            "{name}",
            name=name,
        ) from error
    except (OSError, ValidationError) as error:
        raise HubError(
            "fetched_unreadable",
            "{path} can't be read. Fetch {name} anew: geoloc models remove {name}, then geoloc "
            "models get {name}",
            path=path,
            name=name,
        ) from error


def all_fetched() -> list[str]:
    """The names of the published models that lie here."""
    return sorted(path.parent.name for path in folder_of("").glob(f"[!.]*/{RECORD}"))


def forget(name: str) -> bool:
    """Remove a published model, and what is left of trying to fetch it; False if there is none."""
    names = (name, partial_of(name).name)
    # No path is made of a name that anybody typed.
    there = [place for place in folder_of("").glob("*") if place.is_dir() and place.name in names]
    for place in there:
        shutil.rmtree(place)
    return bool(there)


def partial_of(name: str) -> Path:
    """Where a published model is gathered while it is fetched."""
    return folder_of(f".{name}.partial")
