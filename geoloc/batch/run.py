"""From paths to whole rows in a file: read, answer, write, a batch at a time."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar

import torch

from geoloc.batch.ahead import ahead
from geoloc.batch.pool import SECONDS, Pool
from geoloc.batch.reading import Reading
from geoloc.results.locate import Locator, PlaceAnswer, Read
from geoloc.results.sink import Sink

Item = TypeVar("Item")


@dataclass(frozen=True)
class Run:
    """How many photos are read and answered.

    Attributes:
        batch: photos that the networks see at once, and that are written at once.
        workers: processes that read photos.
        fast: whether a JPEG is decoded no larger than the networks need.
        among: ISO codes of the countries they are known to be from; empty for all.
        memory: bytes that reading one photo may take.
        seconds: that reading one photo may take.

    Raises:
        ValueError: if there is no worker, or no photo in a batch.
    """

    batch: int = 64
    workers: int = field(default_factory=lambda: os.cpu_count() or 1)
    fast: bool = False
    among: tuple[str, ...] = ()
    memory: int = Reading.memory
    seconds: float = SECONDS

    def __post_init__(self) -> None:
        if min(self.batch, self.workers) < 1:
            raise ValueError("batch and workers are at least 1")


def locate_all(
    locator: Locator, paths: Iterable[str], sink: Sink, run: Run = Run()
) -> Iterator[list[PlaceAnswer]]:
    """Answer photos and write what comes; each batch is in the file when it is given back.

    Args:
        locator: that answers.
        paths: of the photos.
        sink: that the rows go to, in the order of the paths.
        run: how.

    Example:
        >>> from geoloc.batch.sources import photos_in
        >>> from geoloc.results.sink import open_sink
        >>> locator = Locator(names=["lite0"])
        >>> with open_sink(Path("answers.csv"), locator) as sink:  # doctest: +SKIP
        ...     for answers in locate_all(locator, photos_in(["holiday"]), sink):
        ...         print(len(answers))
        12
    """
    reading = Reading(locator.framing, run.fast, run.memory)
    at_hand = 2 * run.batch + 2 * run.workers
    with (
        _threads(run.workers),
        Pool(run.workers, reading, run.seconds) as pool,
        # The networks take all of this thread's time, and the workers must not wait for it.
        closing(ahead(pool.read(paths, at_hand), at_hand)) as outcomes,
    ):
        for part in _batches(outcomes, run.batch):
            files = [Read(path, outcome.photo, outcome.error) for path, outcome in part]
            answers = locator.locate_each(files, [outcome.ms for _path, outcome in part], run.among)
            sink.append(answers)
            yield answers


@contextmanager
def _threads(workers: int) -> Iterator[None]:
    """Within it, PyTorch uses the cores that workers leave it, or a quarter: more would only spin.

    Threads that wait for one that a worker keeps from its core burn time that the worker needs.
    """
    cores, before = os.cpu_count() or 1, torch.get_num_threads()
    torch.set_num_threads(min(before, max(1, cores - workers, cores // 4)))
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    source = iter(items)
    while batch := list(islice(source, size)):
        yield batch
