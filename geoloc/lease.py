"""Leases: files that processes hold for as long as they live, on every system.

The system lets go of a lease however its process ends, so none is ever stale.
"""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

import portalocker
from portalocker import LockFlags


class LeaseError(RuntimeError):
    """Another process, or another part of this one, holds the lease."""


class Lease:
    """A file that is held until `release`, or until the last process that inherited it ends.

    Args:
        path: the file, made if it is missing.
        shared: beside other shared leases; this waits for a moment where somebody looks whether
            the file is held. Otherwise alone.

    Raises:
        LeaseError: if it is not shared, and somebody holds the file.
        OSError: if the file can't be opened.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "in-use"
        >>> with Lease(path, shared=True):
        ...     is_held(path)
        True
        >>> is_held(path)
        False
    """

    def __init__(self, path: Path, shared: bool = False) -> None:
        path.touch()
        self.file = path.open("r+b")
        flags = LockFlags.SHARED if shared else LockFlags.EXCLUSIVE | LockFlags.NON_BLOCKING
        try:
            portalocker.lock(self.file, flags)
        except portalocker.LockException as error:
            self.file.close()
            raise LeaseError(f"{path} is held by another process.") from error

    def release(self) -> None:
        """Let go of it; forgetting the lease does so too."""
        self.file.close()

    def __enter__(self) -> Lease:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.release()


def is_held(path: Path) -> bool:
    """Whether somebody holds a lease of a file."""
    try:
        Lease(path).release()
    except LeaseError:
        return True
    return False
