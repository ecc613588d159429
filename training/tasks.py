"""The two questions a network can be trained for: which country, and where in a city.

A task turns table rows into targets, outputs into a loss, and validation outputs into scores. The
loop in `training.fit` knows nothing else of what it trains.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from geoloc.geo import Box, City, distances_m
from training.metrics import log_loss, macro_recall, top_k


class Task(Protocol):
    """What the loop asks of a task; scores hold "loss", which training makes small on val."""

    kind: str
    outputs: int
    mixes: bool

    def initialise(self, network: nn.Module) -> None: ...

    def labels(self, table: pd.DataFrame) -> np.ndarray: ...

    def targets(self, table: pd.DataFrame) -> Tensor: ...

    def loss(self, outputs: Tensor, targets: Tensor) -> Tensor: ...

    def scores(self, outputs: Tensor, targets: Tensor) -> dict[str, float]: ...


@dataclass(frozen=True)
class Countries:
    """Cross-entropy over countries; targets are class probabilities (B, N)."""

    classes: tuple[str, ...]
    smoothing: float = 0.0
    kind = "country"
    mixes = True

    @classmethod
    def of(cls, table: pd.DataFrame, smoothing: float = 0.0) -> Countries:
        """The countries that the training split holds."""
        return cls(tuple(sorted(table.country[table.split == "train"].unique())), smoothing)

    @property
    def outputs(self) -> int:
        return len(self.classes)

    def initialise(self, network: nn.Module) -> None:
        """Random weights are a fair start: every country about equally likely."""

    def labels(self, table: pd.DataFrame) -> np.ndarray:
        return table.country.to_numpy(str)

    def truth(self, table: pd.DataFrame) -> np.ndarray:
        """Class numbers, int64 (B,); -1 for a country that is not one of the classes."""
        return pd.Index(self.classes).get_indexer(table.country).astype(np.int64)

    def targets(self, table: pd.DataFrame) -> Tensor:
        return F.one_hot(torch.from_numpy(self.truth(table)), self.outputs).float()

    def loss(self, outputs: Tensor, targets: Tensor) -> Tensor:
        return F.cross_entropy(outputs, targets, label_smoothing=self.smoothing)

    def scores(self, outputs: Tensor, targets: Tensor) -> dict[str, float]:
        probabilities = outputs.softmax(dim=1).numpy()
        truth = targets.argmax(dim=1).numpy()
        first = top_k(probabilities, truth, 1)
        return {
            "loss": log_loss(probabilities, truth),
            "top1": float(first.mean()),
            "top5": float(top_k(probabilities, truth, 5).mean()),
            "macro_recall": macro_recall(first.astype(float), truth),
        }


@dataclass(frozen=True)
class Position:
    """A point in a city's unit square; the loss is the mean distance on the ground, in kilometres.

    The mean of plain distances, not of their squares, is smallest at the median: one mistaken
    label does not drag the pin across the city.
    """

    city: City
    kind = "city"
    mixes = False
    outputs = 2

    def initialise(self, network: nn.Module) -> None:
        """Start in the middle of the box: the way there from a corner would cost epochs."""
        last = [module for module in network.modules() if isinstance(module, nn.Linear)][-1]
        nn.init.constant_(last.bias, 0.5)

    def labels(self, table: pd.DataFrame) -> np.ndarray:
        return np.zeros(len(table), int)

    def targets(self, table: pd.DataFrame) -> Tensor:
        return torch.from_numpy(self.city.box.normalise_all(table.lat, table.lon)).float()

    def loss(self, outputs: Tensor, targets: Tensor) -> Tensor:
        size_km = outputs.new_tensor([self.city.box.width_m, self.city.box.height_m]) / 1000
        # The small constant keeps the gradient finite where the pin is exact.
        return (((outputs - targets) * size_km).square().sum(dim=1) + 1e-8).sqrt().mean()

    def scores(self, outputs: Tensor, targets: Tensor) -> dict[str, float]:
        errors = self.errors_m(outputs.numpy(), targets.numpy())
        return {"loss": float(errors.mean() / 1000), "median_m": float(np.median(errors))}

    def errors_m(self, outputs: np.ndarray, targets: np.ndarray) -> np.ndarray:
        """Distances in metres between pins and truth, both (B, 2) in the unit square."""
        box: Box = self.city.box
        return distances_m(*box.denormalise_all(outputs), *box.denormalise_all(targets))
