"""The objectives a network can be trained for: which country, and where in a city.

Each is an `Objective` of `training.tasks.base`; `training.tasks.places` has a third one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import torch
import torch.nn.functional as F
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax
from torch import Tensor, nn

from geoloc.balance import Balance, Untouched
from geoloc.countries import distances_km
from geoloc.geo import Box, City, distances_m
from training.constant import constant, sent
from training.evaluation.metrics import log_loss, macro_recall, top_k
from training.loop.recipe import Fit


@dataclass(frozen=True)
class Countries:
    """Cross-entropy over countries; targets are class probabilities (B, N).

    Attributes:
        classes: ISO 3166-1 alpha-2 codes, in the order of the outputs.
        smoothing: share of a target that is spread over all countries.
        smoothing_km: if above 0, near countries get more of it: it falls by e with each so many
            kilometres between their middles (Haas et al. 2023, arXiv:2307.05845).
        weights: what a photo of each class weighs in the loss; empty if all weigh the same.
        offset: what training adds to the logits of each class; empty if nothing.

    Spread evenly, smoothing never changes which country is the best answer to a photo: the weight
    is the photo's, whichever country its smoothed target names, and under an offset the share that
    is spread goes to countries in proportion to exp(offset), alike for all once the offset is gone.
    """

    classes: tuple[str, ...]
    smoothing: float = 0.0
    smoothing_km: float = 0.0
    weights: tuple[float, ...] = ()
    offset: tuple[float, ...] = ()
    kind = "country"
    mixes = True

    @classmethod
    def of(cls, table: pd.DataFrame, fit: Fit | None = None, balance: Balance | None = None):
        """The countries that the training split holds, weighed as a recipe says."""
        counts = table.country[table.split == "train"].value_counts().sort_index()
        fit, balance, photos = fit or Fit(epochs=1), balance or Untouched(), counts.to_numpy()
        return cls(
            tuple(counts.index),
            fit.smoothing,
            fit.smoothing_km,
            tuple(balance.weights(photos).tolist()),
            tuple(balance.offset(photos).tolist()),
        )

    @property
    def outputs(self) -> int:
        return len(self.classes)

    @property
    def shape(self) -> dict[str, int]:
        """What the network must be built with."""
        return {"outputs": self.outputs}

    def initialise(self, network: nn.Module) -> None:
        """Random weights are a fair start: every country about equally likely."""

    def truth(self, table: pd.DataFrame) -> np.ndarray:
        """Class numbers, int64 (B,); -1 for a country that is not one of the classes."""
        return pd.Index(self.classes).get_indexer(table.country).astype(np.int64)

    def targets(self, table: pd.DataFrame) -> Tensor:
        return F.one_hot(torch.from_numpy(self.truth(table)), self.outputs).float()

    def order(self, table: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
        """The order in which an epoch shows the rows of a table, int64 (B,)."""
        return rng.permutation(len(table))

    def loss(self, outputs: Tensor, targets: Tensor) -> Tensor:
        if self.offset:
            outputs = outputs + constant(self.offset, outputs.device)
        if self.weights:
            targets = targets * constant(self.weights, targets.device)
        smooth = sent(self._smooth, outputs.device).to(outputs.dtype)
        return F.cross_entropy(outputs, targets @ smooth)

    @cached_property
    def _smooth(self) -> Tensor:
        """(N, N): row i is the target of a photo of class i."""
        spread = np.ones((self.outputs, self.outputs))
        if self.smoothing_km > 0:
            spread = np.exp(-distances_km(self.classes) / self.smoothing_km)
        if self.offset:
            spread = spread * np.exp(self.offset)
        spread = spread / spread.sum(axis=1, keepdims=True)
        mixed = (1 - self.smoothing) * np.eye(self.outputs) + self.smoothing * spread
        return torch.from_numpy(mixed).float()

    def scores(
        self, outputs: Tensor, targets: Tensor, weights: np.ndarray | None = None
    ) -> dict[str, float]:
        """Scores over photos; with weights (B,) that add up to 1, each counts as much.

        The weighted loss is that at its best temperature: calibration takes too much confidence
        away later, and an epoch that is only less sure is no better.
        """
        probabilities = outputs.softmax(dim=1).numpy()
        truth = targets.argmax(dim=1).numpy()
        first = top_k(probabilities, truth, 1)
        if weights is not None:
            return {
                "loss": _least_log_loss(outputs.double().numpy(), truth, weights),
                "top1": float(weights @ first),
                "top5": float(weights @ top_k(probabilities, truth, 5)),
            }
        return {
            "loss": log_loss(probabilities, truth),
            "top1": float(first.mean()),
            "top5": float(top_k(probabilities, truth, 5).mean()),
            "macro_recall": macro_recall(first.astype(float), truth),
        }


def _least_log_loss(logits: np.ndarray, truth: np.ndarray, weights: np.ndarray) -> float:
    """The weighted log-loss of logits (B, N) at the temperature that suits them best."""

    def loss(log_temperature: float) -> float:
        log_p = log_softmax(logits / np.exp(log_temperature), axis=1)
        return float(-weights @ log_p[np.arange(len(truth)), truth])

    bounds = (np.log(0.05), np.log(20.0))
    return float(minimize_scalar(loss, bounds=bounds, method="bounded").fun)


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

    @property
    def shape(self) -> dict[str, int]:
        """What the network must be built with."""
        return {"outputs": self.outputs}

    def initialise(self, network: nn.Module) -> None:
        """Start in the middle of the box: the way there from a corner would cost epochs."""
        last = [module for module in network.modules() if isinstance(module, nn.Linear)][-1]
        nn.init.constant_(last.bias, 0.5)

    def truth(self, table: pd.DataFrame) -> np.ndarray:
        """One class for all: positions are not balanced."""
        return np.zeros(len(table), np.int64)

    def targets(self, table: pd.DataFrame) -> Tensor:
        return torch.from_numpy(self.city.box.normalise_all(table.lat, table.lon)).float()

    def order(self, table: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
        """The order in which an epoch shows the rows of a table, int64 (B,)."""
        return rng.permutation(len(table))

    def loss(self, outputs: Tensor, targets: Tensor) -> Tensor:
        box = self.city.box
        size_km = constant((box.width_m / 1000, box.height_m / 1000), outputs.device)
        # The small constant keeps the gradient finite where the pin is exact.
        return (((outputs - targets) * size_km).square().sum(dim=1) + 1e-8).sqrt().mean()

    def scores(self, outputs: Tensor, targets: Tensor) -> dict[str, float]:
        errors = self.errors_m(outputs.numpy(), targets.numpy())
        return {"loss": float(errors.mean() / 1000), "median_m": float(np.median(errors))}

    def errors_m(self, outputs: np.ndarray, targets: np.ndarray) -> np.ndarray:
        """Distances in metres between pins and truth, both (B, 2) in the unit square."""
        box: Box = self.city.box
        return distances_m(*box.denormalise_all(outputs), *box.denormalise_all(targets))
