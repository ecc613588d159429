"""The loop: one for every network and both tasks, on a GPU or a CPU, resumable after any epoch.

Every epoch draws its plan, its order and its augmentation from (seed, epoch) alone, so a run that
was killed and goes on from its last saved epoch ends with the same weights as one that was not.
"""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from tqdm import tqdm

from geoloc.balance import Plan
from geoloc.balance.augment import change
from geoloc.networks import GeoNetwork
from geoloc.networks.device import channels_last, compiled, mixed_precision, photos_at_once
from geoloc.photo.inputs import BAND, HEIGHT, InputSpec
from training import distributed
from training.augment import color_jitter, crop, mirrored_now, mix
from training.cameras import other_cameras
from training.cpu_speed.depthwise import quick
from training.data.frames import Frames
from training.loop import state
from training.loop.loader import Batch, Loader
from training.loop.recipe import Fit, Recipe, RecipeError
from training.sampling import source_weights
from training.tasks.base import Objective
from training.tasks.tasks import Countries


@dataclass(frozen=True)
class FitResult:
    """What came of a run.

    Attributes:
        network: with the averaged weights (EMA) of its best epoch, on the CPU.
        curves: a row an epoch: losses, scores, rate, seconds.
        best: number of the best epoch, from 1.
    """

    network: GeoNetwork
    curves: list[dict[str, float]]
    best: int


def schedule_phase(fit: Fit, epoch: int) -> tuple[int, int]:
    """Epochs since rate and crops last began, and how many there are until they do so again.

    A warm restart (Loshchilov & Hutter 2017, arXiv:1608.03983) takes weights on from where a first
    phase has left them.
    """
    if not 0 < fit.restart < fit.epochs:
        return epoch, fit.epochs
    if epoch < fit.restart:
        return epoch, fit.restart
    return epoch - fit.restart, fit.epochs - fit.restart


def learning_rate(fit: Fit, step: int, steps: int) -> float:
    """Linear warm-up, then a cosine to zero, over the steps of one phase."""
    warmup = max(1, round(fit.warmup * steps))
    if step < warmup:
        return fit.rate * (step + 1) / warmup
    return fit.rate * 0.5 * (1 + math.cos(math.pi * (step - warmup) / max(1, steps - warmup)))


def crop_rows(fit: Fit, epoch: int, height: int = HEIGHT) -> int:
    """Rows of the crops of an epoch: small ones first, which cost less and still teach.

    Howard 2018's progressive resizing; to a multiple of 8, so that strides divide it.
    """
    done, epochs = schedule_phase(fit, epoch)
    until = fit.progressive_resizing_until * epochs
    progress = min(1.0, done / until) if until else 1.0
    share = fit.progressive_resizing + (1 - fit.progressive_resizing) * progress
    return min(height, 8 * round(height * share / 8))


def predict(
    network: nn.Module,
    frames: Frames,
    rows: np.ndarray,
    device: torch.device,
    spec: InputSpec = BAND,
) -> Tensor:
    """Outputs (B, outputs), float32 on the CPU, for what a network sees of some rows."""
    network.eval()
    outputs = []
    most = photos_at_once(network, spec.size, device)
    with torch.inference_mode(), mixed_precision(device):
        for chunk in frames.chunks(rows, most):
            batch = spec.batch(frames.inputs(chunk, spec), device)
            batch = batch.contiguous(memory_format=torch.channels_last)
            outputs.append(network(batch).float().cpu())
    return torch.cat(outputs)


class Trainer:
    """One run of one recipe.

    Args:
        task: what is learnt.
        network: to be trained, modified in place.
        frames: all splits; trains on "train", stops by "val".
        recipe: how.
        folder: where its state is kept.
        device: where it runs.
        report: called with each epoch's row of the curves.
        teachers: their soft targets (B, N) for a batch of images.
    """

    def __init__(
        self,
        task: Objective,
        network: GeoNetwork,
        frames: Frames,
        recipe: Recipe,
        folder: Path,
        device: torch.device,
        report: Callable[[dict[str, float]], None] = lambda row: None,
        teachers: Callable[[Tensor], Tensor] | None = None,
    ) -> None:
        self.task, self.frames, self.recipe, self.folder = task, frames, recipe, folder
        self.fit, self.device, self.report = recipe.fit, device, report
        self.teachers = teachers
        task.initialise(network)
        if self.fit.held:
            _hold(network, recipe)
        self.network = channels_last(network, device)
        self.ema = copy.deepcopy(self.network).requires_grad_(False)
        self.start = self._weights() if recipe.blend < 1 else {}
        self.optimizer = _optimizer(self.network, self.fit, device)
        # Each size of crops would be compiled anew.
        grows = self.fit.progressive_resizing < 1
        batches = 0 if grows else self.fit.epochs * len(frames.of_split("train")) // self.fit.batch
        self.forward = compiled(distributed.parallel(self.network, device), device, batches)
        self.train, self.val = frames.of_split("train"), frames.of_split("val")
        self.labels = task.truth(frames.table)[self.train]

    @property
    def loader(self) -> Loader:
        """What gives the batches of a plan."""
        return Loader(self.frames, self.train, self.targets, self.device)

    def targets(self, rows: np.ndarray) -> Tensor:
        """What the network shall learn of some rows, (B, ...)."""
        return self.task.targets(self.frames.table.iloc[rows])

    def run(self, progress: bool = True) -> FitResult:
        """Train until epochs or patience are spent, from the last saved epoch if there is one.

        Raises:
            RecipeError: if the weights grow beyond all bounds; the epochs before stay saved.
        """
        saved = state.load(self.folder, self.network, self.ema, self.optimizer)
        beginning: dict[str, Any] = {"epoch": 0, "curves": [], "steps": None}
        best, so_far = saved or (self._weights(), beginning)
        curves: list[dict[str, float]] = so_far["curves"]
        # The plan's size varies by a few photos an epoch; the schedule keeps its first length.
        steps = so_far["steps"] or self.fit.epochs * self._steps(self._plan(0))
        for epoch in range(so_far["epoch"], self.fit.epochs):
            if _stalled(curves, self.fit.patience):
                break
            row = self._epoch(epoch, steps, progress)
            self._refuse_divergence(row)
            if all(row["val_loss"] < earlier["val_loss"] for earlier in curves):
                best = self._weights()
            curves.append(row)
            so_far = {"epoch": epoch + 1, "curves": curves, "steps": steps}
            if distributed.is_first():
                state.save(self.folder, self.network, self.ema, best, self.optimizer, so_far)
                self.report(row)
            distributed.wait()
        self.ema.load_state_dict(blended(self.start, best, self.recipe.blend))
        number = 1 + int(np.argmin([row["val_loss"] for row in curves]))
        return FitResult(self.ema.cpu().eval(), curves, number)

    def _refuse_divergence(self, row: dict[str, float]) -> None:
        # No epoch is better than one whose loss is NaN, and none after it would be finite.
        if not math.isfinite(row["val_loss"]):
            raise RecipeError(
                f"{self.recipe.name}: in epoch {row['epoch']} the validation loss became "
                f"{row['val_loss']}: the weights grew beyond all bounds. Lower the rate in [fit], "
                f"now {self.fit.rate:g}, or raise warmup, now {self.fit.warmup:g}, and train again."
            )

    def _plan(self, epoch: int) -> Plan:
        rng = np.random.default_rng([self.fit.seed, epoch])
        if self.recipe.sampling:
            sources = self.frames.table.source.to_numpy()[self.train]
            plan = self.recipe.sampling.plan(self.labels, sources, rng)
        else:
            plan = self.recipe.balance.plan(self.labels, rng)
        shown = self.frames.table.iloc[self.train[plan.row]]
        return plan.take(self.task.order(shown, rng))

    def _steps(self, plan: Plan) -> int:
        return max(1, len(plan) // self.fit.batch)

    def _epoch(self, epoch: int, steps: int, progress: bool) -> dict[str, float]:
        started = time.perf_counter()
        torch.manual_seed(self._seed(epoch))
        plan = self._plan(epoch)
        count = self._steps(plan)
        done, epochs = schedule_phase(self.fit, epoch)
        last = steps * epochs // self.fit.epochs
        total = torch.zeros((), device=self.device)
        self.network.train()
        for number, batch in enumerate(self._batches(plan, epoch, progress)):
            step = min(done * count + number, last)
            total += self._step(*batch, learning_rate(self.fit, step, last))
            self._update_ema(epoch * count + number)
        distributed.same_everywhere(self.ema)
        own = distributed.own(self.val)
        outputs = predict(self.ema, self.frames, own, self.device, self.recipe.input)
        scores = self._scores(distributed.whole(outputs, len(self.val)))
        return {
            "epoch": epoch + 1,
            "train_loss": float(distributed.total(total)) / count,
            **{f"val_{name}": value for name, value in scores.items()},
            "photos": len(plan),
            "seconds": time.perf_counter() - started,
        }

    def _scores(self, outputs: Tensor) -> dict[str, float]:
        targets = self.targets(self.val)
        scores = self.task.scores(outputs, targets)
        if not (self.recipe.sampling and isinstance(self.task, Countries)):
            return scores
        # Large sources would choose the epoch alone, and what is wanted is one that holds on all.
        weights = source_weights(self.frames.table.source.iloc[self.val])
        photos = {f"photos_{name}": value for name, value in scores.items()}
        return photos | self.task.scores(outputs, targets, weights)

    def _batches(
        self, plan: Plan, epoch: int, progress: bool
    ) -> Iterator[tuple[Tensor, Tensor, float]]:
        """A plan's images and targets, changed and cropped as (seed, epoch) alone decide.

        Of a batch that processes share this one's part, and its share of it.
        """
        generator = torch.Generator(self.device).manual_seed(self._seed(epoch))
        host = np.random.default_rng([self._seed(epoch)])
        # A last batch of a few photos would spoil the batch statistics: the others take it in.
        chunks = np.array_split(np.arange(len(plan)), self._steps(plan))
        named = f"epoch {epoch + 1}/{self.fit.epochs}"
        hidden = None if progress and distributed.is_first() else True
        plans = [plan.take(distributed.own(items)) for items in chunks]
        batches = zip(self.loader.batches(plans), chunks, strict=True)
        for batch, items in tqdm(
            batches, total=len(chunks), desc=named, leave=False, disable=hidden
        ):
            images, targets = self._changed(batch, epoch, generator, host)
            yield images, targets, len(batch.plan) / len(items)

    def _seed(self, epoch: int) -> int:
        # Processes that share a batch change their parts of it by draws of their own.
        return self.fit.seed * 100_003 + epoch + 1_000_003 * distributed.rank()

    def _step(self, images: Tensor, targets: Tensor, share: float, rate: float) -> Tensor:
        for group in self.optimizer.param_groups:
            group["lr"] = rate * group["share"]
        with mixed_precision(self.device), quick(self.device):
            outputs = self.forward(images)
        loss = self.task.loss(outputs.float(), targets)
        if self.teachers:
            distillation = F.cross_entropy(outputs.float(), self.teachers(images))
            loss = torch.lerp(loss, distillation, self.fit.distill_weight)
        # What the whole batch's loss has of this process's part.
        loss = loss * share
        self.optimizer.zero_grad(set_to_none=True)
        # Processes average their gradients, and the whole batch's is their sum.
        (loss * distributed.world()).backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), 5.0)
        self.optimizer.step()
        return loss.detach()

    def _changed(
        self, batch: Batch, epoch: int, generator: torch.Generator, host: np.random.Generator
    ) -> tuple[Tensor, Tensor]:
        config, plan = self.recipe.augment, batch.plan
        # A copy that the plan mirrored and its epoch mirrors again is the photo as it is.
        turned = plan.mirrored ^ mirrored_now(plan.row, epoch, config.mirror)
        mirrored = torch.from_numpy(turned).to(self.device, non_blocking=True)
        spec, cameras = self.recipe.input, self.recipe.cameras
        size = crop_rows(self.fit, epoch, spec.height)
        images = crop(
            batch.pixels,
            batch.top,
            batch.bottom,
            mirrored,
            config,
            generator,
            size,
            spec,
            cameras.leaning,
        )
        images = color_jitter(images, config, generator)
        images = other_cameras(images, cameras, generator, host)
        images = spec.standardise(change(images, plan.holed, plan.camera, generator, host))
        targets = batch.targets
        if self.task.mixes:
            shares = self.fit.cut_mix, self.fit.mix_up
            images, targets = mix(images, targets, *shares, generator, host)
        return images.contiguous(memory_format=torch.channels_last), targets

    @torch.no_grad()
    def _update_ema(self, step: int) -> None:
        # Young averages forget faster, or the untrained weights would stay in them for epochs.
        decay = min(self.fit.ema, (1 + step) / (10 + step))
        mine, theirs = self.ema.state_dict(), self.network.state_dict()
        floats = [k for k, v in mine.items() if v.is_floating_point()]
        torch._foreach_lerp_([mine[k] for k in floats], [theirs[k] for k in floats], 1 - decay)

    def _weights(self) -> dict[str, Tensor]:
        return {k: v.detach().to("cpu", copy=True) for k, v in self.ema.state_dict().items()}


def _hold(network: Any, recipe: Recipe) -> None:
    try:
        network.hold(recipe.fit.held)
    except (AttributeError, ValueError) as error:
        raise RecipeError(f"{recipe.name}: [fit] held: {error}") from error


def blended(
    start: dict[str, Tensor], trained: dict[str, Tensor], share: float
) -> dict[str, Tensor]:
    """Weights on the line between two networks, the second's in this share.

    A network that was tuned on new photos and the one it was tuned from lie in one valley of the
    loss: between them is one that knows both (Wortsman et al. 2022, arXiv:2109.01903).
    """
    if share == 1:
        return trained
    return {
        key: torch.lerp(start[key], value, share) if value.is_floating_point() else value
        for key, value in trained.items()
    }


def _optimizer(network: nn.Module, fit: Fit, device: torch.device) -> torch.optim.AdamW:
    groups: dict[tuple[bool, bool], list[nn.Parameter]] = {}
    for name, parameter in network.named_parameters():
        if parameter.requires_grad:
            kind = (name.startswith("backbone."), parameter.ndim >= 2)
            groups.setdefault(kind, []).append(parameter)
    return torch.optim.AdamW(
        [
            {
                "params": parameters,
                # Decay is for matrices: biases and normalisation have no size to keep small.
                "weight_decay": fit.decay if matrix else 0.0,
                "share": fit.backbone_rate if backbone else 1.0,
            }
            for (backbone, matrix), parameters in groups.items()
        ],
        lr=fit.rate,
        fused=device.type == "cuda",
    )


def _stalled(curves: list[dict[str, float]], patience: int) -> bool:
    if not curves:
        return False
    losses = [row["val_loss"] for row in curves]
    return len(losses) - 1 - int(np.argmin(losses)) >= patience
