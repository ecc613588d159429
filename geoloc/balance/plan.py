"""The plan of an epoch: which photo, changed how. Plain arrays; `geoloc.balance.augment` executes
it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

ORIGINAL, RESAMPLED, NOISY = 0, 1, 2


@dataclass(frozen=True)
class Plan:
    """One epoch's photos: item i is photo `row[i]`, changed as the other arrays say.

    Attributes:
        row: int64 (M,), positions in the table.
        mirrored: bool (M,).
        holed: bool (M,).
        camera: uint8 (M,): ORIGINAL, RESAMPLED or NOISY.
    """

    row: np.ndarray
    mirrored: np.ndarray
    holed: np.ndarray
    camera: np.ndarray

    def __len__(self) -> int:
        return len(self.row)

    def take(self, items: np.ndarray) -> Plan:
        return Plan(self.row[items], self.mirrored[items], self.holed[items], self.camera[items])

    @staticmethod
    def joined(plans: list[Plan]) -> Plan:
        return Plan(
            *(np.concatenate([getattr(p, f) for p in plans]) for f in Plan.__dataclass_fields__)
        )

    @staticmethod
    def untouched(rows: np.ndarray) -> Plan:
        """Each photo once, as it is."""
        no = np.zeros(len(rows), bool)
        return Plan(np.asarray(rows, np.int64), no, no.copy(), np.zeros(len(rows), np.uint8))
