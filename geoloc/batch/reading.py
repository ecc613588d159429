"""What a worker process does: read untrusted photos under bounds, and give what networks see.

The bounds are the system's: a decoder of C that takes too much memory is refused it, and one that
never ends is ended from outside (`geoloc.batch.pool`).
"""

from __future__ import annotations

import mmap
import signal
import time
from dataclasses import dataclass, replace
from importlib import import_module
from importlib.util import find_spec
from multiprocessing.connection import Connection
from pathlib import Path

from geoloc.batch.address import fetched, is_address
from geoloc.photo import Photo, PhotoError, read_photo
from geoloc.photo.inputs import Framing, frame
from geoloc.photo.read import MAX_BYTES

_STATM = Path("/proc/self/statm")


@dataclass(frozen=True)
class Reading:
    """How photos are read.

    Attributes:
        framing: how all networks want a photo kept: then only so much of it comes back, and gives
            the same frame. All pixels if None.
        fast: whether a JPEG is decoded no larger than that needs.
        memory: bytes that reading may take beside what the process has at the start.
    """

    framing: Framing | None = None
    fast: bool = False
    memory: int = 1_000_000_000


@dataclass(frozen=True)
class Outcome:
    """What came of a file.

    Attributes:
        photo: None if it could not be read.
        error: a sentence, if it could not be read.
        ms: milliseconds that it took.
    """

    photo: Photo | None
    error: str | None
    ms: float


def serve(connection: Connection, reading: Reading) -> None:
    """Answer each path that comes with its `Outcome`, until the other end is closed."""
    # Ctrl-C reaches all processes of a terminal; the first of them says when to end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _use_one_thread()
    _bound_memory(reading.memory)
    connection.send(None)
    while True:
        try:
            path = connection.recv()
        except (EOFError, OSError):
            return
        connection.send(read(path, reading))


def read(path: str, reading: Reading) -> Outcome:
    """One file as a photo, or why not."""
    started = time.perf_counter()
    try:
        photo, error = _read(path, reading), None
    except PhotoError as problem:
        photo, error = None, str(problem)
    except MemoryError:
        photo, error = None, "This file needs more memory than one photo is given, so it was left."
    return Outcome(photo, error, 1000 * (time.perf_counter() - started))


def _read(path: str, reading: Reading) -> Photo:
    _refuse_without_room()
    framing = reading.framing
    # Half as many again as a frame has: what is left is averaged, and never enlarged.
    columns = framing.side * 3 // 2 if framing and reading.fast else None
    photo = read_photo(fetched(path) if is_address(path) else Path(path), columns)
    if framing is None:
        return photo
    kept = frame(photo.pixels, framing)
    return replace(photo, pixels=kept.pixels[kept.top : kept.bottom])


def _refuse_without_room() -> None:
    """Say that there is no room for the largest file: decoders would call any file damaged.

    Pages that nobody writes to are never given: it costs some microseconds.

    Raises:
        MemoryError: if there is none.
    """
    try:
        mmap.mmap(-1, MAX_BYTES).close()
    except OSError as error:
        raise MemoryError from error


def _use_one_thread() -> None:
    import cv2

    # A worker a core: more threads than that would only wait for each other.
    cv2.setNumThreads(1)


def _bound_memory(extra: int) -> None:
    # Neither exists on Windows; what there is without them is the bounds of `read_photo`.
    if find_spec("resource") is None or not _STATM.is_file():
        return
    resource = import_module("resource")
    pages = int(_STATM.read_text().split()[0])
    most = pages * resource.getpagesize() + extra
    _soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    if hard == resource.RLIM_INFINITY or most < hard:
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))
