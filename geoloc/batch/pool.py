"""Worker processes that read photos, in order, and outlive files that end them.

`concurrent.futures` gives up all work when a worker dies, and ends none that hangs. Here the file
that did it gets a sentence, another worker takes its place, and the rest goes on.
"""

from __future__ import annotations

import multiprocessing
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

from geoloc.batch.errors import BatchError
from geoloc.batch.reading import Outcome, Reading, serve

SECONDS = 60.0
"""How long one file may take, from when its worker turns to it."""

_HANDED = 2
"""Files that a worker has at hand: the next one is there when one is done."""

_CRASHED = (
    "Reading this file ended the process that did it: it is damaged, or needs more memory than one "
    "photo is given. Open it in an image editor, save it anew and choose that copy."
)
_NEVER_BEGAN = (
    "A process that reads photos ended before it had begun. A script that answers many photos runs "
    'again in each of them: what it does belongs below `if __name__ == "__main__":`.'
)
_TOO_SLOW = (
    "Reading this file took more than {seconds:.0f} seconds, so it was left. Open it in an image "
    "editor, save it anew and choose that copy."
)


@dataclass
class _Worker:
    process: BaseProcess
    connection: Connection
    handed: deque[tuple[int, str]] = field(default_factory=deque)
    since: float = 0.0
    began: bool = False


class Pool:
    """Processes that read photos; a context manager that ends them.

    Args:
        workers: how many.
        reading: how.
        seconds: that one file may take.

    Example:
        >>> with Pool(1, Reading()) as pool:
        ...     [(path, outcome.error) for path, outcome in pool.read(["no.jpg"], ahead=4)]
        [('no.jpg', 'There is no such file. Check its name and folder.')]
    """

    def __init__(self, workers: int, reading: Reading, seconds: float = SECONDS) -> None:
        self.reading, self.seconds = reading, seconds
        methods = multiprocessing.get_all_start_methods()
        # Never a copy of this process, which has threads: a clean one, or a copy of a clean one.
        self._context: Any = multiprocessing.get_context(
            "forkserver" if "forkserver" in methods else "spawn"
        )
        if self._context.get_start_method() == "forkserver":
            self._context.set_forkserver_preload(["geoloc.batch.reading"])
        self._workers = [self._started() for _number in range(workers)]

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_error: object) -> None:
        for worker in self._workers:
            worker.connection.close()
            worker.process.kill()
        for worker in self._workers:
            worker.process.join()

    def read(self, paths: Iterable[str], ahead: int) -> Iterator[tuple[str, Outcome]]:
        """What came of each path, in their order.

        Args:
            paths: taken from only as far as `ahead`.
            ahead: files that may be read, or be at hand to be, before the first of them is taken.

        Raises:
            BatchError: if a worker ends before it has begun, as all after it would.
        """
        source = enumerate(paths)
        waiting: deque[tuple[int, str]] = deque()
        done: dict[int, tuple[str, Outcome]] = {}
        first = taken = 0
        exhausted = False
        while True:
            while not exhausted and taken - first < ahead:
                item = next(source, None)
                exhausted = item is None
                if item is not None:
                    waiting.append(item)
                    taken += 1
            self._hand_out(waiting)
            if first not in done:
                if first == taken:
                    return
                for number, path, outcome in self._collected(waiting):
                    done[number] = path, outcome
                continue
            yield done.pop(first)
            first += 1

    def _hand_out(self, waiting: deque[tuple[int, str]]) -> None:
        for full in range(_HANDED):
            for worker in self._workers:
                if not waiting or len(worker.handed) > full:
                    continue
                if not worker.handed:
                    worker.since = time.monotonic()
                worker.handed.append(waiting.popleft())
                # One that died in the meantime is noticed where answers are collected.
                with suppress(OSError):
                    worker.connection.send(worker.handed[-1][1])

    def _collected(self, waiting: deque[tuple[int, str]]) -> Iterator[tuple[int, str, Outcome]]:
        """What has been read by now, at least one file, or none if time is up for one."""
        busy = {worker.connection: worker for worker in self._workers if worker.handed}
        left = min(worker.since for worker in busy.values()) + self.seconds - time.monotonic()
        for ready in wait(list(busy), timeout=max(0.0, left)):
            worker = busy[ready]  # type: ignore[index]  # `wait` gives what it was given
            try:
                outcome = worker.connection.recv()
            except (EOFError, OSError) as error:
                if not worker.began:
                    raise BatchError("no_workers", _NEVER_BEGAN) from error
                yield self._given_up(worker, _CRASHED, waiting)
                continue
            if not worker.began:
                worker.began, worker.since = True, time.monotonic()
                continue
            number, path = worker.handed.popleft()
            worker.since = time.monotonic()
            yield number, path, outcome
        for worker in list(self._workers):
            if worker.handed and time.monotonic() - worker.since > self.seconds:
                yield self._given_up(worker, _TOO_SLOW.format(seconds=self.seconds), waiting)

    def _given_up(
        self, worker: _Worker, why: str, waiting: deque[tuple[int, str]]
    ) -> tuple[int, str, Outcome]:
        """The file that its worker failed on; another worker is there for the rest."""
        number, path = worker.handed.popleft()
        waiting.extendleft(reversed(worker.handed))
        worker.connection.close()
        worker.process.kill()
        worker.process.join()
        self._workers[self._workers.index(worker)] = self._started()
        return number, path, Outcome(None, why, 1000 * (time.monotonic() - worker.since))

    def _started(self) -> _Worker:
        mine, theirs = self._context.Pipe()
        process = self._context.Process(target=serve, args=(theirs, self.reading), daemon=True)
        process.start()
        theirs.close()
        return _Worker(process, mine)
