"""python -m benchmarks.fuzz: broken photos, as many as wanted, none of which may do harm.

Each is a sound or an odd file with some of its bytes changed, cut or doubled, by a seed: the same
number is the same file. Anything raised but `PhotoError` is printed with its number and ends in
exit code 1.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from geoloc.photo import PhotoError, read_photo
from tests.geoloc.bad_files import saved, street
from tests.geoloc.photo_files import odd_files

_MOST_S, _MOST_MB = 2.0, 256
_INTERESTING = np.array([0, 1, 0x7F, 0x80, 0xFE, 0xFF], dtype=np.uint8)


@dataclass(frozen=True)
class Outcome:
    """What became of all files.

    Attributes:
        refused: how many got a sentence; the others were read.
        raised: by number, what else was raised.
        slowest_s: seconds of processor that one took.
        grown_mb: how much memory the process had more at its peak than before.
    """

    refused: int
    raised: Mapping[int, str]
    slowest_s: float
    grown_mb: float


@cache
def seeds() -> tuple[bytes, ...]:
    """Small files of each kind, sound and odd."""
    kinds = ("JPEG", "PNG", "WEBP", "AVIF", "HEIC")
    return (*(saved(street(), kind) for kind in kinds), *odd_files().values())


def mutant(number: int) -> bytes:
    """The file of a number."""
    rng = np.random.default_rng(number)
    data = bytearray(seeds()[number % len(seeds())])
    for _ in range(int(rng.integers(1, 6))):
        _CHANGES[int(rng.integers(len(_CHANGES)))](data, rng)
    return bytes(data)


def fuzz(first: int, count: int) -> Outcome:
    """Read the files of so many numbers."""
    before, refused, raised, slowest = _peak_mb(), 0, {}, 0.0
    for number in range(first, first + count):
        data, start = mutant(number), time.process_time()
        try:
            read_photo(data)
        except PhotoError:
            refused += 1
        except Exception as error:
            raised[number] = f"{type(error).__name__}: {error}"
        slowest = max(slowest, time.process_time() - start)
    return Outcome(refused, raised, slowest, _peak_mb() - before)


def _flip(data: bytearray, rng: np.random.Generator) -> None:
    for at in rng.integers(0, max(1, len(data)), size=int(rng.integers(1, 8))):
        if data:
            data[at] ^= 1 << int(rng.integers(8))


def _overwrite(data: bytearray, rng: np.random.Generator) -> None:
    # Headers are short and decide most.
    at = int(rng.integers(0, max(1, min(len(data), 400))))
    size = int(rng.integers(1, 5))
    data[at : at + size] = rng.choice(_INTERESTING, size).tobytes()


def _cut(data: bytearray, rng: np.random.Generator) -> None:
    at = int(rng.integers(0, max(1, len(data))))
    del data[at : at + int(rng.integers(1, 200))]


def _double(data: bytearray, rng: np.random.Generator) -> None:
    at = int(rng.integers(0, max(1, len(data))))
    data[at:at] = data[at : at + int(rng.integers(1, 200))]


def _truncate(data: bytearray, rng: np.random.Generator) -> None:
    del data[int(rng.integers(0, max(1, len(data)))) :]


_CHANGES: tuple[Callable[[bytearray, np.random.Generator], None], ...] = (
    _flip, _flip, _overwrite, _overwrite, _cut, _double, _truncate,
)  # fmt: skip


def _peak_mb() -> float:
    # In kilobytes, on macOS in bytes.
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--first", type=int, default=0, help="the number of the first file")
    options = parser.parse_args(arguments)
    outcome = fuzz(options.first, options.count)
    print(f"{options.count:,} files, {outcome.refused:,} refused")
    print(f"raised anything but PhotoError: {len(outcome.raised)} (bar 0)")
    for number, what in list(outcome.raised.items())[:20]:
        print(f"  {number}: {what}")
    print(f"slowest: {outcome.slowest_s:.2f} s (bar {_MOST_S:.0f})")
    print(f"memory: {outcome.grown_mb:.0f} MB (bar {_MOST_MB})")
    held = outcome.slowest_s <= _MOST_S and outcome.grown_mb <= _MOST_MB
    return 0 if held and not outcome.raised else 1


if __name__ == "__main__":
    sys.exit(main())
