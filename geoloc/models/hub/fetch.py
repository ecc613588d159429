"""Fetching a published model: offered, agreed to, gathered beside its place, checked, moved there.

A fetch that is killed goes on where it ended. Nobody ever sees half a model: it is gathered in a
folder whose name begins with a dot, and gets its own by one rename.
"""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from geoloc.lease import Lease, LeaseError
from geoloc.models.hub.catalogue import Entry
from geoloc.models.hub.convert import converted
from geoloc.models.hub.sources import CONVERTED, PICKLE, Folder, Hub, Offer, Source
from geoloc.models.hub.store import (
    Fetched,
    HubError,
    described,
    fetched,
    folder_of,
    partial_of,
    record,
)

_REVISION = ".revision"
"""The file that says of which commit a partial fetch is."""
_SPARE = 2**28
"""Bytes that stay free on the disk."""


def fetch(entry: Entry, agree: Callable[[Offer], bool], folder: Path | None = None) -> Fetched:
    """Fetch a published model, unless it lies here already.

    Args:
        entry: which.
        agree: whether somebody takes it under its licence; asked before anything large is fetched.
        folder: to copy it from instead of fetching it from the hub.

    Raises:
        HubError: if it can't be had, or nobody agrees.
    """
    if (folder_of(entry.name)).exists():
        return fetched(entry.name)
    source = Folder(entry, folder) if folder else Hub(entry)
    wanted = source.wanted
    licence = source.licence or "none that its repository names"
    if not agree(Offer(entry, licence, sum(wanted.values()), source.revision)):
        raise HubError(
            "licence_refused",
            "Nothing was fetched: {title} is used under {licence}. Agree to it with "
            "--accept-licence",
            title=entry.title,
            licence=licence,
        )
    gathered = _gathered_in(entry, source)
    with _held(entry, gathered), _nothing_left_of_a_full_disk(entry, gathered):
        _refuse_small_disk(entry, gathered, wanted)
        for name in wanted:
            _put(source, name, gathered / name)
        unpickled = PICKLE in wanted
        if unpickled:
            _convert(entry, gathered)
        model = Fetched(
            name=entry.name,
            repo=entry.repo,
            revision=source.revision,
            licence=licence,
            on=date.today(),
            files=described(gathered),
            converted=unpickled,
        )
        record(gathered, model)
        (gathered / _REVISION).unlink()
        gathered.rename(folder_of(entry.name))
    return model


def _gathered_in(entry: Entry, source: Source) -> Path:
    """The folder that it is gathered in; what was gathered of another revision goes."""
    place = partial_of(entry.name)
    note = place / _REVISION
    if place.exists() and (not note.is_file() or note.read_text() != source.revision):
        shutil.rmtree(place)
    place.mkdir(parents=True, exist_ok=True)
    note.write_text(source.revision)
    return place


def _put(source: Source, name: str, path: Path) -> None:
    aside = path.with_name(f".{name}.partial")
    if path.is_file():
        return
    source.put(name, aside)
    if not source.is_whole(name, aside):
        aside.unlink()
        raise HubError(
            "fetched_damaged",
            "{name} of {title} is not what was published: it was damaged on the way, or exchanged. "
            "It was thrown away; try again.",
            name=name,
            title=source.entry.title,
        )
    aside.rename(path)


def _convert(entry: Entry, gathered: Path) -> None:
    if reason := converted(gathered / PICKLE, gathered / CONVERTED):
        shutil.rmtree(gathered)
        raise HubError(
            "pickle_refused",
            "{title} was published as a pickle, which can't be read as plain weights: {reason}",
            title=entry.title,
            reason=reason,
        )
    (gathered / PICKLE).unlink()


@contextmanager
def _held(entry: Entry, gathered: Path) -> Iterator[None]:
    try:
        lease = Lease(gathered.with_suffix(".lease"))
    except LeaseError as error:
        raise HubError(
            "being_fetched",
            "{title} is being fetched by another process just now.",
            title=entry.title,
        ) from error
    with lease:
        yield


@contextmanager
def _nothing_left_of_a_full_disk(entry: Entry, gathered: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise HubError(
                "not_written",
                "{title} can't be stored in {folder}: {error}",
                title=entry.title,
                folder=gathered.parent,
                error=error,
            ) from error
        shutil.rmtree(gathered, ignore_errors=True)
        raise _full(entry, gathered.parent) from error


def _refuse_small_disk(entry: Entry, gathered: Path, wanted: dict[str, int]) -> None:
    there = sum(path.stat().st_size for path in gathered.iterdir() if path.is_file())
    missing = sum(wanted.values()) + wanted.get(PICKLE, 0) - there
    if shutil.disk_usage(gathered).free < missing + _SPARE:
        shutil.rmtree(gathered, ignore_errors=True)
        raise _full(entry, gathered.parent, missing)


def _full(entry: Entry, folder: Path, missing: int = 0) -> HubError:
    size = missing / 1e6 or entry.megabytes or 0
    return HubError(
        "disk_full",
        "{title} needs {size:,.0f} MB, and the disk of {folder} has no room for it. Nothing was "
        "left there; make room and try again, or set GEOLOC_FETCHED to another disk.",
        title=entry.title,
        size=size,
        folder=folder,
    )
