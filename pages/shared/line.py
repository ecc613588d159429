"""Waiting in line: what there is only so much of goes to whoever came first."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_MOMENT = 0.25


class Line:
    """So much room, in bytes or in turns, shared first come first served.

    With a semaphore, small shares would pass a large one for ever.

    Args:
        room: how much there is.

    Example:
        >>> turns = Line(1)
        >>> with turns.share():
        ...     len(turns)
        1
    """

    def __init__(self, room: int) -> None:
        self.room = room
        self._taken = 0
        self._holders = 0
        self._waiting: deque[object] = deque()
        self._changed = threading.Condition()

    def __len__(self) -> int:
        """How many have a share or wait for one."""
        return self._holders + len(self._waiting)

    @contextmanager
    def share(self, size: int = 1, waiting: Callable[[int], None] | None = None) -> Iterator[None]:
        """Inside, so much of the room is the caller's.

        Args:
            size: how much; more than there is means all of it.
            waiting: told several times a second how many are before the caller, until it is their
                turn. An exception that it raises ends the wait.
        """
        size = min(size, self.room)
        self._come(size, waiting)
        try:
            yield
        finally:
            with self._changed:
                self._taken -= size
                self._holders -= 1
                self._changed.notify_all()

    def _come(self, size: int, waiting: Callable[[int], None] | None) -> None:
        me = object()
        with self._changed:
            self._waiting.append(me)
        try:
            while not self._came(me, size):
                if waiting:
                    waiting(self._before(me))
        except BaseException:
            with self._changed:
                self._waiting.remove(me)
                self._changed.notify_all()
            raise

    def _came(self, me: object, size: int) -> bool:
        """Take a share if it is free within a moment; whether it was."""

        def is_free() -> bool:
            return self._waiting[0] is me and self._taken + size <= self.room

        with self._changed:
            if not self._changed.wait_for(is_free, _MOMENT):
                return False
            self._waiting.popleft()
            self._taken += size
            self._holders += 1
            self._changed.notify_all()
            return True

    def _before(self, me: object) -> int:
        with self._changed:
            return self._holders + self._waiting.index(me)
