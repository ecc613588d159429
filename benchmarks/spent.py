"""What a way takes: time, and that of all its processors, to which a busy machine adds little."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Spent:
    """What doing something to some photos took.

    Attributes:
        photos: how many.
        seconds: on the clock.
        cpu_seconds: of all processors, those of ended child processes among them.
    """

    photos: int
    seconds: float
    cpu_seconds: float

    @property
    def rate(self) -> float:
        """Photos a second."""
        return self.photos / self.seconds

    @property
    def cpu_ms(self) -> float:
        """Milliseconds of a processor a photo."""
        return 1000 * self.cpu_seconds / self.photos


def spent(photos: int, way: Callable[[], object]) -> Spent:
    """Time a way, which ends all processes that it starts."""
    started, cpu_started = time.perf_counter(), _cpu_seconds()
    way()
    return Spent(photos, time.perf_counter() - started, _cpu_seconds() - cpu_started)


def _cpu_seconds() -> float:
    return sum(
        use.ru_utime + use.ru_stime
        for use in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def print_line(what: str, measured: Spent, against: Spent | None = None) -> None:
    """A line of a table: photos a second, processors' milliseconds a photo, and the ratios."""
    line = f"{what:<52}{measured.rate:9.1f}/s {measured.cpu_ms:8.1f} ms"
    if against:
        line += f"{measured.rate / against.rate:8.2f} x {against.cpu_ms / measured.cpu_ms:8.2f} x"
    print(line, flush=True)


def print_head() -> None:
    """The names of the columns of `print_line`."""
    print(f"{'':<52}{'photos':>11} {'CPU a photo':>11}{'ratio':>10} {'of CPU':>10}")
