"""What scores of every task share: the splits that they come from, and shares with intervals."""

from __future__ import annotations

from typing import Any

from geoloc.models.card.part import Count, Part
from geoloc.models.card.share import Share

SPLITS = ("test", "val")
"""Where scores come from: a card speaks by the first of these that it has."""


class Scores(Part):
    """What was measured on one split.

    Attributes:
        photos, places: how many.
    """

    photos: Count
    places: Count | None = None

    def as_json(self) -> dict[str, Any]:
        """What card.json holds of them."""
        return self.model_dump(mode="json", exclude_unset=True, exclude_none=True)

    def share(self, key: str) -> Share | None:
        """One of the scores with its interval, None if it was not measured."""
        value, interval = getattr(self, key), getattr(self, f"{key}_interval", None)
        return None if value is None else Share(value, *(interval or ()))
