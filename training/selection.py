"""Which photos of a data set are learnt from, chosen by, or left out."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from geoloc.models.card import SelectionPart
from training.data.table import Problems


@dataclass(frozen=True)
class Selection:
    """A choice of photos, the same wherever the data is read again.

    Attributes:
        photos: training photos that a country has at least, or else its photos are left out.
        sources: sources that these come from at least.
        unseen: sources that nothing trains on: their training photos become val, so that val says
            how a network does on sources that it has not seen.

    Raises:
        ValueError: if a count is negative.
    """

    photos: int = 0
    sources: int = 0
    unseen: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "unseen", tuple(self.unseen))
        if min(self.photos, self.sources) < 0:
            raise ValueError("photos and sources are not below 0")

    @classmethod
    def of_card(cls, part: SelectionPart) -> Selection:
        """The one that a card describes."""
        return cls(part.photos, part.sources, part.unseen)

    def as_card(self) -> SelectionPart:
        """What a card says of it."""
        return SelectionPart(photos=self.photos, sources=self.sources, unseen=self.unseen)

    def of(self, table: pd.DataFrame, problems: Problems) -> pd.DataFrame:
        """The chosen rows of a table; which countries are left out is noted."""
        train = table[(table.split == "train") & table.country.notna()]
        counts = train.groupby("country").source.agg(["size", "nunique"])
        enough = (counts["size"] >= self.photos) & (counts["nunique"] >= self.sources)
        common = counts.index[enough]
        if self.photos or self.sources:
            rare = ~table.country.isin(common)
            table = problems.drop(table, rare, "country with too few photos or sources to learn")
        aside = table.source.isin(self.unseen) & (table.split == "train")
        return table.assign(split=table.split.where(~aside, "val"))


EVERYTHING = Selection()
