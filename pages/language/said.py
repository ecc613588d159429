"""What the library says, in the reader's language."""

from __future__ import annotations

from typing import Any

from geoloc.errors import GeolocError, Notice
from geoloc.text import _


def said(what: Exception | Notice) -> str:
    """An error or a notice as a sentence; of an error that is not the library's, its own words."""
    if isinstance(what, GeolocError):
        what = what.notice
    if not isinstance(what, Notice):
        return str(what)
    return _(what.template, **{name: _word(value) for name, value in what.parameters.items()})


def _word(value: Any) -> Any:
    return said(value) if isinstance(value, Notice | GeolocError) else value
