"""Training the head alone: what a frozen backbone makes of each photo is computed once and kept.

An epoch is another look at every photo, changed and cropped as the recipe says. The backbone's
features of it are kept in the run's folder, and the head is fitted to the optimum on those of all
looks so far, in seconds; so epochs are few, and a rate, which leads to an optimum step by step, has
nothing to do. A recipe without augmentation needs one epoch.
"""

from __future__ import annotations

import time
from functools import cached_property
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from geoloc.balance import Plan
from geoloc.files import replacing
from geoloc.networks.device import mixed_precision
from geoloc.networks.timm_backbone import TimmBackbone
from training.loop.finetuning import best_layer, pooled_features, set_head
from training.loop.fit import Trainer


class HeadTrainer(Trainer):
    """One run of a recipe whose network tunes its head; takes what `Trainer` takes."""

    network: TimmBackbone
    ema: TimmBackbone

    def _epoch(self, epoch: int, steps: int, progress: bool) -> dict[str, float]:
        started = time.perf_counter()
        torch.manual_seed(self.fit.seed * 100_003 + epoch)
        plan = self._plan(epoch)
        self._look(plan, epoch, progress)
        looks = [load_file(self._file(number)) for number in range(epoch + 1)]
        features, targets = (
            torch.cat([look[part] for look in looks]) for part in ("features", "targets")
        )
        train = features, targets
        val = self._val_features, self.targets(self.val)
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
        spec = self.recipe.input
        return pooled_features(self.network, self.frames, self.val, self.device, spec)

    @torch.inference_mode()
    def _look(self, plan: Plan, epoch: int, progress: bool) -> None:
        """Keep the features of an epoch's photos, changed and cropped as it sees them."""
        self.network.eval()
        features: list[Tensor] = []
        wanted: list[Tensor] = []
        for images, targets, _share in self._batches(plan, epoch, progress):
            with mixed_precision(self.device):
                features.append(self.network.embed(images).float().cpu())
            wanted.append(targets.cpu())
        with replacing(self._file(epoch)) as aside:
            save_file({"features": torch.cat(features), "targets": torch.cat(wanted)}, aside)

    def _file(self, epoch: int) -> Path:
        return self.folder / f"features-{epoch + 1}.safetensors"
