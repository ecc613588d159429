"""python -m benchmarks.clues FOLDER: what reading signs adds to a network's answer, and its time.

Any data set of photos with known countries that `training` reads. For all photos, for those with
text and for those with clues: top-1 of the network alone and joined with clues, with 95 % bootstrap
intervals that resample places. By kind of clue: how often one speaks for the true country (with at
least half of its strength), how often it leaves it out, by a factor of three or more.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from geoloc.clues import WEIGHT, Clue, TextLine, clues_of, join, read_text
from geoloc.clues.join import evidence
from geoloc.countries import CODES
from geoloc.models.registry import CHECKPOINTS, load_model
from geoloc.models.release import load
from geoloc.photo import read_photo
from geoloc.tasks.country import CountryPrediction
from training.data import sources
from training.evaluation.metrics import bootstrap, mean_of

AWAY = 3


@dataclass(frozen=True)
class Reading:
    """One photo: what is true of it, what was read and answered, and what that took."""

    file: str
    country: str
    group: str
    lines: tuple[TextLine, ...]
    clues: tuple[Clue, ...]
    alone: CountryPrediction
    seconds: float
    cpu_seconds: float

    def right(self, weight: float) -> bool:
        """Whether the answer with clues of a weight names the true country first."""
        return join(self.alone, self.clues, weight).codes[0] == self.country

    @property
    def misled(self) -> bool:
        """Whether all clues together speak for another country, three times or more."""
        total = evidence(self.clues)
        return bool(total.max() - total[CODES.index(self.country)] > np.log(AWAY))


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.clues", description=__doc__)
    parser.add_argument("data", type=Path, help="folder of photos with known countries")
    parser.add_argument("--model", default="ensemble", help="whose answers (default: ensemble)")
    parser.add_argument("--weight", type=float, default=WEIGHT, help="of clues, from 0")
    parser.add_argument("--each", action="store_true", help="print every photo with text")
    options = parser.parse_args()
    readings = _read_all(options.data, options.model)
    if options.each:
        _print_each(readings, options.weight)
    _print_scores(readings, options.weight)
    _print_kinds(readings)
    _print_times(readings)


def _read_all(folder: Path, name: str) -> list[Reading]:
    model = load_model(load(CHECKPOINTS / name))
    table, _problems = sources.read(sources.detect(folder), folder)
    readings = []
    for row in table.itertuples():
        photo = read_photo(Path(row.path))
        started, cpu_started = time.perf_counter(), time.process_time()
        lines = read_text(photo)
        clues = clues_of(lines)
        spent = time.perf_counter() - started, time.process_time() - cpu_started
        alone = model.predict([photo])[0]
        file = Path(row.path).name
        readings.append(Reading(file, row.country, row.group, lines, clues, alone, *spent))
    return readings


def _print_each(readings: Sequence[Reading], weight: float) -> None:
    for reading in readings:
        if reading.lines:
            first = join(reading.alone, reading.clues, weight).codes[0]
            text = [f"{line.text} ({line.confidence:.2f})" for line in reading.lines]
            print(f"{reading.file} {reading.country}: {reading.alone.codes[0]} -> {first}")
            print("    " + " | ".join(text))
            for clue in reading.clues:
                print(f"    {clue.reason}")


def _print_scores(readings: Sequence[Reading], weight: float) -> None:
    parts = {
        "all": readings,
        "with text": [reading for reading in readings if reading.lines],
        "with clues": [reading for reading in readings if reading.clues],
    }
    print(f"{'':<12}{'photos':>7}  {'network alone':<22}{'with clues':<22}difference")
    for title, part in parts.items():
        alone = np.array([reading.right(0) for reading in part], float)
        joined = np.array([reading.right(weight) for reading in part], float)
        groups = np.array([reading.group for reading in part])
        cells = [_share(values, groups) for values in (alone, joined, joined - alone)]
        print(f"{title:<12}{len(part):>7}  {cells[0]:<22}{cells[1]:<22}{cells[2]}")
    lost = sum(r.right(0) and not r.right(weight) for r in readings)
    won = sum(r.right(weight) and not r.right(0) for r in readings)
    misled = sum(r.misled for r in readings)
    print(f"{won} answers became right, {lost} wrong; the clues of {misled} photos, taken alone,")
    print(f"speak {AWAY} times or more for another country than the true one\n")


def _share(values: np.ndarray, groups: np.ndarray) -> str:
    if not len(values):
        return "-"
    low, high = bootstrap(mean_of(values), groups)
    return f"{values.mean():.3f} [{low:.3f}, {high:.3f}]"


def _print_kinds(readings: Sequence[Reading]) -> None:
    kinds: dict[str, Counter[str]] = {}
    for reading in readings:
        for clue in reading.clues:
            own = clue.likelihood(reading.country)
            verdict = "for" if own >= clue.strength / 2 else "partly"
            if clue.strength / own >= AWAY:
                verdict = "away"
            kinds.setdefault(str(clue.kind), Counter())[verdict] += 1
    print(f"{'kind of clue':<14}{'clues':>6}{'for':>6}{'partly':>8}{'away':>6}")
    for kind, verdicts in sorted(kinds.items()):
        counts = [verdicts[v] for v in ("for", "partly", "away")]
        print(f"{kind:<14}{sum(counts):>6}{counts[0]:>6}{counts[1]:>8}{counts[2]:>6}")


def _print_times(readings: Sequence[Reading]) -> None:
    # The first photo also pays for loading the models.
    rest = readings[1:]
    if not rest:
        return
    print()
    for title, spent in (
        ("reading a photo", [1000 * reading.seconds for reading in rest]),
        ("of all processors", [1000 * reading.cpu_seconds for reading in rest]),
    ):
        slow = np.percentile(spent, 90)
        print(f"{title}: median {statistics.median(spent):.0f} ms, 9 in 10 at most {slow:.0f} ms")


if __name__ == "__main__":
    main()
