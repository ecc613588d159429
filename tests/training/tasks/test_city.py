"""A city model on data: its views, its regions, its scores, and photos from elsewhere."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from geoloc.files import read_json
from geoloc.models import registry
from geoloc.models.card import PLACE
from geoloc.models.release import VIEWS, WEIGHTS, load, released
from geoloc.networks import backbones
from geoloc.tasks.city import open_city
from pages.jobs import settings
from tests.training import tiny
from training import data as datasets
from training.__main__ import main
from training.calibration import mixture
from training.data import DataError
from training.tasks import city

CPU = torch.device("cpu")
RECIPE = """
title = "Tiny places"

[network]
name = "place"
backbone = "test_efficientnet"
dropout = 0.0

[fit]
epochs = 4
batch = 16
rate = 3e-3
ema = 0.5
"""


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """The folder of models, with one that compares views, and its town."""
    root = tmp_path_factory.mktemp("places")
    (root / "places.toml").write_text(RECIPE)
    (root / "streets.csv").write_text("lat,lon\n48.801,2.31\n48.815,2.345\n")
    town = tiny.town(root / "town")
    told = ["--data", town, "--recipe", root / "places.toml", "--checkpoints", root / "models"]
    asked = ["city", "--city", "town", *told, "--runs", root / "runs", "--device", "cpu"]
    assert main([*map(str, asked), "--streets", str(root / "streets.csv")]) == 0
    return root / "models" / "town-place", datasets.load(town)


def test_one_command_trains_a_model_that_names_views_and_regions(trained):
    folder, town = trained
    released = load(folder)
    assert released.card.network.name == PLACE and (folder / VIEWS).is_file()
    locator = open_city(released, CPU)
    assert len(locator.views) == len(town.frames.of_split("train"))
    assert set(locator.mixture.regions) == set(mixture.REGIONS)
    assert released.streets.counts.sum() == 2


def test_a_city_of_ones_own_borrows_its_backbone_and_compares_views(tmp_path):
    town = datasets.load(tiny.town(tmp_path / "town", photos=36))
    shutil.copytree(registry.CHECKPOINTS / backbones.FOLDER, tmp_path / backbones.FOLDER)
    asked = ["city", "--city", "town", "--data", town.root, "--recipe", settings.RECIPE]
    told = ["--checkpoints", tmp_path, "--runs", tmp_path / "runs", "--name", "own-town"]
    live = ["--live", tmp_path / "live.json", "--device", "cpu"]
    assert main([*map(str, asked), *map(str, told), *map(str, live)]) == 0
    released = load(tmp_path / "own-town")
    assert (released.folder / WEIGHTS).stat().st_size < 100_000
    assert released.card.metrics["test"].p50 > 0
    locator = open_city(released, CPU)
    assert (
        len(locator.views) == len(town.frames.of_split("train"))
        and len(released.card.input.crops) == 6
    )
    assert read_json(tmp_path / "live.json")["state"] == "done"


def test_its_views_are_told_apart_by_their_parts(trained):
    folder, town = trained
    locator = open_city(load(folder), CPU)
    train = town.frames.inputs(town.frames.of_split("train")[:3])
    assert locator.read(train[:, None]).rows[:, 0].tolist() == [0, 1, 2]
    assert len(locator.views.patches) == len(locator.views)


def test_views_are_described_anew_without_training(trained, tmp_path, capsys):
    folder, town = trained
    again = Path(shutil.copytree(folder, tmp_path / folder.name))
    known = load_file(folder / VIEWS)
    model = load(again)
    views = open_city(model, CPU).views
    model.with_views(replace(views, descriptors=views.descriptors.flip(0))).publish()
    asked = ["views", folder.name, "--data", town.root, "--checkpoints", tmp_path]
    assert main([*map(str, asked), "--device", "cpu"]) == 0
    found = load_file(again / VIEWS)
    assert torch.allclose(found["descriptors"], known["descriptors"], atol=0.01)
    model = load(again)
    released(again, model.network(), model.card).publish()
    assert main([*map(str, asked), "--device", "cpu"]) == 2
    assert "compares no views" in capsys.readouterr().err


def test_on_val_regions_hold_what_they_promise(trained):
    folder, town = trained
    scores = city.scores(open_city(load(folder), CPU), town, "val")
    assert scores["region50_coverage"] >= 0.5 and scores["region90_coverage"] >= 0.9
    assert 0 < scores["region50_km2"] <= scores["region90_km2"]


def test_shares_and_spreads_make_the_truth_likelier_than_the_network_alone(trained):
    folder, town = trained
    locator = open_city(load(folder), CPU)
    reading = city.read(locator, town, "val")
    rows = town.frames.table[town.frames.table.split == "val"]
    truth = locator.grid.cell_of(rows.lat, rows.lon)

    def told(how):
        mass = how.mix(locator.parts(reading, how))
        return np.log(mass[np.arange(len(truth)), truth] + 1e-12).mean()

    assert told(locator.card.mixture) >= told(mixture.Mixture.uncalibrated(locator.city.box))


def test_photos_from_elsewhere_are_told_apart_by_likeness(trained, tmp_path, capsys):
    folder, town = trained
    other = tiny.countries(tmp_path / "world")
    asked = ["calibrate", folder.name, "--data", town.root, "--checkpoints", folder.parent]
    assert main([*map(str, asked), "--elsewhere", str(other), "--device", "cpu"]) == 0
    assert "refused" in capsys.readouterr().out
    told = load(folder).card.calibration.ood
    assert told.elsewhere.name == "world"
    scores = load(folder).card.metrics["val"].ood
    assert scores.kept >= 0.9 and 0 <= scores.refused <= 1
    capsys.readouterr()
    assert main([*map(str, asked), "--device", "cpu"]) == 2
    assert "measured on photos of other places, world: give" in capsys.readouterr().err


def test_streets_that_are_none_are_refused(tmp_path):
    file = tmp_path / "streets.csv"
    for text in ("name\nMain Street\n", "lat,lon\n"):
        file.write_text(text)
        with pytest.raises(DataError, match="no CSV with lat and lon"):
            city.streets_of(file)
