"""A task and a reader as somebody else would write them: is a photo from a country with Alps?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from geoloc.models.card import Card
from geoloc.models.release import Release
from geoloc.photo import Photo
from geoloc.photo.inputs import prepare, to_batch
from geoloc.tasks.base import Opener, Task, register_task
from geoloc.tasks.predictor import Predictor
from tests.training import tiny
from training import data as datasets
from training.data import Data
from training.data.sources import Reader, SourceReading, register_source
from training.data.table import Problems, from_columns
from training.evaluation.answers import Answers
from training.loop import recipe as recipes
from training.loop.build import Workspace
from training.loop.recipe import Recipe
from training.release import Training
from training.release import train as follow
from training.tasks.base import TaskTraining, register_training

ALPINE = {"DE", "FR", "IT"}
CPU = torch.device("cpu")


class AlpineCard(Card):
    """The card of a model that says whether a photo is from the Alps."""

    task: Literal["alpine"]
    threshold: float


@dataclass(frozen=True)
class Guess:
    """What one model says of a photo."""

    model: str
    share: float

    def to_dict(self) -> dict[str, Any]:
        return {"alpine": self.share > 0.5, "share": self.share}


class AlpineModel(Predictor[Guess]):
    """A checkpoint of the task, ready to answer."""

    def __init__(self, checkpoint: Release) -> None:
        self.checkpoint, self.network = checkpoint, checkpoint.network()

    @torch.inference_mode()
    def shares(self, bands: Sequence[np.ndarray]) -> np.ndarray:
        return self.network(to_batch(bands, CPU)).sigmoid()[:, 0].numpy()

    def together(self, views: Sequence[Guess]) -> Guess:
        return Guess(self.checkpoint.name, float(np.mean([view.share for view in views])))

    def _predictions(self, photos: Sequence[Photo]) -> list[Guess]:
        shares = self.shares([prepare(photo.pixels) for photo in photos])
        return [Guess(self.checkpoint.name, float(share)) for share in shares]


class AlpineTask(Task):
    """Whether a photo is from a country with Alps."""

    plural = "alpine"
    about = "threshold"
    cards = (AlpineCard,)
    columns = {"alpine": "whether", "alpine_share": "how probably"}

    def open(self, checkpoint: Release, device: torch.device | None, opener: Opener) -> AlpineModel:
        return AlpineModel(checkpoint)

    def row(self, prediction: Guess) -> dict[str, Any]:
        return {"alpine": prediction.share > 0.5, "alpine_share": prediction.share}


@dataclass(frozen=True)
class Alps:
    """One logit, trained by binary cross-entropy."""

    kind = "alpine"
    outputs = 1
    mixes = True

    @property
    def shape(self) -> dict[str, int]:
        return {"outputs": self.outputs}

    def initialise(self, network: nn.Module) -> None:
        """As it comes."""

    def truth(self, table: pd.DataFrame) -> np.ndarray:
        return table.country.isin(ALPINE).to_numpy(np.int64)

    def targets(self, table: pd.DataFrame) -> Tensor:
        return torch.from_numpy(self.truth(table)).float()[:, None]

    def order(self, table: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
        return rng.permutation(len(table))

    def loss(self, outputs: Tensor, targets: Tensor) -> Tensor:
        return F.binary_cross_entropy_with_logits(outputs, targets)

    def scores(self, outputs: Tensor, targets: Tensor) -> dict[str, float]:
        right = (outputs > 0) == (targets > 0.5)
        return {"loss": float(self.loss(outputs, targets)), "right": float(right.float().mean())}


class AlpineTraining(TaskTraining):
    """How such models are trained."""

    shown = ("right",)

    def card(
        self, objective: Alps, recipe: Recipe, data: Data, common: dict[str, Any]
    ) -> AlpineCard:
        return AlpineCard(
            task="alpine", title=recipe.title, threshold=0.1, data=data.described(), **common
        )

    def calibrate(
        self, model: Release, data: Data, device: torch.device, elsewhere: Data | None = None
    ) -> Release:
        return model.changed(threshold=0.5)

    def evaluate(
        self,
        model: Release,
        data: Data,
        split: str,
        answers: Answers,
        elsewhere: Data | None = None,
    ) -> dict[str, Any]:
        rows = data.frames.of_split(split)
        shares, table = answers.open(model).shares(data.frames.inputs(rows)), data.frames.table
        right = (shares > 0.5) == Alps().truth(table.iloc[rows])
        places = table.group.iloc[rows].nunique()
        return {"photos": len(rows), "places": places, "right": float(right.mean())}


def read_listing(root: Path) -> SourceReading:
    """A photo a line of listing.txt: its file, country, place and split."""
    lines = [line.split() for line in (root / "listing.txt").read_text().splitlines()]
    path, country, group, split = (list(column) for column in zip(*lines, strict=True))
    table = from_columns(
        path=[str(root / name) for name in path], country=country, group=group, split=split
    )
    return SourceReading(table, Problems())


def register_all() -> None:
    register_task("alpine")(AlpineTask)
    register_training("alpine")(AlpineTraining)
    register_source(
        "listing",
        Reader("listing.txt", lambda root: (root / "listing.txt").is_file(), read_listing),
    )


def listing(root: Path) -> Path:
    """The tiny photos of countries, with listing.txt in place of their CSV."""
    table = tiny.countries(root) / "photos.csv"
    lines = table.read_text().splitlines()[1:]
    (root / "listing.txt").write_text("\n".join(line.replace(",", " ") for line in lines))
    table.unlink()
    return root


def data(root: Path) -> Data:
    """What the reader makes of a folder."""
    return datasets.load(root)


def train(photos: Path, folder: Path) -> Release:
    """One epoch of a recipe, into models/alps."""
    (folder / "alps.toml").write_text(
        'title = "Alps"\n[network]\nname = "cnn"\nwidth = 4\n[fit]\nepochs = 1\nbatch = 16\n'
    )
    workspace = Workspace(folder / "models", folder / "runs", CPU)
    recipe = recipes.load(str(folder / "alps.toml"))
    return follow(Training(recipe, data(photos), Alps(), workspace.checkpoints / "alps", workspace))
