"""Folds of val: what is fitted on some places is judged on the others, though all are of one split.

Places, not photos: two photos of one place tell the same, and one of them would judge the other.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

FOLDS = 5


def folds(groups: np.ndarray) -> Iterator[np.ndarray]:
    """Which photos are held out, bool (B,), once for each of at most `FOLDS` folds.

    Args:
        groups: the place of each photo, (B,).
    """
    names, member = np.unique(groups, return_inverse=True)
    fold = np.random.default_rng(0).permutation(len(names)) % FOLDS
    for number in np.unique(fold):
        yield fold[member] == number
