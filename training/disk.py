"""What the system says of a disk, as a sentence that says what to do."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager

from safetensors import SafetensorError

from geoloc.errors import GeolocError

FULL = (
    "The disk is full, so the last step could not be written. Make room, and start it again: a "
    "training goes on from its last whole epoch."
)
"""Also what the app's page Train says, in the visitor's language."""

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_OS_ERROR = re.compile(r"os error (\d+)")


class DiskError(GeolocError):
    """Something could not be read or written."""


@contextmanager
def disk_errors() -> Iterator[None]:
    """Inside, what the system refuses is a `DiskError`; a closed pipe stays what it is."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _error(error.errno, error.strerror or str(error), error.filename) from error
    except SafetensorError as error:
        # It is written by a library in another language, which keeps the number in its text.
        number = _OS_ERROR.search(str(error))
        if number is None:
            raise
        raise _error(int(number[1]), str(error), None) from error


def _error(number: int | None, reason: str, path: object) -> DiskError:
    if number in _NO_ROOM:
        return DiskError("disk_full", FULL)
    return DiskError(
        "disk",
        "{path} can't be read or written: {reason}. Change its permissions, or name another one.",
        path=path or "A file",
        reason=reason,
    )
