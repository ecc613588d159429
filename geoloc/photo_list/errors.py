"""What a table is refused with."""

from __future__ import annotations

from geoloc.errors import GeolocError


class PhotoListError(GeolocError):
    """A table that lists no photos that can be used; the message says why and what to do."""
