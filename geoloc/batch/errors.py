"""What is wrong with a run over many photos before it has begun."""

from __future__ import annotations

from geoloc.errors import GeolocError


class BatchError(GeolocError):
    """Photos, or a file of answers, that cannot be used; `str()` says what to do about it."""
