"""The one error that reading a photo raises, and those that stay inside."""

from __future__ import annotations

from geoloc.text import _


class PhotoError(ValueError):
    """A file that cannot be answered; `str()` says to its owner what happened and what to do."""


class BreaksOffError(ValueError):
    """The file ends before its picture does."""


class UnusableError(ValueError):
    """A value can be read and makes no sense; `str()` says so to the photo's owner."""


def nowhere(source: str) -> str:
    """What is said of a position that is none; `source` is EXIF or XMP."""
    return _(
        "The position in this photo's {source} data is incomplete or lies nowhere on Earth, so "
        "it is not used.",
        source=source,
    )
