"""python -m benchmarks.faults: kill -9 at random moments, and nothing may be corrupt or mixed.

Trainings, publishings, trainings of the page Train, and `geoloc locate` are killed a few times
each, gone on with, and compared with the same work that nothing interrupted. Anything wrong is
printed, and ends in exit code 1.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import torch

from benchmarks.faults.locating import Locating
from benchmarks.faults.publishing import Publishing
from benchmarks.faults.train_page import TrainPage
from benchmarks.faults.training import Training
from benchmarks.faults.work import Child, Running, Work

KINDS: dict[str, tuple[type[Work], float]] = {
    "training": (Training, 0.35),
    "publishing": (Publishing, 0.4),
    "train-page": (TrainPage, 0.05),
    "locate": (Locating, 0.2),
}
"""By name, each kind of work and its share of the kills: one of the page's trainings takes longest,
since nothing of it is spared."""

_A_ROUND = 5
"""Kills of one piece of work at most, before it may come to its end."""


@dataclass
class Outcome:
    """What became of one kind of work.

    Attributes:
        kills: of processes at work; those that had come to their end by then do not count.
        ends: pieces of work that came to their end after kills.
        looks: how often others looked while it worked, and after kills.
        wrong: what was corrupt, mixed, or other than without kills.
    """

    kills: int = 0
    ends: int = 0
    looks: int = 0
    wrong: list[str] = field(default_factory=list)

    def note(self, wrong: list[str]) -> None:
        """One look."""
        self.looks += 1
        self.wrong += wrong


def killed(kind: type[Work], kills: int, folder: Path, seed: int = 0) -> Outcome:
    """Kill one kind of work so many times, each time at a moment of its own."""
    rng, outcome = random.Random(seed), Outcome()
    Child(folder / "log.txt", bool).wait()  # The first one takes seconds more.
    whole = kind(folder / "whole")
    running = whole.start()
    seconds = _watched(whole, running, float("inf"), outcome)
    running.wait()
    while outcome.kills < kills:
        work = kind(folder / f"work-{outcome.ends}")
        for _kill in range(min(_A_ROUND, kills - outcome.kills)):
            running = work.start()
            watched = _watched(work, running, rng.uniform(0, seconds), outcome)
            if not running.kill():
                # The machine may have less to do by now than when the whole was timed.
                seconds = watched
                break
            outcome.kills += 1
            outcome.note(work.after_kill(whole))
        work.start().wait()
        outcome.ends += 1
        outcome.note(work.at_end(whole))
    return outcome


def _watched(work: Work, running: Running, seconds: float, outcome: Outcome) -> float:
    """Look on for so many seconds, or until it has ended; how many there were."""
    started = time.monotonic()
    while running.is_alive and time.monotonic() < started + seconds:
        outcome.note(work.meanwhile())
    return time.monotonic() - started


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.faults", description=__doc__)
    parser.add_argument("--count", type=int, default=300, help="kills in all")
    parser.add_argument("--seed", type=int, default=0, help="of the moments")
    parser.add_argument("--only", choices=KINDS, help="one kind of work")
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    counts = {name: round(share * options.count) for name, (_kind, share) in KINDS.items()}
    if options.only:
        counts = {options.only: options.count}
    print(f"{'work':<12}{'kills':>7}{'ends':>7}{'looks':>8}{'wrong':>7}{'minutes':>9}")
    wrong = 0
    for name, count in counts.items():
        started = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            outcome = killed(KINDS[name][0], count, Path(folder), options.seed)
        numbers = f"{outcome.kills:>7}{outcome.ends:>7}{outcome.looks:>8}{len(outcome.wrong):>7}"
        print(f"{name:<12}{numbers}{(time.monotonic() - started) / 60:>9.1f}", flush=True)
        for what in outcome.wrong[:20]:
            print(f"  {what}")
        wrong += len(outcome.wrong)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
