"""Training the head alone: what a frozen backbone makes of each photo is computed once and kept.

A recipe that changes no photo has one look at each, which `training.embeddings` keeps for all that
is ever tried on this backbone: one epoch, and seconds from the second run on.

Where a recipe changes and crops photos, an epoch is another look at every one of them. Features of
it are kept in the run's folder, and the head is fitted to the optimum on those of all looks so far;
so epochs are few, and a rate, which leads to an optimum step by step, has nothing to do.
"""

from __future__ import annotations

import time
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from geoloc.balance import Plan, Untouched
from geoloc.files import replacing
from geoloc.networks import GeoNetwork
from geoloc.networks.device import mixed_precision
from training.augment import AugmentConfig
from training.cameras import Cameras
from training.embeddings import View, embeddings
from training.loop.finetuning import best_layer, set_head
from training.loop.fit import Trainer
from training.loop.recipe import Recipe


class HeadTrainer(Trainer):
    """One run of a recipe whose network tunes its head; takes what `Trainer` takes."""

    network: GeoNetwork
    ema: GeoNetwork

    def _epoch(self, epoch: int, steps: int, progress: bool) -> dict[str, float]:
        started = time.perf_counter()
        torch.manual_seed(self.fit.seed * 100_003 + epoch)
        plan = self._plan(epoch)
        self.network.eval()
        if changes_photos(self.recipe):
            self._look(plan, epoch, progress)
            train = self._looks(epoch)
        else:
            rows = torch.from_numpy(plan.row)
            train = self._features(self.train, progress)[rows], self.targets[self.train][rows]
        val = self._val_features, self.targets[self.val]
        fitted = best_layer(self.task, train, val)
        for network in (self.network, self.ema):
            set_head(network, fitted)
        scores = self.task.scores(fitted(val[0]), val[1])
        return {
            "epoch": epoch + 1,
            "train_loss": self.task.loss(fitted(train[0]), train[1]).item(),
            **{f"val_{name}": value for name, value in scores.items()},
            "photos": len(plan),
            "seconds": time.perf_counter() - started,
        }

    @cached_property
    def _val_features(self) -> Tensor:
        return self._features(self.val)

    def _features(self, rows: np.ndarray, progress: bool = False) -> Tensor:
        view = View(self.recipe.input)
        return embeddings(self.network, self.frames, rows, self.device, view, progress)

    def _looks(self, epoch: int) -> tuple[Tensor, Tensor]:
        """Features and targets of all looks so far."""
        looks = [load_file(self._file(number)) for number in range(epoch + 1)]
        features, targets = (
            torch.cat([look[part] for look in looks]) for part in ("features", "targets")
        )
        return features, targets

    @torch.inference_mode()
    def _look(self, plan: Plan, epoch: int, progress: bool) -> None:
        """Keep the features of an epoch's photos, changed and cropped as it sees them."""
        features: list[Tensor] = []
        wanted: list[Tensor] = []
        for images, targets in self._batches(plan, epoch, progress):
            with mixed_precision(self.device):
                features.append(self.network.embed(images).float().cpu())
            wanted.append(targets.cpu())
        with replacing(self._file(epoch)) as aside:
            save_file({"features": torch.cat(features), "targets": torch.cat(wanted)}, aside)

    def _file(self, epoch: int) -> Path:
        return self.folder / f"features-{epoch + 1}.safetensors"


def changes_photos(recipe: Recipe) -> bool:
    """Whether a recipe shows a network anything but the photos as they are served."""
    plain = recipe.augment == AugmentConfig() and recipe.cameras == Cameras()
    mixes = recipe.fit.cut_mix + recipe.fit.mix_up > 0
    return not plain or mixes or not isinstance(recipe.balance, Untouched)
