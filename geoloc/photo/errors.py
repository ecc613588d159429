"""The one error that reading a photo raises, and those that stay inside."""

from __future__ import annotations

from geoloc.errors import GeolocError


class PhotoError(GeolocError):
    """A file that cannot be answered; `str()` says to its owner what happened and what to do.

    Example:
        >>> import geoloc
        >>> try:
        ...     geoloc.read_photo(b"%PDF-1.7")
        ... except geoloc.PhotoError as error:
        ...     error.code
        'other_kind'
    """


class BreaksOffError(ValueError):
    """The file ends before its picture does."""


class UnusableError(GeolocError):
    """A value can be read and makes no sense; its notice says so to the photo's owner."""


def nowhere(source: str) -> UnusableError:
    """What is raised for a position that is none; `source` is EXIF or XMP."""
    return UnusableError(
        "position_unusable",
        "The position in this photo's {source} data is incomplete or lies nowhere on Earth, so "
        "it is not used.",
        source=source,
    )
