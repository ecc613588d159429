"""Recipes: a TOML a model that says all of how it was trained, so that it can be trained again."""

from __future__ import annotations

import dataclasses
import inspect
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from training.augment import Jitter
from training.balance import Growth, Shares

FOLDER = Path(__file__).parent / "recipes"


class RecipeError(ValueError):
    """A recipe that cannot be followed, and why."""


@dataclass(frozen=True)
class Fit:
    """The loop's settings.

    Attributes:
        epochs: at most so many passes over the plan.
        batch: photos a step.
        rate: peak learning rate of AdamW (Loshchilov & Hutter 2019, arXiv:1711.05101).
        trunk_rate: the trunk's learning rate as a share of `rate`, for a trunk that others trained.
        decay: weight decay of matrices.
        warmup: share of all steps in which the rate rises; then it falls along a cosine.
        average: per-step decay of the moving average of the weights that is validated and released.
        patience: epochs without a better validation loss after which training stops.
        smoothing: label smoothing (countries only).
        cut_mix: share of batches mixed (countries only).
        seed: of everything random.

    Raises:
        ValueError: if a count is below 1, a rate not above 0, or a share outside [0, 1].
    """

    epochs: int
    batch: int = 64
    rate: float = 2e-3
    trunk_rate: float = 1.0
    decay: float = 0.05
    warmup: float = 0.05
    average: float = 0.998
    patience: int = 1000
    smoothing: float = 0.0
    cut_mix: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        if min(self.epochs, self.batch, self.patience) < 1:
            raise ValueError("epochs, batch and patience are at least 1")
        if not min(self.rate, self.trunk_rate) > 0:
            raise ValueError("rate and trunk_rate are above 0")
        shares = (self.warmup, self.average, self.smoothing, self.cut_mix)
        if not all(0.0 <= share <= 1.0 for share in shares):
            raise ValueError("warmup, average, smoothing and cut_mix lie in [0, 1]")


@dataclass(frozen=True)
class Recipe:
    """How one model is trained.

    Attributes:
        name: the file's name without .toml.
        title: what people call the model.
        network: `name` and shape for `geoloc.networks.build`, without `outputs`.
        fit: the loop.
        jitter: crops and colours.
        growth: balancing, or None to see each photo once an epoch.
        start: None for random weights; "published" for a trunk as its authors released it, with a
            head fitted on its frozen features; else a checkpoint whose weights are taken over where
            name and shape agree.
    """

    name: str
    title: str
    network: dict[str, Any]
    fit: Fit
    jitter: Jitter = field(default_factory=Jitter)
    growth: Growth | None = None
    start: str | None = None

    @property
    def shape(self) -> dict[str, Any]:
        """What `geoloc.networks.build` takes beside the name and `outputs`."""
        return {key: value for key, value in self.network.items() if key != "name"}

    def as_card(self) -> dict[str, Any]:
        return dataclasses.asdict(self)


def _growth(
    a: float = 0.0, b: float = 0.0, c: float = 0.0, d: float = 0.0, target: float = 1.0
) -> Growth:
    return Growth(Shares(a, b, c, d), target)


def _part(make: Callable[..., Any], name: str, section: str, values: Any) -> Any:
    """What one section of numbers makes."""
    takes = inspect.signature(make).parameters
    try:
        for key, value in values.items():
            if key not in takes:
                raise TypeError(f"{key} is none of them")
            number = int if takes[key].annotation == "int" else int | float
            if isinstance(value, bool) or not isinstance(value, number):
                raise TypeError(f"{key} = {value!r} is no such number")
        return make(**values)
    except (AttributeError, TypeError, ValueError) as error:
        raise RecipeError(f"{name}: [{section}] takes {', '.join(takes)}: {error}") from error


def names() -> list[str]:
    """The recipes that come with the package."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def load(name: str) -> Recipe:
    """A recipe by its name, or by the path of a TOML file.

    Raises:
        RecipeError: if there is none, or it says something that no part of training understands.
    """
    path = Path(name) if name.endswith(".toml") else FOLDER / f"{name}.toml"
    try:
        text = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RecipeError(
            f"no readable recipe {name!r} ({error}); there are {', '.join(names())}"
        ) from error
    unknown = text.keys() - {"title", "start", "network", "fit", "jitter", "growth"}
    if unknown or not {"title", "network", "fit"} <= text.keys():
        raise RecipeError(
            f"{name}: a recipe has title, [network], [fit], and may have start, [jitter], [growth]"
        )
    network = text["network"]
    if not isinstance(network, dict) or "name" not in network or "outputs" in network:
        raise RecipeError(f"{name}: [network] has a name and its shape, without outputs")
    return Recipe(
        name=path.stem,
        title=text["title"],
        network=network,
        fit=_part(Fit, name, "fit", text["fit"]),
        jitter=_part(Jitter, name, "jitter", text.get("jitter", {})),
        growth=_part(_growth, name, "growth", text["growth"]) if "growth" in text else None,
        start=text.get("start"),
    )
