"""Models on a backbone that stays as it is: trained by command, killed, resumed, served."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from geoloc.models.release import WEIGHTS, load
from geoloc.networks import backbones, build
from geoloc.photo import read_photo
from geoloc.tasks.country import CountryClassifier
from tests.training import tiny
from training.__main__ import main
from training.loop import recipe
from training.loop.finetuning import borrow
from training.loop.fit import Trainer
from training.loop.frozen import HeadTrainer
from training.loop.state import FILE
from training.tasks.base import Objective
from training.tasks.tasks import Countries, Position

CPU = torch.device("cpu")

RECIPE = """
title = "Tuned"
start = "published"

[network]
name = "pretrained"
backbone = "test_vit"
tune = "{tune}"

[fit]
epochs = {epochs}
batch = 16
rate = 3e-3
ema = 0.8

[augment]
zoom = 0.1
tilt = 0.1
light = 0.1
mirror = 0.5
"""


def written(folder: Path, tune: str, epochs: int = 2) -> Path:
    path = folder / f"{tune}.toml"
    path.write_text(RECIPE.format(tune=tune, epochs=epochs))
    return path


@pytest.fixture
def models(tmp_path) -> Path:
    """A folder of models that holds a random backbone."""
    torch.manual_seed(3)
    backbones.keep(
        build("pretrained", outputs=1, backbone="test_vit", tune="head"), tmp_path / "models"
    )
    return tmp_path / "models"


def network(models: Path, tune: str, outputs: int):
    torch.manual_seed(0)
    made = build("pretrained", outputs=outputs, backbone="test_vit", tune=tune)
    borrow(made, models)
    return made


@pytest.mark.parametrize("tune", ["head", "lora"])
def test_a_model_on_a_frozen_backbone_is_trained_published_and_served(
    countries, models, tmp_path, tune
):
    told = ["--recipe", written(tmp_path, tune), "--runs", tmp_path / "runs", "--device", "cpu"]
    told += ["--data", countries.root, "--checkpoints", models]
    assert main(["country", *map(str, told)]) == 0
    found = load(models / tune)
    assert len(found.card.curves) == 2 and found.card.network.shape["tune"] == tune
    assert found.country_card.metrics["val"].top1 > 0.5
    stored = load_file(found.folder / WEIGHTS)
    assert all(name.startswith("head.") or name.endswith((".up", ".down")) for name in stored)
    photo = read_photo(countries.root / "FR-test-0.png")
    assert CountryClassifier(found, CPU).predict([photo])[0].codes[0] == "FR"
    (run,) = (tmp_path / "runs").iterdir()
    assert not any("original" in name or "patch_embed" in name for name in load_file(run / FILE))


class Killed(Exception):
    pass


def run(
    models: Path, frames, task: Objective, chosen: recipe.Recipe, folder: Path, kill: int = 0
) -> torch.nn.Module:
    def report(row: dict[str, float]) -> None:
        if row["epoch"] == kill:
            raise Killed

    kind = HeadTrainer if chosen.network["tune"] == "head" else Trainer
    made = network(models, chosen.network["tune"], task.outputs)
    trainer = kind(task, made, frames, chosen, folder, CPU, report)
    return trainer.run(progress=False).network


@pytest.mark.parametrize("tune", ["head", "lora"])
def test_a_killed_run_ends_like_one_that_was_not(countries, models, tmp_path, tune):
    task = Countries.of(countries.frames.table)
    chosen = recipe.load(str(written(tmp_path, tune)))
    whole = run(models, countries.frames, task, chosen, tmp_path / "whole")
    with pytest.raises(Killed):
        run(models, countries.frames, task, chosen, tmp_path / "killed", kill=1)
    resumed = run(models, countries.frames, task, chosen, tmp_path / "killed")
    one, other = whole.state_dict(), resumed.state_dict()
    assert one.keys() == other.keys()
    assert all(torch.equal(one[key], other[key]) for key in one)


def test_a_head_looks_at_every_photo_once_an_epoch(countries, models, tmp_path):
    task = Countries.of(countries.frames.table)
    chosen = recipe.load(str(written(tmp_path, "head")))
    run(models, countries.frames, task, chosen, tmp_path)
    looks = [load_file(tmp_path / f"features-{epoch}.safetensors") for epoch in (1, 2)]
    for look in looks:
        assert look["features"].shape == (64, 64) and look["targets"].shape == (64, 6)
        assert look["targets"].sum(dim=0).tolist() == [8, 8, 24, 8, 8, 8]
    assert not torch.equal(looks[0]["features"], looks[1]["features"])


def test_a_head_finds_positions_too(town, models, tmp_path):
    task = Position(tiny.TOWN)
    made = run(
        models, town.frames, task, recipe.load(str(written(tmp_path, "head"))), tmp_path / "run"
    )
    rows = town.frames.of_split("test")
    targets = task.targets(town.frames.table)
    with torch.inference_mode():
        photos = torch.from_numpy(town.frames.inputs(rows)).permute(0, 3, 1, 2).float() / 255
        found = task.scores(made(photos), targets[rows])
    middle = task.scores(torch.full((len(rows), 2), 0.5), targets[rows])
    assert found["median_m"] < 0.6 * middle["median_m"]
