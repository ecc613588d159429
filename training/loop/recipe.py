"""Recipes: a TOML a model that says all of how it was trained, so that it can be trained again."""

from __future__ import annotations

import dataclasses
import inspect
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from geoloc import balance as balances
from geoloc.balance import Balance, Untouched
from geoloc.networks import network_type
from geoloc.photo.inputs import BAND, InputSpec
from training.augment import AugmentConfig
from training.cameras import Cameras
from training.sampling import Sampling
from training.selection import EVERYTHING, Selection

FOLDER = Path(str(files("training"))) / "recipes"

FETCHED = "transformers"
"""The network of encoders that come from a model hub."""

PUBLISHED = "published"
"""What a backbone starts from as its authors released it."""


class RecipeError(ValueError):
    """A recipe that cannot be followed, and why."""


@dataclass(frozen=True)
class Fit:
    """The loop's settings.

    Attributes:
        epochs: at most so many passes over the plan.
        restart: epochs after which rate and crops begin anew; 0 for never.
        batch: photos a step.
        rate: peak learning rate of AdamW (Loshchilov & Hutter 2019, arXiv:1711.05101).
        backbone_rate: the backbone's learning rate as a share of `rate`, if others trained it.
        held: first stages of such a backbone that stay as they were: half of a step's time, and
            what they see, edges and colours, is the same everywhere; 0 trains all.
        decay: weight decay of matrices.
        warmup: share of the steps, up to a restart or from it on, in which the rate rises; then it
            falls along a cosine.
        ema: per-step decay of the moving average of the weights that is validated and released.
        patience: epochs without a better validation loss after which training stops.
        smoothing: share of a target that other countries get (countries only).
        smoothing_km: how near the countries are that get it: it falls by e with each so many
            kilometres between two countries' middles; 0 gives all countries alike.
        cut_mix: share of batches in which photos get a part of another (countries only).
        mix_up: share of batches in which photos are blended with another (countries only).
        distill_weight: share of the loss that compares with the teachers' soft targets (countries
            only).
        progressive_resizing: side of the first epoch's crops as a share of the full size.
        progressive_resizing_until: share of the epochs, up to a restart or from it on, after which
            crops have their full size.
        seed: of everything random.

    Raises:
        ValueError: if a count is below 1, a rate not above 0, or a share outside [0, 1].
    """

    epochs: int
    restart: int = 0
    batch: int = 64
    rate: float = 2e-3
    backbone_rate: float = 1.0
    held: int = 0
    decay: float = 0.05
    warmup: float = 0.05
    ema: float = 0.998
    patience: int = 1000
    smoothing: float = 0.0
    smoothing_km: float = 0.0
    cut_mix: float = 0.0
    mix_up: float = 0.0
    distill_weight: float = 0.0
    progressive_resizing: float = 1.0
    progressive_resizing_until: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        if min(self.epochs, self.batch, self.patience) < 1:
            raise ValueError("epochs, batch and patience are at least 1")
        if not min(self.rate, self.backbone_rate) > 0:
            raise ValueError("rate and backbone_rate are above 0")
        shares = (
            "warmup",
            "ema",
            "smoothing",
            "cut_mix",
            "mix_up",
            "distill_weight",
            "progressive_resizing_until",
        )
        if not all(0.0 <= getattr(self, share) <= 1.0 for share in shares):
            raise ValueError(f"{', '.join(shares)} lie in [0, 1]")
        if not (self.decay >= 0.0 and min(self.seed, self.restart, self.held) >= 0):
            raise ValueError("decay, held, seed and restart are not below 0")
        if self.cut_mix + self.mix_up > 1.0:
            raise ValueError("cut_mix and mix_up are shares of the same batches: at most 1 in all")
        if not (0.3 <= self.progressive_resizing <= 1.0 and self.smoothing_km >= 0.0):
            raise ValueError("progressive_resizing is in [0.3, 1]; smoothing_km is not below 0")


@dataclass(frozen=True)
class Recipe:
    """How one model is trained.

    Attributes:
        name: the file's name without .toml.
        title: what people call the model.
        network: `name` and shape for `geoloc.networks.build`, without `outputs`.
        fit: the loop.
        augment: crops and colours.
        balance: how unequal classes are trained on.
        start: None for random weights; `PUBLISHED` for a backbone as its authors released it, with
            a head fitted on its frozen features; else a checkpoint whose weights are taken over
            where name and shape agree.
        teachers: country checkpoints that answer the same photos while it learns.
        cameras: what other cameras would have done to a photo.
        input: what the network sees of a photo.
        sampling: how an epoch is drawn by country and source; None where balance alone says so.
        selection: which photos of the data are learnt from, chosen by, or left out.
        blend: share of the trained weights in those that are released, the others being those that
            training started from (Wortsman et al. 2022, arXiv:2109.01903).

    Raises:
        RecipeError: if a blend has no model to start from, sampling and balance both say what an
            epoch shows, there are teachers that teach nothing, or whom it can't learn from, or none
            where some are asked for.
    """

    name: str
    title: str
    network: dict[str, Any]
    fit: Fit
    augment: AugmentConfig = field(default_factory=AugmentConfig)
    balance: Balance = field(default_factory=Untouched)
    start: str | None = None
    teachers: tuple[str, ...] = ()
    cameras: Cameras = field(default_factory=Cameras)
    input: InputSpec = field(default_factory=InputSpec)
    sampling: Sampling | None = None
    selection: Selection = field(default_factory=Selection)
    blend: float = 1.0

    def __post_init__(self) -> None:
        if not (0 < self.blend <= 1 and (self.blend == 1 or self.start not in (None, PUBLISHED))):
            raise RecipeError(f"{self.name}: blend lies in (0, 1], and 1 without a model to start")
        if self.sampling and not isinstance(self.balance, Untouched):
            raise RecipeError(f"{self.name}: [sampling] or [balance] says what an epoch shows")
        if bool(self.teachers) != (self.fit.distill_weight > 0):
            raise RecipeError(
                f"{self.name}: teachers and a share of the loss, [fit] distill_weight, go together"
            )
        if self.teachers and self.network.get("tune") == "head":
            raise RecipeError(
                f"{self.name}: a head that is fitted to a frozen backbone takes no teachers"
            )

    @property
    def shape(self) -> dict[str, Any]:
        """What `geoloc.networks.build` takes beside the name and `outputs`.

        Raises:
            RecipeError: if its encoder was not fetched from a model hub, or can't be used.
            ValueError: if there is no such network.
        """
        shape = {key: value for key, value in self.network.items() if key != "name"}
        if self.is_fetched:
            return self._encoder() | shape
        if self.input.size == BAND.size or "input_size" in shape:
            return shape
        sized = "input_size" in inspect.signature(network_type(self.network["name"])).parameters
        return {**shape, "input_size": list(self.input.size)} if sized else shape

    @property
    def is_fetched(self) -> bool:
        """Whether its backbone is an encoder that a user fetches from a model hub."""
        return self.network["name"] == FETCHED

    def _encoder(self) -> dict[str, Any]:
        """What a fetched encoder adds to the network's shape: how it is put together."""
        from geoloc.models.hub import encoders, store  # transformers, which they alone need

        try:
            return encoders.shape_of(str(self.network.get("backbone", "")))
        except (RuntimeError, store.HubError) as error:
            raise RecipeError(f"{self.name}: {error}") from error

    def as_card(self) -> dict[str, Any]:
        """The recipe as JSON; what not every recipe has is left out where it has none."""
        card = {
            **dataclasses.asdict(self),
            "teachers": list(self.teachers),
            "balance": balances.as_card(self.balance),
            "input": self.input.as_card(),
            "selection": self.selection.as_card().model_dump(mode="json"),
        }
        plain = {
            "cameras": Cameras(),
            "input": BAND,
            "sampling": None,
            "selection": EVERYTHING,
            "blend": 1.0,
        }
        left_out = [part for part, value in plain.items() if getattr(self, part) == value]
        return {key: value for key, value in card.items() if key not in left_out}


_KINDS: dict[str, type] = {
    "int": int,
    "Colour": list,
    "CropMethod": str,
    "Interpolation": str,
    "tuple[str, ...]": list,
}
"""What TOML has for an annotation that is no plain number."""


def _part(make: Callable[..., Any], name: str, section: str, values: Any) -> Any:
    """What one section makes."""
    takes = inspect.signature(make).parameters
    try:
        for key, value in values.items():
            if key not in takes:
                raise TypeError(f"{key} is none of them")
            kind: Any = _KINDS.get(str(takes[key].annotation), int | float)
            if isinstance(value, bool) or not isinstance(value, kind):
                what = {str: "text", list: "list"}.get(kind, "number")
                raise TypeError(f"{key} = {value!r} is no such {what}")
        return make(**values)
    except (AttributeError, TypeError, ValueError) as error:
        settings = ", ".join(takes) or "no settings"
        raise RecipeError(f"{name}: [{section}] takes {settings}: {error}") from error


_SECTIONS: dict[str, Callable[..., Any]] = {
    "fit": Fit,
    "augment": AugmentConfig,
    "cameras": Cameras,
    "input": InputSpec,
    "sampling": Sampling,
    "selection": Selection,
}


def _blend(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise RecipeError(f"{name}: blend = {value!r} is no number")
    return float(value)


def _balance(name: str, values: Any) -> Balance:
    method = values.get("method") if isinstance(values, dict) else None
    if not isinstance(method, str) or method not in balances.METHODS:
        raise RecipeError(
            f"{name}: [balance] has a method, one of {', '.join(balances.METHODS)}, not {method!r}"
        )
    settings = {key: value for key, value in values.items() if key != "method"}
    return _part(balances.METHODS[method], name, "balance", settings)


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
    unknown = text.keys() - {
        "title",
        "start",
        "teachers",
        "blend",
        "network",
        *_SECTIONS,
        "balance",
    }
    if unknown or not {"title", "network", "fit"} <= text.keys():
        raise RecipeError(
            f"{name}: a recipe has title, [network], [fit], and may have start, teachers, blend, "
            "[augment], [balance], [cameras], [input], [sampling], [selection]"
        )
    for key in text.keys() & {"title", "start"}:
        if not isinstance(text[key], str):
            raise RecipeError(f"{name}: {key} = {text[key]!r} is no text in quotes")
    network = text["network"]
    if not isinstance(network, dict) or "name" not in network or "outputs" in network:
        raise RecipeError(f"{name}: [network] has a name and its shape, without outputs")
    teachers = text.get("teachers", [])
    if not isinstance(teachers, list) or not all(isinstance(t, str) for t in teachers):
        raise RecipeError(f"{name}: teachers = {teachers!r} is no list of names")
    return Recipe(
        name=path.stem,
        title=text["title"],
        network=network,
        **{s: _part(make, name, s, text[s]) for s, make in _SECTIONS.items() if s in text},
        blend=_blend(name, text.get("blend", 1.0)),
        balance=_balance(name, text["balance"]) if "balance" in text else Untouched(),
        start=text.get("start"),
        teachers=tuple(teachers),
    )


def changed(base: Recipe, sections: dict[str, Any]) -> Recipe:
    """The recipe with some settings of [fit] and [augment], or its whole [balance], exchanged.

    Raises:
        RecipeError: if a section or a setting is none of them, or out of its range.
    """
    unknown = sections.keys() - {"fit", "augment", "balance"}
    if unknown:
        raise RecipeError(
            f"{base.name}: {', '.join(sorted(unknown))} cannot be exchanged, only settings of "
            "[fit] and [augment], and [balance]"
        )
    parts: dict[str, Any] = {}
    for section, make in (("fit", Fit), ("augment", AugmentConfig)):
        if section in sections:
            before = dataclasses.asdict(getattr(base, section))
            changes = sections[section]
            changes = {**before, **changes} if isinstance(changes, dict) else changes
            parts[section] = _part(make, base.name, section, changes)
    if "balance" in sections:
        parts["balance"] = _balance(base.name, sections["balance"])
    return dataclasses.replace(base, **parts)
