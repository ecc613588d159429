"""Batches on the device that trains; the next ones are read while this one is used.

A thread takes frames from the disk or the cache, and decodes those that are kept as JPEGs; a
device with memory of its own gets them from pinned pages, without being waited for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from geoloc.balance import Plan
from geoloc.batch.ahead import ahead
from training.data.frames import Frames

AHEAD = 3
"""Batches that are at hand: at the usual size each takes 11 MB."""


@dataclass(frozen=True)
class Batch:
    """A part of an epoch's plan.

    Attributes:
        plan: of these photos.
        pixels: uint8 (B, S, S, 3), on the device.
        top, bottom: first photo row of each, and the row after its last, int16 (B,), likewise.
        targets: (B, ...), likewise.
    """

    plan: Plan
    pixels: Tensor
    top: Tensor
    bottom: Tensor
    targets: Tensor


class Loader:
    """Gives the batches of plans.

    Args:
        frames: that they are of.
        rows: row of the frames' table by a plan's number.
        targets: of some rows of the table, by their numbers.
        device: where batches shall be.
    """

    def __init__(
        self,
        frames: Frames,
        rows: np.ndarray,
        targets: Callable[[np.ndarray], Tensor],
        device: torch.device,
    ) -> None:
        self.frames, self.rows, self.targets, self.device = frames, rows, targets, device

    def batches(self, plans: Sequence[Plan]) -> Iterator[Batch]:
        """A batch a plan, in their order."""
        with closing(ahead(map(self._read, plans), AHEAD)) as batches:
            for plan, parts in batches:
                pixels, seen, targets = (part.to(self.device, non_blocking=True) for part in parts)
                top, bottom = seen.unbind(1)
                yield Batch(plan, pixels, top, bottom, targets)

    def _read(self, plan: Plan) -> tuple[Plan, list[Tensor]]:
        rows = self.rows[plan.row]
        pixels, seen = self.frames.pixels[rows], self.frames.rows[rows]
        parts = [torch.from_numpy(pixels), torch.from_numpy(seen), self.targets(rows)]
        if self.device.type == "cuda":
            parts = [part.pin_memory() for part in parts]
        return plan, parts
