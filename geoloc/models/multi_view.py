"""One answer from several photos of one place.

Countries: what a view adds is its probabilities over those of no photo, the prior. The views'
evidence is averaged in logarithms, grows with their number n, and is laid on the prior once:

    p ∝ prior · exp(n^gamma · mean over views of log(p_view / prior))

gamma = 1 would be right for views that err independently of each other, as naive Bayes has it; at
gamma = 0 the prior cancels and the plain mean of log-probabilities is left. One photo is never
changed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geoloc.softmax import softmax

FLOOR = 1e-12
"""The least probability that is believed: no view, and no model, rules a country out for all."""


def log_probabilities(probabilities: np.ndarray) -> np.ndarray:
    """Logarithms of probabilities, none below that of `FLOOR`."""
    return np.log(np.clip(probabilities, FLOOR, 1.0))


@dataclass(frozen=True)
class MultiView:
    """How a country model's answers to the views of one place become one.

    Attributes:
        prior: what the model answers on average, (N,), all above 0; adds up to 1.
        gamma: how the evidence grows with the number of views, in [0, 1].
        conformal_threshold: as `geoloc.models.calibration.set_sizes` needs it for the answer from
            several views.

    Raises:
        ValueError: if one of them is out of range.
    """

    prior: np.ndarray
    gamma: float = 0.0
    conformal_threshold: float | None = None

    def __post_init__(self) -> None:
        threshold = self.conformal_threshold
        if not 0 <= self.gamma <= 1:
            raise ValueError(f"gamma {self.gamma} is not in [0, 1]")
        if threshold is not None and not 0 <= threshold <= 1:
            raise ValueError(f"the threshold {threshold} of several photos is not in [0, 1]")
        if not (self.prior > 0).all() or not abs(self.prior.sum() - 1) < 1e-3:
            raise ValueError("the prior is not made of shares above 0 that add up to 1")

    @classmethod
    def plain(cls, classes: int, conformal_threshold: float | None) -> MultiView:
        """The mean of log-probabilities, with the country sets of single photos."""
        return cls(np.full(classes, 1 / classes), conformal_threshold=conformal_threshold)

    def pooled(self, views: np.ndarray) -> np.ndarray:
        """One answer (N,) from the calibrated probabilities of views, (V, N)."""
        if len(views) == 1:
            return views[0]
        prior = np.log(self.prior)
        evidence = (log_probabilities(views) - prior).mean(axis=0)
        return softmax(prior + len(views) ** self.gamma * evidence)
