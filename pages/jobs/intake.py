"""From files to a collection: each photo is checked, and a small copy of it is kept on disk."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable
from weakref import WeakValueDictionary

import cv2
import numpy as np

from geoloc.geo import LatLon
from geoloc.photo import Photo, PhotoError, read_photo, read_position
from geoloc.photo.inputs import FRAME, WIDTH
from pages.jobs.archive import ArchiveError, Entry, Files
from pages.jobs.collection import Collection, Kept, Skipped
from pages.jobs.reasons import Reason
from pages.jobs.runs import Run, room_left
from pages.language import _, said
from pages.shared.turn import decoding

MAX_PHOTOS = 2_000
COPY_SIDE = 640
"""The longest side of a kept copy in pixels: networks see it at 240."""

# What training will put beside each copy: the photo decoded once.
_DECODED_BYTES = FRAME * WIDTH * 3
_QUALITY = 88
_MAX_SKIPPED = 10_000
# Saving a photo once more turns a few bits of its look; another photo turns about half.
_SAME_BITS = 4
_MEASURE_EVERY = 50
# Of one run, so that two pages that add to it do not use the same names; nobody else waits for it.
_locks: WeakValueDictionary[str, threading.Lock] = WeakValueDictionary()


SECONDS = 20.0
"""How long files of strangers are looked at."""

FOLDER_SECONDS = 600.0
"""The same of files on the server, which its owner chose."""


def gather(
    run: Run,
    files: Files,
    progress: Callable[[float], None] = lambda share: None,
    seconds: float = SECONDS,
) -> Collection:
    """Add files to a run's collection; one that is interrupted stays as it was.

    Args:
        run: where the copies go.
        files: photos and whatever else.
        progress: called with the share of files looked at.
        seconds: how long they are looked at; the files that are left then are left out.

    Raises:
        ArchiveError: if thousands of files were left out of this run before.
    """
    with _locks.setdefault(run.id, threading.Lock()):
        if len((run.collection() or Collection()).skipped) > _MAX_SKIPPED:
            raise ArchiveError(
                _(
                    "More than {most:,} files were left out of this city already. Remove it, and "
                    "begin again with a ZIP of photos alone.",
                    most=_MAX_SKIPPED,
                )
            )
        intake = _Intake(run)
        try:
            until = time.monotonic() + seconds
            for number, entry in enumerate(files.entries, start=1):
                intake.take(entry)
                progress(number / files.count)
                if time.monotonic() > until:
                    intake.leave(files.names[number:])
                    break
        # A visitor who leaves the page interrupts it by what is no Exception.
        except BaseException:
            intake.undo()
            raise
        collection = intake.collection()
        collection.save(run.folder)
    return collection


class _Intake:
    """Takes files one by one."""

    def __init__(self, run: Run) -> None:
        self.before = run.collection() or Collection()
        self.folder = run.photos
        self.folder.mkdir(exist_ok=True)
        self.room = 0
        self.kept: list[Kept] = []
        self.skipped: list[Skipped] = []
        self.files = {photo.sha256 for photo in self.before.photos}
        self.looks: dict[tuple[float, float], list[str]] = {}
        for photo in self.before.photos:
            self.looks.setdefault(_point(photo), []).append(photo.look)

    def take(self, entry: Entry) -> None:
        reason, detail = self._keep(entry)
        if reason:
            self.skipped.append(Skipped(entry.name, reason, detail))

    def leave(self, names: tuple[str, ...]) -> None:
        self.skipped += [Skipped(name, Reason.OUT_OF_TIME) for name in names]

    def collection(self) -> Collection:
        return Collection(
            self.before.photos + tuple(self.kept), self.before.skipped + tuple(self.skipped)
        )

    def undo(self) -> None:
        for photo in self.kept:
            (self.folder / photo.file).unlink(missing_ok=True)

    def _keep(self, entry: Entry) -> tuple[Reason | None, str]:
        if entry.data is None:
            return entry.reason, ""
        if self._count() >= MAX_PHOTOS:
            return Reason.TOO_MANY, ""
        # Before decoding, which costs a thousand times as much.
        if hashlib.sha256(entry.data).hexdigest() in self.files:
            return Reason.DUPLICATE, ""
        try:
            position, warnings = read_position(entry.data)
            position = entry.position or position
            if position is None:
                about = [said(warning) for warning in warnings if "position" in str(warning)]
                return Reason.NO_POSITION, " ".join(about)
            with decoding(entry.data):
                photo = read_photo(entry.data)
        except PhotoError as error:
            return Reason.UNREADABLE, said(error)
        heading = photo.heading if entry.heading is None else entry.heading
        return self._store(entry.name, photo, position, heading), ""

    def _store(
        self, name: str, photo: Photo, position: LatLon, heading: float | None
    ) -> Reason | None:
        copy = _copy(photo.pixels)
        if len(self.kept) % _MEASURE_EVERY == 0:
            # Others may have taken some of it meanwhile.
            self.room = room_left() - len(self.kept) * _DECODED_BYTES
        if len(copy) + _DECODED_BYTES > self.room:
            return Reason.NO_ROOM
        kept = Kept(
            file=f"{self._count() + 1:05d}.jpg",
            name=name,
            lat=position.lat,
            lon=position.lon,
            heading=heading,
            sha256=photo.sha256,
            look=_look(photo.pixels),
        )
        looks = self.looks.setdefault(_point(kept), [])
        if any(_differing(kept.look, look) <= _SAME_BITS for look in looks):
            return Reason.DUPLICATE
        # Before it is written: on a full disk half of it is, and has to go again.
        self.kept.append(kept)
        (self.folder / kept.file).write_bytes(copy)
        self.room -= len(copy) + _DECODED_BYTES
        self.files.add(kept.sha256)
        looks.append(kept.look)
        return None

    def _count(self) -> int:
        return len(self.before.photos) + len(self.kept)


def _copy(pixels: np.ndarray) -> bytes:
    """A small JPEG without any EXIF data of a photo, uint8 (H, W, 3)."""
    height, width = pixels.shape[:2]
    scale = min(1.0, COPY_SIDE / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = pixels if scale == 1 else cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    bgr = cv2.cvtColor(small, cv2.COLOR_RGB2BGR)
    return cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1].tobytes()


def _look(pixels: np.ndarray) -> str:
    """Which of 8 x 8 cells are brighter than their right neighbour: survives another saving."""
    grey = cv2.cvtColor(
        cv2.resize(pixels, (9, 8), interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY
    )
    return np.packbits(grey[:, :-1] > grey[:, 1:]).tobytes().hex()


def _differing(look: str, other: str) -> int:
    """How many of the 64 bits differ."""
    return (int(look, 16) ^ int(other, 16)).bit_count()


def _point(photo: Kept) -> tuple[float, float]:
    """The place to about a metre."""
    return round(photo.lat, 5), round(photo.lon, 5)
