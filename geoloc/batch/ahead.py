"""What comes next is made while what is there is used: a thread, and a queue of bounded length."""

from __future__ import annotations

import queue
import threading
from collections.abc import Generator, Iterable
from typing import TypeVar

Item = TypeVar("Item")

_LOOK_S = 0.1
"""How often a thread that waits for room looks whether anybody still wants what it makes."""


def ahead(items: Iterable[Item], most: int) -> Generator[Item]:
    """The same items in the same order, made in a thread, at most so many before they are used.

    An error among them is raised here, after the items before it. The thread ends with the
    generator, also where that is left early.

    Example:
        >>> list(ahead(range(3), most=2))
        [0, 1, 2]
    """
    made: queue.Queue[tuple[Item | None, BaseException | None]] = queue.Queue(most)
    left = threading.Event()

    def put(item: Item | None, error: BaseException | None) -> None:
        while not left.is_set():
            try:
                return made.put((item, error), timeout=_LOOK_S)
            except queue.Full:
                continue

    def make() -> None:
        try:
            for item in items:
                put(item, None)
                if left.is_set():
                    return
            put(None, StopIteration())
        except BaseException as error:
            put(None, error)

    thread = threading.Thread(target=make, name="ahead", daemon=True)
    thread.start()
    try:
        while True:
            item, error = made.get()
            if isinstance(error, StopIteration):
                return
            if error is not None:
                raise error
            yield item  # type: ignore[misc]  # there is an item where there is no error
    finally:
        left.set()
        thread.join()
