"""Room on the disk: caches that were not used for longest give way, never one that is in use."""

from __future__ import annotations

import os
import shutil
import time
from contextlib import suppress
from pathlib import Path

from geoloc.lease import Lease, is_held

KEEP_BYTES = int(float(os.environ.get("GEOLOC_CACHE_GB") or 20) * 1e9)
"""What caches may take together; the environment variable GEOLOC_CACHE_GB sets another bound."""

NOTES = "frames.json"
"""The file that is written last, and touched whenever a cache is loaded."""

_LOCK = "in-use"
_DAY = 86_400.0


class CacheLease(Lease):
    """Says that a cache is in use, to this process and all others, until it is released.

    Args:
        place: the cache's folder.
    """

    def __init__(self, place: Path) -> None:
        super().__init__(place / _LOCK, shared=True)


def make(folder: Path, needed: int) -> int:
    """Remove old caches until `needed` more bytes keep within `KEEP_BYTES`, or none is left.

    Args:
        folder: where caches lie.
        needed: bytes that are about to be written.

    Returns:
        The bytes that are free on its disk.
    """
    caches = sorted((place for place in folder.iterdir() if place.is_dir()), key=_used)
    taken = sum(map(_size, caches))
    for place in caches:
        if taken + needed <= KEEP_BYTES:
            break
        size = _size(place)
        if not _in_use(place):
            shutil.rmtree(place, ignore_errors=True)
            taken -= size - _size(place)
    return shutil.disk_usage(folder).free


def touch(notes: Path) -> None:
    """Note that a cache is used now."""
    with suppress(PermissionError):
        os.utime(notes)


def clear_leftovers(place: Path) -> None:
    """Remove what a run that was killed long ago left half written."""
    for path in place.glob("*.partial"):
        if time.time() - path.stat().st_mtime > _DAY:
            path.unlink(missing_ok=True)


def _used(place: Path) -> float:
    """When a cache was last loaded; one without notes was never finished, and goes first."""
    try:
        return (place / NOTES).stat().st_mtime
    except OSError:
        return 0.0


def _size(place: Path) -> int:
    total = 0
    for path in place.rglob("*"):
        with suppress(OSError):
            total += path.stat().st_size
    return total


def _in_use(place: Path) -> bool:
    try:
        return is_held(place / _LOCK)
    except OSError:
        return True  # another user's
