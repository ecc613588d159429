"""The card of a model that answers where in the world."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from geoloc.models.card.calibration import Positive
from geoloc.models.card.cards import Card
from geoloc.models.card.part import Part, Probability
from geoloc.models.card.world_scores import WorldScores

_FOLDER = "^[^/\\\\\0]+$"
_SHA256 = "^[0-9a-f]{64}$"


class WorldPart(Part):
    """The cells that a model weighs, whose points lie in a file beside the card.

    Attributes:
        cells: how many.
        countries: ISO codes, by whose places cells name theirs.
        what: of what the cells are made, in words.
    """

    cells: Annotated[int, Field(gt=0)]
    countries: tuple[Annotated[str, Field(pattern="^[A-Z]{2}$")], ...] = ()
    what: str | None = None


class BackbonePart(Part):
    """The released model of countries whose embedding a head reads: one forward answers both.

    Attributes:
        model: the name of its folder, which lies beside this one.
        weights: SHA-256 of its weights: on others the head means nothing.
    """

    model: Annotated[str, Field(pattern=_FOLDER)]
    weights: Annotated[str, Field(pattern=_SHA256)]

    @model_validator(mode="after")
    def _lies_beside_it(self) -> BackbonePart:
        # A name that leads to another folder would have files read that nobody published.
        if self.model in (".", ".."):
            raise ValueError(f"{self.model!r} is not the name of a folder beside it")
        return self


class WorldCalibration(Part):
    """What makes logits of cells probabilities, and regions hold what they promise.

    Attributes:
        on: the split that it was fitted on, None if it was not.
        temperature: of the logits.
        sources: those that it was fitted on, if nothing was trained on them.
        regions: by how many truths in a hundred a region shall hold, the mass that it is made of.
    """

    on: str | None = None
    temperature: Positive = 1.0
    sources: tuple[str, ...] = ()
    regions: dict[Annotated[int, Field(gt=0, lt=100)], Probability] = {}


class WorldCard(Card):
    """The card of a model that answers where in the world.

    Attributes:
        world: the cells that it weighs.
        backbone: the model whose embedding its weights read; None if they are a whole network's.
        calibration: what makes its answer probabilities.
    """

    task: Literal["world"]
    world: WorldPart
    backbone: BackbonePart | None = None
    calibration: WorldCalibration = WorldCalibration()
    metrics: dict[str, WorldScores] = {}

    @property
    def scores(self) -> WorldScores | None:
        """The scores by which it speaks, those of `split`; None if nothing was measured."""
        return None if self.split is None else self.metrics[self.split]
