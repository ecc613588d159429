"""One of the processes that torchrun starts in a test: python -m IT DATA STATE; curves as JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from geoloc.balance import Untouched
from training import data, distributed
from training.data import frames
from training.loop.fit import Trainer
from training.loop.recipe import Fit, Recipe
from training.tasks.tasks import Countries

RECIPE = Recipe(
    name="plain",
    title="Nothing random but the order",
    network={"name": "cnn"},
    fit=Fit(epochs=3, batch=16, rate=1e-2, smoothing=0.1),
    balance=Untouched(),
)


class Plain(nn.Module):
    """A network without normalisation over a batch, so that a batch may be divided."""

    def __init__(self, outputs: int) -> None:
        super().__init__()
        self.backbone = nn.Conv2d(3, 8, 5, stride=4)
        self.head = nn.Linear(8, outputs)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.backbone(x).relu().mean(dim=(2, 3)))


def curves(root: Path, state: Path) -> list[dict[str, float]]:
    """The losses of each epoch."""
    read = data.load(root)
    task = Countries.of(read.frames.table)
    torch.manual_seed(0)
    trainer = Trainer(task, Plain(task.outputs), read.frames, RECIPE, state, torch.device("cpu"))
    rows = trainer.run(progress=False).curves
    return [{key: row[key] for key in ("train_loss", "val_loss", "photos")} for row in rows]


def main() -> None:
    root, state = map(Path, sys.argv[1:])
    frames.CACHE = state / "cache"
    torch.set_num_threads(1)
    with distributed.joined():
        told = curves(root, state)
        assert all(np.isfinite(row["val_loss"]) for row in told)
        (state / f"{distributed.rank()}.json").write_text(json.dumps(told))


if __name__ == "__main__":
    main()
