"""What the splits of a data set are called."""

from __future__ import annotations

from pages.language import N_, _

_NAMES = {"train": N_("train"), "val": N_("val"), "test": N_("test")}


def split_name(split: str) -> str:
    """The reader's word for "train", "val" or "test"; any other is its own name."""
    return _(_NAMES.get(split, split))
