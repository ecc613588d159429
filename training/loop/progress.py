"""How a training goes, told while it goes on: a small JSON file, and a first model early.

The app's page Train starts trainings and reads that file; see `pages.jobs.jobs`.
"""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np

from geoloc.files import read_json, write_json
from geoloc.geo import centroid, distances_m
from geoloc.networks import GeoNetwork
from training.data.frames import Frames
from training.loop.fit import FitResult

PUBLISH_SECONDS = 20.0
"""Between two models of one training: publishing measures a model, which costs time as well."""

_RECENT = 5

UNFORESEEN = "Something unforeseen went wrong; the training's log says what."
"""What a training that failed tells for want of a reason for people."""


class Live:
    """Writes down each epoch, and publishes better models as they come.

    Args:
        file: what is written; the epochs that an interrupted training left there stay.
        epochs: how many there will be at most.
        middle_m: the median error of always answering the middle, in metres.
        publish: releases a model.
    """

    def __init__(
        self, file: Path, epochs: int, middle_m: float, publish: Callable[[FitResult], Any]
    ) -> None:
        self.file, self.epochs, self.middle_m, self.publish = file, epochs, middle_m, publish
        self.rows: list[dict[str, float]] = read_json(file).get("rows", [])
        self.next = 0.0
        note(file, phase="training", epochs=epochs, middle_m=middle_m)

    def epoch(self, row: dict[str, float], network: GeoNetwork) -> None:
        """Note an epoch, and publish its network if none was better.

        Args:
            row: of the curves.
            network: with the averaged weights (EMA) of this epoch; a copy of it is published.
        """
        self.rows = [earlier for earlier in self.rows if earlier["epoch"] < row["epoch"]] + [row]
        seconds = float(np.mean([row["seconds"] for row in self.rows[-_RECENT:]]))
        left = seconds * (self.epochs - row["epoch"])
        note(self.file, rows=self.rows, seconds_left=left)
        if self._worth_showing(row):
            self.publish(
                FitResult(copy.deepcopy(network).cpu().eval(), self.rows, int(row["epoch"]))
            )
            note(self.file, published=row["epoch"])
            self.next = time.monotonic() + PUBLISH_SECONDS

    def _worth_showing(self, row: dict[str, float]) -> bool:
        is_best = row["val_loss"] <= min(earlier["val_loss"] for earlier in self.rows)
        beats_middle = row.get("val_median_m", math.inf) < self.middle_m
        return is_best and beats_middle and time.monotonic() >= self.next


def note(file: Path, **values: Any) -> None:
    """Change what the file tells; what is not named stays."""
    write_json(file, {**read_json(file), **values})


@contextmanager
def followed(file: Path | None, *foreseen: type[Exception]) -> Iterator[None]:
    """Writes down that a training has begun and, if it fails, why; the error goes on its way.

    Args:
        file: where to; None for nowhere.
        known: errors whose text is a sentence for people.
    """
    if file is not None:
        note(file, phase="reading")
    try:
        yield
    except Exception as error:
        if file is not None:
            message = str(error) if isinstance(error, foreseen) else UNFORESEEN
            # On a full disk there may be no room for this either.
            with suppress(OSError):
                note(file, state="failed", message=message)
        raise


def middle_m(frames: Frames) -> float:
    """Median distance of the val photos from the middle of the train photos, in metres."""
    train, val = (frames.table[frames.table.split == split] for split in ("train", "val"))
    middle = centroid(train.lat, train.lon)
    return float(np.median(distances_m(middle.lat, middle.lon, val.lat, val.lon)))
