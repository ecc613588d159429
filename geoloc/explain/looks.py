"""What an explainer made of the photos it saw last: another country costs no forward again.

A forward with its gradients' graph takes tens of megabytes, and visitors share explainers: so the
last few are kept for all explainers of a process together, and only as long as somebody else has
the photo and the explainer: what a visitor removes is gone.
"""

from __future__ import annotations

import weakref
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import RLock
from typing import Any, TypeVar

import numpy as np
from torch import Tensor

Made = TypeVar("Made")

MOST = 2


@dataclass(eq=False)
class _Look:
    """One photo as one explainer saw it."""

    explainer: weakref.ref[Any]
    pixels: weakref.ref[np.ndarray]
    batch: Tensor
    made: dict[str, Any] = field(default_factory=dict)
    lock: RLock = field(default_factory=RLock)


_looks: deque[_Look] = deque(maxlen=MOST)


def batch_of(explainer: Any, pixels: np.ndarray, prepare: Callable[[], Tensor]) -> Tensor:
    """A photo as a batch of one: the very same tensor as long as the look at it is kept.

    Args:
        explainer: that looks.
        pixels: of the photo; what can be written may have changed, and is never kept.
        prepare: makes the batch.
    """
    for look in tuple(_looks):
        if look.explainer() is explainer and look.pixels() is pixels:
            return look.batch
    batch = prepare()
    if not pixels.flags.writeable:
        _looks.append(_Look(weakref.ref(explainer, _forget), weakref.ref(pixels, _forget), batch))
    return batch


@contextmanager
def made_of(batch: Tensor, make: Callable[[Tensor], Made]) -> Iterator[Made]:
    """What `make` makes of a batch, for one thread at a time where it is kept.

    Args:
        batch: one of `batch_of`, or any other one, of which nothing is kept.
        make: a method of the explainer.
    """
    look = next((look for look in tuple(_looks) if look.batch is batch), None)
    if look is None:
        yield make(batch)
        return
    with look.lock:
        # By name: a method would hold its explainer.
        if make.__name__ not in look.made:
            look.made[make.__name__] = make(batch)
        yield look.made[make.__name__]


def _forget(gone: weakref.ref[Any]) -> None:
    """Let go of what was made of a photo, or by an explainer, that nobody has any more."""
    for look in tuple(_looks):
        if gone is look.explainer or gone is look.pixels:
            # Another thread may have been quicker.
            with suppress(ValueError):
                _looks.remove(look)
