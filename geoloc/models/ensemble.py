"""Several country models as one: the weighted mean of their calibrated log-probabilities.

A logarithmic opinion pool (Genest & Zidek 1986, doi:10.1214/ss/1177013825) with a temperature of
its own: models that err in different ways are surer together than their mean says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from geoloc.errors import Notice
from geoloc.models.multi_view import FLOOR, log_probabilities
from geoloc.models.release import Release, ReleaseError
from geoloc.photo.inputs import Frame
from geoloc.softmax import softmax
from geoloc.tasks.country import CountryClassifier, CountryModel, CountryPrediction


def pool(
    members: Sequence[np.ndarray] | np.ndarray,
    weights: np.ndarray,
    temperature: float,
    bias: np.ndarray,
) -> np.ndarray:
    """Probabilities (B, N) of an ensemble.

    Args:
        members: the members' calibrated probabilities, (B, N) each.
        weights: of the members, (M,).
        temperature: what the mean of their log-probabilities is divided by.
        bias: what is added to it then, (N,).
    """
    logits = np.tensordot(weights, log_probabilities(np.stack(list(members))), axes=1)
    return softmax(logits / temperature + bias)


class Ensemble(CountryModel):
    """An ensemble's card and those of its members that are at hand, ready to answer.

    Args:
        checkpoint: the ensemble's.
        at_hand: the country networks there are, by the name of their folder.

    Attributes:
        members: the networks that answer, by name; those without weight are left out.
        weights: of the members, in their order; they add up to 1.
        missing: names of members with weight that are not at hand.

    Raises:
        ReleaseError: if none of its members is at hand.
    """

    def __init__(self, checkpoint: Release, at_hand: Mapping[str, CountryClassifier]) -> None:
        wanted = {name: weight for name, weight in checkpoint.members.items() if weight > 0}
        self.checkpoint, self.card = checkpoint, checkpoint.country_card
        self.members = {
            name: at_hand[name]
            for name in wanted
            # A model of other countries that took a member's name is not that member.
            if name in at_hand and set(self.classes) <= set(at_hand[name].classes)
        }
        self.missing = tuple(name for name in wanted if name not in self.members)
        if not self.members:
            missing = ", ".join(self.missing)
            raise ReleaseError(
                "ensemble_without_members",
                "{model}: none of its members ({missing}) lies beside it as a usable model"
                " of its countries. Copy their folders there.",
                model=checkpoint.name,
                missing=missing,
            )
        weights = np.array([wanted[name] for name in self.members])
        self.weights = weights / weights.sum()

    @property
    def problem(self) -> Notice | None:
        """What is to be said of members that are missing, or None."""
        if not self.missing:
            return None
        return Notice(
            "ensemble_lacks_members",
            "{ensemble} answers by {members} alone, without {missing}: no usable model of its "
            "countries lies there. Copy the folder back, or fit the ensemble again with "
            "python -m training ensemble.",
            {
                "ensemble": self.checkpoint.name,
                "members": ", ".join(self.members),
                "missing": ", ".join(self.missing),
            },
        )

    def probabilities(self, crops: np.ndarray) -> np.ndarray:
        return self.pooled([self._among(m, m.probabilities(crops)) for m in self.networks])

    def of_frames(self, frames: Sequence[Frame]) -> np.ndarray:
        return self.pooled([self._among(m, m.of_frames(frames)) for m in self.networks])

    def _among(self, member: CountryClassifier, probabilities: np.ndarray) -> np.ndarray:
        """A member's probabilities (B, M) among this ensemble's countries, (B, N)."""
        if member.classes == self.classes:
            return probabilities
        places = [member.classes.index(code) for code in self.classes]
        kept = np.maximum(probabilities[:, places], FLOOR)
        return kept / kept.sum(axis=1, keepdims=True)

    @property
    def networks(self) -> tuple[CountryClassifier, ...]:
        return tuple(self.members.values())

    def through(self, ask: Callable[[CountryClassifier], CountryPrediction]) -> CountryPrediction:
        answers = [ask(member) for member in self.networks]
        among = [
            self._among(member, answer.over(member.classes)[None])
            for member, answer in zip(self.networks, answers, strict=True)
        ]
        ood = next((answer.ood for answer in answers if answer.ood), None)
        threshold = self.card.calibration.conformal_threshold
        return self._prediction(self.pooled(among)[0], threshold, ood)

    def pooled(self, members: Sequence[np.ndarray]) -> np.ndarray:
        """Probabilities (B, N) from those of its networks, in their order."""
        temperature = self.card.calibration.temperature
        return pool(members, self.weights, temperature, self.card.bias)
