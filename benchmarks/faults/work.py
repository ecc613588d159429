"""A kind of work that may be killed at any moment, and a process that does it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

_CONTEXT = multiprocessing.get_context("forkserver")
# Each process is a copy of one that has imported what takes seconds, and has done nothing else.
_CONTEXT.set_forkserver_preload(["geoloc.results.locate", "training.__main__"])
_ENDS_WITHIN_S = 60.0


class Running(Protocol):
    """A process at its work."""

    @property
    def is_alive(self) -> bool:
        """Whether it still works."""

    def kill(self) -> bool:
        """End it by SIGKILL; False if it had come to its end before."""

    def wait(self) -> None:
        """Until it has come to its end.

        Raises:
            RuntimeError: if that is not the end of its work.
        """


class Work(ABC):
    """One piece of work in an empty folder of its own, which can be started again after a kill."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        self.log = folder / "log.txt"

    @abstractmethod
    def start(self) -> Running:
        """Begin, or go on."""

    def meanwhile(self) -> list[str]:
        """Pass a moment while it works; what is wrong with what others see then."""
        time.sleep(0.005)
        return []

    @abstractmethod
    def after_kill(self, whole: Any) -> list[str]:
        """What is wrong with what a kill left, beside the same work that nothing interrupted."""

    @abstractmethod
    def at_end(self, whole: Any) -> list[str]:
        """What is wrong with it when it has come to its end, after however many kills."""


class Child:
    """A process that calls one function.

    Args:
        log: a file that takes what it prints.
        call: what it does; its result is the exit code.
        arguments: of it.
    """

    def __init__(self, log: Path, call: Callable[..., int | None], *arguments: object) -> None:
        self._log = log
        self._process = _CONTEXT.Process(target=_call, args=(log, call, *arguments))
        self._process.start()

    @property
    def is_alive(self) -> bool:
        return self._process.is_alive()

    def kill(self) -> bool:
        self._process.kill()
        self._process.join()
        return self._process.exitcode == -signal.SIGKILL

    def wait(self) -> None:
        self._process.join()
        if self._process.exitcode:
            told = self._log.read_text(errors="replace")[-1000:]
            raise RuntimeError(f"the work itself failed ({self._process.exitcode}): {told}")

    def left_behind(self) -> bool:
        """Whether processes that it had started go on for long without it."""
        until = time.monotonic() + _ENDS_WITHIN_S
        while time.monotonic() < until:
            if not _lives(session=self._process.pid or 0):
                return False
            time.sleep(0.02)
        return True


def _call(log: Path, call: Callable[..., int | None], *arguments: object) -> None:
    os.setsid()
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(file, sys.stdout.fileno())
    os.dup2(file, sys.stderr.fileno())
    sys.exit(call(*arguments))


def _lives(session: int) -> bool:
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            told = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has just ended
        if int(told[3]) == session and told[0] != "Z":
            return True
    return False
