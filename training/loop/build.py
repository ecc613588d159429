"""What a recipe builds: its network, the models it depends on, and the trainer of all that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch

from geoloc.models.release import Checkpoint
from geoloc.networks import GeoNetwork, build
from training.data.frames import Frames
from training.loop import recipe as recipes
from training.loop import state
from training.loop.dependencies import Dependencies
from training.loop.distillation import Teachers
from training.loop.fit import Trainer
from training.loop.recipe import Recipe, RecipeError
from training.tasks.base import Objective


@dataclass(frozen=True)
class Workspace:
    """Where models are made.

    Attributes:
        checkpoints: the folder of released models.
        runs: where states of runs are kept.
        device: where networks train.
    """

    checkpoints: Path
    runs: Path
    device: torch.device


def build_network(recipe: Recipe, task: Objective, checkpoints: Path) -> GeoNetwork:
    """A recipe's network with random weights, and those of its frozen backbone if it has one.

    Raises:
        RecipeError: if there is no such network, or none of such a shape.
    """
    torch.manual_seed(recipe.fit.seed)
    try:
        network = build(recipe.network["name"], **task.shape, **recipe.shape)
    except (RuntimeError, TypeError, ValueError) as error:
        raise RecipeError(f"{recipe.name}: [network] {error}") from error
    if network.frozen:
        # These import timm, which only this network needs.
        from geoloc.networks.timm_backbone import TimmBackbone
        from training.loop import finetuning

        assert isinstance(network, TimmBackbone)
        finetuning.borrow(network, checkpoints)
    return network


def build_trainer(
    recipe: Recipe,
    task: Objective,
    network: GeoNetwork,
    frames: Frames,
    dependencies: Dependencies,
    folder: Path,
    device: torch.device,
    report: Callable[[dict[str, float]], None] = lambda row: None,
) -> Trainer:
    """What trains a network, which is given the weights it starts from unless it has a state."""
    if not (folder / state.FILE).is_file():
        if recipe.start == recipes.PUBLISHED:
            from training.loop import finetuning  # imports timm, which only this start needs

            finetuning.start(network, task, frames, device)
        elif dependencies.start:
            _start_from(dependencies.start, network)
    if recipe.network.get("tune") == "head":
        from training.loop.frozen import HeadTrainer

        return HeadTrainer(task, network, frames, recipe, folder, device, report)
    models = dependencies.teachers
    teachers = Teachers(models, getattr(task, "classes", ()), device) if models else None
    return Trainer(task, network, frames, recipe, folder, device, report, teachers)


def _start_from(model: Checkpoint, network: GeoNetwork) -> None:
    """Give a network the weights of a model, where they have the same name and shape."""
    weights = model.network().state_dict()
    state_dict = network.state_dict().items()
    own = {key: value for key, value in state_dict if key not in network.frozen}
    fitting = {k: v for k, v in weights.items() if k in own and v.shape == own[k].shape}
    network.load_state_dict(fitting, strict=False)
