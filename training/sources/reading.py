"""What the readers of data sets share: their result, their error, and how they look at folders."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from training.table import ELSEWHERE, Problems

_DEEPEST = 6
PHOTO_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif")
BLOCK_M = 150.0
"""Edge of a spatial block where a data set names no groups: about a city block's length."""

SPLIT_NAMES = {
    "train": "train",
    "training": "train",
    "val": "val",
    "valid": "val",
    "validation": "val",
    "test": "test",
    "testing": "test",
    "elsewhere": ELSEWHERE,
}
"""What data sets call the splits, in lower case, and what the table calls them."""


class SourceError(ValueError):
    """A data set cannot be read; the message says why and what to do."""


class Reading(NamedTuple):
    """What a reader made of a data set: the table, and what it skipped and why."""

    table: pd.DataFrame
    problems: Problems


def is_photo(name: str) -> bool:
    return name.lower().endswith(PHOTO_SUFFIXES)


def is_unicode(name: str) -> bool:
    """Whether a name is text: undecodable bytes of a file name arrive as lone surrogates."""
    return not any("\ud800" <= letter <= "\udfff" for letter in name)


def files_in(folder: Path) -> list[str]:
    """Names of the visible files in a folder, sorted; none if it cannot be listed."""
    return _names(folder, files=True)


def folders_in(folder: Path) -> list[str]:
    """Names of the visible folders in a folder, sorted; none if it cannot be listed."""
    return _names(folder, files=False)


def photos_below(root: Path) -> list[str]:
    """Photos in a folder and the folders in it, by name: paths relative to it, sorted.

    Links to folders are not followed, and hidden folders not entered.
    """
    return sorted(some_photos_below(root))


def some_photos_below(root: Path) -> Iterator[str]:
    """The same photos one by one in no order, for a look at the first few of many."""
    for folder, folders, files in os.walk(root):
        inside = Path(folder).relative_to(root)
        folders[:] = [name for name in folders if _is_visible(name)]
        if len(inside.parts) >= _DEEPEST:
            folders.clear()
        yield from ((inside / n).as_posix() for n in files if _is_visible(n) and is_photo(n))


def _names(folder: Path, files: bool) -> list[str]:
    # One listing a folder: asking for each of 60,000 files by name would take far longer.
    try:
        with os.scandir(folder) as entries:
            return sorted(
                entry.name
                for entry in entries
                if _is_visible(entry.name) and (entry.is_file() if files else entry.is_dir())
            )
    except (OSError, ValueError):
        return []


def _is_visible(name: str) -> bool:
    # Archives made on a Mac carry "._a.jpg" beside "a.jpg", and a folder of those.
    return not name.startswith((".", "__MACOSX"))
