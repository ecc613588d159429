"""What a model's card says of its explanations, as `training explain` measured it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from geoloc.models.release import Checkpoint

PART = "explanations"
"""Where a card keeps it."""


@dataclass(frozen=True)
class Areas:
    """Means over photos; shares of probability, or metres of a pin.

    Attributes:
        deletion: the lower, the better.
        insertion: the higher, the better.
        gain: insertion less deletion.
        tenth: what is lost when the brightest tenth is blurred.
    """

    deletion: float
    insertion: float
    gain: float
    tenth: float


@dataclass(frozen=True)
class Record:
    """How far a model follows one method's maps.

    Attributes:
        method: `name` of the explainer.
        layer: where in the network.
        photos: how many it was measured on, spread over as many places as there are.
        map: of the method.
        random: of random maps of as many cells.
        centre: of a map that marks the middle of every photo.
        over_random: the method's gain less the random maps' with its 95 % interval, for which whole
            places are drawn again.
        over_centre: the same beside the middle.
        untrained: rank correlation in [-1, 1] of its maps with those of the same network with
            random weights.
    """

    method: str
    layer: str
    photos: int
    map: Areas
    random: Areas
    centre: Areas
    over_random: tuple[float, float, float]
    over_centre: tuple[float, float, float]
    untrained: float

    @property
    def beats_random(self) -> bool:
        """Whether it is better than random maps beyond the luck of the photos."""
        return self.over_random[1] > 0

    @property
    def beats_centre(self) -> bool:
        """Whether it is better than marking the middle, beyond the luck of the photos."""
        return self.over_centre[1] > 0

    def as_card(self) -> dict[str, Any]:
        """As `of_card` takes it; `photos` stands once for all methods."""
        return {
            "method": self.method,
            "layer": self.layer,
            **{part: vars(getattr(self, part)) for part in ("map", "random", "centre")},
            "over_random": list(self.over_random),
            "over_centre": list(self.over_centre),
            "untrained": self.untrained,
        }

    @classmethod
    def of_card(cls, entry: Mapping[str, Any], photos: int) -> Record:
        """From one entry of a card."""
        return cls(
            method=entry["method"],
            layer=entry["layer"],
            photos=photos,
            **{part: Areas(**entry[part]) for part in ("map", "random", "centre")},
            over_random=tuple(entry["over_random"]),
            over_centre=tuple(entry["over_centre"]),
            untrained=float(entry["untrained"]),
        )


def records(checkpoint: Checkpoint) -> dict[tuple[str, str], Record]:
    """What a card tells, by method and layer; empty if nothing was measured."""
    part = checkpoint.card.get(PART, {})
    measured = [Record.of_card(entry, part["photos"]) for entry in part.get("methods", ())]
    return {(record.method, record.layer): record for record in measured}
