"""What a visitor without a photo sees on a page that needs one."""

from __future__ import annotations

from pages.shared.chooser import chooser
from pages.shared.registry import Shelf, missing


def welcome(shelf: Shelf) -> None:
    """The way to choose a photo, and to get a model where there is none."""
    if not shelf.countries:
        missing("country")
    chooser()
