"""What a recipe builds: its network, the models it depends on, and the trainer of all that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

import torch
from torch import Tensor

from geoloc.models.release import Release
from geoloc.networks import GeoNetwork, build
from geoloc.networks.standardise import Standardise
from training.data.frames import Frames
from training.loop import recipe as recipes
from training.loop import state
from training.loop.dependencies import Dependencies
from training.loop.distillation import Teachers
from training.loop.fit import Trainer
from training.loop.recipe import Recipe, RecipeError
from training.tasks.base import Objective
from training.tasks.tasks import Countries

if TYPE_CHECKING:
    from geoloc.networks.transformers_backbone import TransformersBackbone


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
    _refuse_input(network, recipe)
    if recipe.input.standardises and any(isinstance(m, Standardise) for m in network.modules()):
        raise RecipeError(
            f"{recipe.name}: [input] {recipe.network['name']} standardises photos itself: leave "
            "out mean and std"
        )
    if recipe.is_fetched:
        _lend_fetched(network, recipe)
    elif network.frozen:
        # These import timm, which only this network needs.
        from geoloc.networks.timm_backbone import TimmBackbone
        from training.loop import finetuning

        assert isinstance(network, TimmBackbone)
        finetuning.borrow(network, checkpoints)
    return network


def _lend_fetched(network: GeoNetwork, recipe: Recipe) -> None:
    """Give a network the encoder that its user fetched, prepared for as its authors did."""
    from geoloc.models.hub import encoders, store

    try:
        if not recipe.input.standardises:
            published = encoders.input_of(recipe.network["backbone"]).as_card()
            section = "\n".join(f"  {key} = {value!r}" for key, value in published.items())
            raise RecipeError(
                f"{recipe.name}: [input] has no mean and std, which this encoder needs. Its "
                f"authors prepared photos so:\n{section}"
            )
        encoders.lend(cast("TransformersBackbone", network))
    except store.HubError as error:
        raise RecipeError(f"{recipe.name}: {error}") from error


@torch.inference_mode()
def _refuse_input(network: GeoNetwork, recipe: Recipe) -> None:
    size = recipe.input.size
    if network.input_size == size:
        return
    try:
        network.eval()(torch.zeros(1, 3, *size))
    except (AssertionError, RuntimeError) as error:
        raise RecipeError(
            f"{recipe.name}: [input] {recipe.network['name']} takes no photos of {size[0]} rows "
            f"and {size[1]} columns ({error})"
        ) from error
    network.input_size = size
    network.train()


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
    """What trains a network, which is given the weights it starts from."""
    if dependencies.start:
        # Also where a state is found: a blend needs them at the end.
        _start_from(dependencies.start, network, task)
    elif recipe.start == recipes.PUBLISHED and not (folder / state.FILE).is_file():
        from training.loop import finetuning  # imports timm, which only this start needs

        finetuning.start(network, task, frames, device, recipe.input)
    if recipe.network.get("tune") == "head":
        from training.loop.frozen import HeadTrainer

        return HeadTrainer(task, network, frames, recipe, folder, device, report)
    models = dependencies.teachers
    classes = getattr(task, "classes", ())
    teachers = Teachers(models, classes, device, recipe.input) if models else None
    return Trainer(task, network, frames, recipe, folder, device, report, teachers)


def _start_from(model: Release, network: GeoNetwork, task: Objective) -> None:
    """Give a network the weights of a model, where they have the same name and shape."""
    weights = _rearranged(model, network, task)
    own = {k: value for k, value in network.state_dict().items() if k not in network.frozen}
    fitting = {k: v for k, v in weights.items() if k in own and v.shape == own[k].shape}
    network.load_state_dict(fitting, strict=False)


def _rearranged(model: Release, network: GeoNetwork, task: Objective) -> dict[str, Tensor]:
    """The weights of a model, its outputs in the order of a task's countries.

    A country that it does not know starts as the least likely of those that it knows.
    """
    weights = model.network().state_dict()
    if not isinstance(task, Countries) or model.classes in ((), task.classes):
        return weights
    places = torch.tensor(
        [model.classes.index(code) if code in model.classes else -1 for code in task.classes]
    )
    own = network.state_dict()
    for key, value in weights.items():
        outputs = (len(model.classes), *value.shape[1:])
        if key in own and value.shape == outputs and len(own[key]) == task.outputs:
            unknown = torch.zeros_like(value[:1]) if value.ndim > 1 else value.min()[None]
            is_known = (places >= 0).view(-1, *[1] * (value.ndim - 1))
            weights[key] = torch.where(is_known, value[places], unknown)
    return weights
