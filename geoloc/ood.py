"""Whether a picture is an outdoor photo at all: a linear model on a network's pooled features.

A network of countries answers to a document as it does to a street. Its features tell the two
apart: streets of sources that it has never seen lie close to those it learnt from, and what is no
outdoor photo lies elsewhere (Hendrycks et al. 2019, arXiv:1812.04606, learn the difference from
examples of both, as is done here).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor


@dataclass(frozen=True)
class OodScore:
    """How little a picture is like a street photo.

    Attributes:
        score: the greater, the less.
        threshold: what nineteen in twenty street photos of unseen sources do not exceed.
    """

    score: float
    threshold: float

    @property
    def is_street(self) -> bool:
        return self.score <= self.threshold


@dataclass(frozen=True)
class OodDetector:
    """score = weight · features / |features| + bias.

    Attributes:
        weight: float64 (F,).
        bias: one number.
        threshold: of the score, in its units.

    Raises:
        ValueError: if one of them is not finite, or the weight is no vector.

    Example:
        >>> detector = OodDetector(np.array([1.0, -1.0]), 0.0, threshold=0.5)
        >>> detector.scores(np.array([[3.0, 0.0], [0.0, 2.0]]))
        array([ 1., -1.])
    """

    weight: np.ndarray
    bias: float
    threshold: float

    def __post_init__(self) -> None:
        numbers = (*np.ravel(self.weight), self.bias, self.threshold)
        if np.ndim(self.weight) != 1 or not np.isfinite(numbers).all():
            raise ValueError("an out-of-distribution score needs a vector of finite weights")

    @classmethod
    def from_tensors(cls, tensors: Mapping[str, Tensor], threshold: float) -> OodDetector:
        """As `to_tensors` stored it."""
        weight, bias = tensors["weight"].double().numpy(), float(tensors["bias"])
        return cls(weight, bias, float(threshold))

    def to_tensors(self) -> dict[str, Tensor]:
        weight = torch.from_numpy(self.weight).float()
        return {"weight": weight, "bias": torch.tensor(self.bias, dtype=torch.float32)}

    def scores(self, features: np.ndarray) -> np.ndarray:
        """Scores (B,) of pooled features (B, F), whatever their lengths."""
        length = np.linalg.norm(features, axis=1)
        return features @ self.weight / np.maximum(length, 1e-12) + self.bias

    def judged(self, features: np.ndarray) -> list[OodScore]:
        """The same beside the threshold."""
        return [OodScore(float(score), self.threshold) for score in self.scores(features)]
