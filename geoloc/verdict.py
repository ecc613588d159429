"""How far an answer is to be believed, in four steps whose meaning was measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from geoloc.language import N_
from geoloc.ood import OodScore

NO_STREET, WILD, LEANING, SURE = (
    N_("no street photo"),
    N_("wild guess"),
    N_("leaning"),
    N_("fairly sure"),
)
VERDICTS = (NO_STREET, WILD, LEANING, SURE)
"""From the least to the most. What share of each is right, a model's card says."""


@dataclass(frozen=True)
class VerdictBounds:
    """Top probabilities from which an answer is more than a wild guess.

    Attributes:
        leaning: the lower one, in [0, 1].
        sure: the upper one, in [leaning, 1].

    Raises:
        ValueError: if they are out of order or range.

    Example:
        >>> VerdictBounds(0.3, 0.7).of(0.5)
        'leaning'
    """

    leaning: float
    sure: float

    def __post_init__(self) -> None:
        if not 0 <= self.leaning <= self.sure <= 1:
            raise ValueError(f"the bounds {self.leaning}, {self.sure} do not rise within [0, 1]")

    @classmethod
    def of_card(cls, told: Mapping[str, float]) -> VerdictBounds:
        return cls(float(told["leaning"]), float(told["sure"]))

    def as_card(self) -> dict[str, float]:
        return asdict(self)

    def of(self, probability: float, ood: OodScore | None = None) -> str:
        """One of `VERDICTS`.

        Args:
            probability: calibrated, of the likeliest country.
            ood: what says whether it is a street photo at all, if anything does.
        """
        if ood is not None and not ood.is_street:
            return NO_STREET
        if probability >= self.sure:
            return SURE
        return LEANING if probability >= self.leaning else WILD
