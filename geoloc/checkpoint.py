"""A model on disk: a folder with weights.safetensors and card.json, and what only some models have:
probes.safetensors for CAMs, views.safetensors to compare a city's photos with, ood.safetensors to
tell street photos from other pictures.

The card says everything a model claims about itself: network and shape, classes or box, input,
calibration, training data, recipe, curves, metrics. Nothing here is ever unpickled. An ensemble has
a card alone, which names the folders beside its own that it answers by. A network on a frozen trunk
stores what was tuned; `geoloc.trunks` keeps the trunk beside the folders, and the card its SHA-256.
"""

from __future__ import annotations

import json
import math
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from safetensors.torch import save as to_bytes
from torch import Tensor, nn

from geoloc.city.cells import Cells
from geoloc.city.grid import Grid
from geoloc.city.mixture import Mixture
from geoloc.city.views import Views
from geoloc.coverage import Coverage
from geoloc.geo import Box, City
from geoloc.networks import build
from geoloc.ood import OodDetector
from geoloc.precision import restored, stored
from geoloc.preparation import Crops, InputSpec
from geoloc.together import Together
from geoloc.verdict import VerdictBounds

WEIGHTS, CARD = "weights.safetensors", "card.json"
PROBES, VIEWS = "probes.safetensors", "views.safetensors"
OOD = "ood.safetensors"
ENSEMBLE = "ensemble"
"""What the card of an ensemble names as its network."""

PLACE = "place"
"""The network that weighs a city's cells and describes photos."""

FORMAT = 1

_CODE = re.compile("[A-Z]{2}")
_NUMBERS = re.compile(r"\[\s+(?:-?[\d.]+(?:e-?\d+)?,?\s+)+\]")


class CheckpointError(ValueError):
    """A checkpoint folder that cannot be used, and what to do about it."""


@dataclass(frozen=True)
class Checkpoint:
    """One released model.

    Attributes:
        folder: where it lies.
        card: card.json as read.
    """

    folder: Path
    card: dict[str, Any]

    @property
    def name(self) -> str:
        return self.card["name"]

    @property
    def title(self) -> str:
        return self.card["title"]

    @property
    def task(self) -> Literal["country", "city"]:
        return self.card["task"]

    @property
    def classes(self) -> tuple[str, ...]:
        """ISO codes in the order of the network's outputs; empty for a city."""
        return tuple(self.card.get("classes", ()))

    @property
    def city(self) -> City:
        city = self.card["city"]
        box = Box(**city["box"])
        return City(city["name"], city["title"], box, city.get("country"))

    @property
    def coverage(self) -> Coverage | None:
        """Where the training photos of a city lie."""
        grid = self.card["data"].get("coverage")
        return Coverage.from_card(grid) if grid else None

    @property
    def cells(self) -> Cells:
        """What a city was cut into, for a network that weighs its parts."""
        return Cells.from_card(self.city.box, self.card["city"]["cells"])

    @property
    def mixture(self) -> Mixture:
        """How what a city model says becomes probabilities."""
        told = self.card.get("calibration", {}).get("mixture")
        return Mixture.from_card(told) if told else Mixture.uncalibrated(self.city.box)

    @property
    def likeness_threshold(self) -> float | None:
        """How much like a city's training views a photo is that may be from there."""
        return self.card.get("calibration", {}).get("likeness", {}).get("threshold")

    @property
    def streets(self) -> Coverage | None:
        """Where a city's streets run, for a map without tiles."""
        grid = self.card["data"].get("streets")
        return Coverage.from_card(grid) if grid else None

    @property
    def temperature(self) -> float:
        """What the logits are divided by before the softmax (Guo et al. 2017, arXiv:1706.04599)."""
        return float(self.card.get("calibration", {}).get("temperature", 1.0))

    @property
    def bias(self) -> np.ndarray:
        """What is added to the logits after the temperature, float64 (N,)."""
        told = self.card.get("calibration", {}).get("bias")
        return np.zeros(len(self.classes)) if told is None else np.array(told, float)

    @property
    def crops(self) -> Crops:
        """The views of a photo that it averages."""
        told = self.card.get("input", {})
        spec, crops = InputSpec.of_card(told), told.get("crops")
        return Crops(spec=spec) if crops is None else Crops.of_card(crops, spec)

    @property
    def set_mass(self) -> float | None:
        """What `geoloc.calibration.set_sizes` needs for sets that hold nine truths in ten."""
        return self.card.get("calibration", {}).get("set_mass")

    @property
    def together(self) -> Together:
        """How answers to several photos of one place become one."""
        told = self.card.get("calibration", {}).get("together")
        return Together.of_card(told, len(self.classes), self.set_mass)

    @property
    def verdict_bounds(self) -> VerdictBounds | None:
        """From which probabilities on an answer is more than a wild guess."""
        told = self.card.get("calibration", {}).get("verdict")
        return VerdictBounds.of_card(told) if told else None

    @property
    def ood_threshold(self) -> float | None:
        """The out-of-distribution score that nineteen in twenty street photos don't exceed."""
        return self.card.get("calibration", {}).get("ood", {}).get("threshold")

    def ood_detector(self) -> OodDetector | None:
        """What tells street photos from other pictures; None if it has none.

        Raises:
            CheckpointError: if its file is missing or damaged.
        """
        if self.ood_threshold is None:
            return None
        try:
            return OodDetector.from_tensors(self._tensors(OOD), self.ood_threshold)
        except (KeyError, RuntimeError, ValueError) as error:
            raise CheckpointError(f"{self.name}: {OOD} is damaged: {error}") from error

    @property
    def members(self) -> dict[str, float]:
        """The weight of each model that an ensemble answers by, by the name of its folder."""
        if self.card["network"]["name"] != ENSEMBLE:
            return {}
        return {name: float(weight) for name, weight in self.card["members"].items()}

    def network(self) -> nn.Module:
        """The network with its weights, in eval mode, float32 on the CPU.

        Raises:
            CheckpointError: if the weights are missing, broken, not finite or of another network.
        """
        if self.members:
            raise CheckpointError(f"{self.name} is an ensemble: it has no network of its own.")
        spec = self.card["network"]
        try:
            network = build(spec["name"], **spec["shape"])
        except (RuntimeError, TypeError, ValueError) as error:
            raise CheckpointError(f"{self.name}: its card asks for {spec}: {error}") from error
        tensors = self._tensors(WEIGHTS)
        try:
            weights = restored(tensors)
        except ValueError as error:
            raise CheckpointError(f"{self.name}: {WEIGHTS} is damaged: {error}") from error
        found = {key: value.shape for key, value in weights.items()}
        wanted = {key: value.shape for key, value in _served(network).items()}
        strange = sorted(k for k in found | wanted if found.get(k) != wanted.get(k))
        if strange:
            raise CheckpointError(
                f"{self.name}: {WEIGHTS} does not fit the network in {CARD} "
                f"({len(strange)} tensors, {strange[0]} first). Take both from one release."
            )
        network.load_state_dict(weights, strict=False)
        if _frozen(network):
            self._complete(network)
        return network.eval()

    def _complete(self, network: nn.Module) -> None:
        """Give a network its frozen trunk, with what was tuned in it."""
        from geoloc import trunks  # torchvision and timm, which only such a network needs

        try:
            expected = str(self.card["network"].get("trunk_sha256"))
            trunks.lend(network, self.folder.parent, expected)
        except trunks.TrunkError as error:
            raise CheckpointError(f"{self.name}: {error}") from error
        network.fold()

    def probes(self) -> dict[str, Tensor]:
        """The linear models behind its CAMs: `<layer>.weight` (N, maps) and `<layer>.bias` (N,).

        Raises:
            CheckpointError: if it has none.
        """
        return self._tensors(PROBES)

    @property
    def has_probes(self) -> bool:
        return (self.folder / PROBES).is_file()

    @property
    def has_views(self) -> bool:
        return (self.folder / VIEWS).is_file()

    def views(self, grid: Grid) -> Views:
        """The training views that a city model compares photos with.

        Raises:
            CheckpointError: if it has none, or they are damaged.
        """
        try:
            return Views.from_tensors(grid, self._tensors(VIEWS))
        except (KeyError, ValueError) as error:
            raise CheckpointError(f"{self.name}: {VIEWS} is damaged: {error}") from error

    def _tensors(self, file: str) -> dict[str, Tensor]:
        try:
            tensors = load_file(self.folder / file)
        except (OSError, SafetensorError) as error:
            raise CheckpointError(f"{self.name}: {file} can't be read: {error}") from error
        # safetensors checks shapes, not values; one NaN would silently become every answer.
        spoilt = [key for key, value in tensors.items() if not torch.isfinite(value).all()]
        if spoilt:
            raise CheckpointError(
                f"{self.name}: {file} holds values that are not finite: {spoilt[:3]}"
            )
        return tensors


def load(folder: Path) -> Checkpoint:
    """Read a checkpoint's card; the weights are read when `network` is called.

    Raises:
        CheckpointError: if card.json is missing, damaged or no card of this format.
    """
    try:
        card = json.loads((folder / CARD).read_text(encoding="utf-8"))
    except (OSError, RecursionError, ValueError) as error:
        raise CheckpointError(f"{folder.name}: no readable {CARD} ({error})") from error
    needed = {"format", "name", "title", "task", "network", "data"}
    if not isinstance(card, dict) or not needed <= card.keys() or card["format"] != FORMAT:
        raise CheckpointError(f"{folder.name}: {CARD} is not a model card of format {FORMAT}.")
    if not card.get({"country": "classes", "city": "city"}.get(str(card["task"]), "")):
        raise CheckpointError(
            f"{folder.name}: {CARD} has neither the classes nor the city of its task."
        )
    checkpoint = Checkpoint(folder=folder, card=card)
    try:
        _check(checkpoint)
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as error:
        raise CheckpointError(
            f"{folder.name}: {CARD} is damaged ({type(error).__name__}: {error}). "
            "Take the folder from its release again."
        ) from error
    return checkpoint


def _check(checkpoint: Checkpoint) -> None:
    # What a page reads at every rerun is read once here, so that a broken card is refused at once.
    card = checkpoint.card
    for key in ("name", "title"):
        if not isinstance(card[key], str):
            raise TypeError(f"its {key} is no text")
    if not all(isinstance(scores, dict) for scores in card.get("metrics", {}).values()):
        raise TypeError("its metrics are not told by split")
    if not 0 < checkpoint.temperature < math.inf:
        raise ValueError(f"the temperature {checkpoint.temperature} is not a number above 0")
    if checkpoint.task == "country":
        _check_countries(checkpoint)
    if card["network"]["name"] == ENSEMBLE:
        _check_members(checkpoint)
    else:
        _check_outputs(checkpoint)
    of_city, of_country = ("city", "mixture", "streets"), ("together", "verdict_bounds")
    of_task = of_city if checkpoint.task == "city" else of_country
    for part in ("coverage", "crops", *of_task):
        getattr(checkpoint, part)


def _check_countries(checkpoint: Checkpoint) -> None:
    classes, bias = checkpoint.classes, checkpoint.bias
    if len(set(classes)) < len(classes) or not all(map(_CODE.fullmatch, classes)):
        raise ValueError("the classes are not ISO codes of two capitals, each once")
    if bias.shape != (len(classes),) or not np.isfinite(bias).all():
        raise ValueError(f"the bias is not made of {len(classes)} numbers")
    if checkpoint.set_mass is not None and not 0 <= checkpoint.set_mass <= 1:
        raise ValueError(f"the set mass {checkpoint.set_mass} is not in [0, 1]")


def _check_outputs(checkpoint: Checkpoint) -> None:
    network = checkpoint.card["network"]
    outputs = network["shape"]["outputs"]
    if network["name"] == PLACE:
        if network["shape"]["cells"] != len(checkpoint.cells):
            raise ValueError(f"the city has {len(checkpoint.cells)} cells, the network others")
        return
    needed = 2 if checkpoint.task == "city" else len(checkpoint.classes)
    if outputs != needed:
        raise ValueError(f"the network has {outputs} outputs, and {needed} are needed")


def _check_members(checkpoint: Checkpoint) -> None:
    if checkpoint.task != "country":
        raise ValueError("an ensemble answers which country, nothing else")
    weights = checkpoint.members
    # A name that leads to another folder would have files read that nobody published.
    strange = [name for name in weights if name != Path(name).name or name in ("", ".", "..")]
    if strange:
        raise ValueError(f"{strange[0]!r} is not the name of a folder beside it")
    if not all(0 <= weight <= 1 for weight in weights.values()):
        raise ValueError("the weights of its members are not shares")
    if not abs(sum(weights.values()) - 1) < 1e-3:
        raise ValueError("the weights of its members do not add up to 1")


def save(folder: Path, network: nn.Module, card: dict[str, Any]) -> Checkpoint:
    """Write a network and its card.

    Linear models and views that an earlier network left in the folder are removed: they don't fit.
    """
    for left in (PROBES, VIEWS, OOD):
        (folder / left).unlink(missing_ok=True)
    if _frozen(network):
        card = {**card, "network": {**card["network"], "trunk_sha256": _kept(folder, network)}}
    _replace(folder / WEIGHTS, to_bytes(stored(_served(network))))
    return save_card(folder, card)


def save_card(folder: Path, card: dict[str, Any]) -> Checkpoint:
    """Write card.json alone."""
    text = json.dumps({"format": FORMAT, **card}, indent=1, ensure_ascii=False) + "\n"
    # A grid of ten thousand numbers on as many lines would bury the rest.
    text = _NUMBERS.sub(lambda found: " ".join(found[0].split()), text)
    _replace(folder / CARD, text.encode())
    return load(folder)


def save_views(folder: Path, views: Views) -> None:
    """Write the training views that a city model compares photos with."""
    _replace(folder / VIEWS, to_bytes(views.to_tensors()))


def save_ood(folder: Path, detector: OodDetector) -> None:
    """Write what tells street photos from other pictures; its threshold is the card's."""
    _replace(folder / OOD, to_bytes(detector.to_tensors()))


def save_probes(folder: Path, probes: dict[str, Tensor]) -> None:
    """Write the linear models of a checkpoint's CAMs."""
    probes = {key: value.contiguous() for key, value in probes.items()}
    _replace(folder / PROBES, to_bytes(probes))


def _served(network: nn.Module) -> dict[str, Tensor]:
    # num_batches_tracked counters are integers that serving never reads, so they aren't stored.
    state, frozen = network.state_dict(), _frozen(network)
    return {
        k: v for k, v in state.items() if not (k in frozen or k.endswith("num_batches_tracked"))
    }


def _frozen(network: nn.Module) -> frozenset[str]:
    return getattr(network, "frozen", frozenset())


def _kept(folder: Path, network: nn.Module) -> str:
    from geoloc import trunks

    try:
        return trunks.keep(network, folder.parent)
    except trunks.TrunkError as error:
        raise CheckpointError(f"{folder.name}: {error}") from error


def _replace(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # The app may read a folder while training publishes into it.
    aside = path.with_name(f".{path.name}.partial")
    try:
        aside.write_bytes(content)
        os.replace(aside, path)
    finally:
        aside.unlink(missing_ok=True)
