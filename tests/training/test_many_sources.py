"""A model for photos of many sources: trained, calibrated, judged and measured, as it is typed."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from geoloc.models.registry import load_model
from geoloc.models.release import OOD, load
from geoloc.photo import read_photo
from geoloc.verdict import VERDICTS
from tests.training import tiny
from training import no_street
from training.__main__ import main

RECIPE = """
title = "Many"
[network]
name = "pretrained"
backbone = "test_efficientnet"
[input]
crop = "square"
height = 64
width = 64
[fit]
epochs = 1
batch = 16
progressive_resizing = 0.5
progressive_resizing_until = 1.0
[cameras]
leaning = 0.5
soft = 0.5
compression = 0.5
[sampling]
photos = 48
source_power = 0.5
[selection]
unseen = ["c"]
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    """The tiny countries as of three sources, whose last test photos are a source of their own."""
    root = tiny.countries(tmp_path_factory.mktemp("many") / "countries")
    table = pd.read_csv(root / "photos.csv")
    table["source"] = ["abc"[number % 3] for number in range(len(table))]
    last = (table.split == "test") & table.group.str.endswith("1")
    table.loc[last, ["source", "split"]] = ["d", "elsewhere"]
    table.to_csv(root / "photos.csv", index=False)
    return root


@pytest.fixture(scope="module")
def folder(data, tmp_path_factory) -> Path:
    """Where the model was trained and its detector fitted."""
    folder = tmp_path_factory.mktemp("models")
    (folder / "many.toml").write_text(RECIPE)
    where = ["--data", data, "--checkpoints", folder, "--device", "cpu"]
    recipe = ["--recipe", folder / "many.toml", "--runs", folder / "runs"]
    assert run("country", *where, *recipe) == 0
    assert run("ood", "many", *where) == 0
    return folder


def run(*arguments: object) -> int:
    return main([*map(str, arguments)])


def test_the_card_says_what_was_learnt_from_and_what_was_kept_unseen(folder):
    card = load(folder / "many").card
    assert card.input.spec.size == (64, 64) and card.recipe.sampling["photos"] == 48
    assert "c" not in card.data.sources["train"] and card.data.photos["elsewhere"] == 12
    assert card.calibration.sources == card.data.selection.unseen == ("c",)
    assert card.metrics["val"].verdicts and "c" in card.metrics["val"].sources
    assert sum(card.data.plan.values()) == pytest.approx(48, abs=0.1)


def test_the_model_tells_pages_from_streets_and_has_a_verdict_for_each(folder, data):
    model = load_model(load(folder / "many"))
    assert (folder / "many" / OOD).is_file() and model.card.calibration.ood.found > 0.5
    (answer,) = model.predict([read_photo(data / "FR-test-0.png")])
    assert answer.verdict in VERDICTS
    assert answer.ood.threshold == model.card.calibration.ood.threshold
    assert set(model.card.calibration.ood.by_kind) == set(no_street.KINDS)


def test_what_was_measured_holds_on_each_split_and_elsewhere(folder, data, capsys):
    told = ["many", "--data", data, "--checkpoints", folder, "--device", "cpu"]
    assert run("evaluate", *told, "--split", "test", "elsewhere", "--write") == 0
    assert run("evaluate", *told, "--split", "val", "test", "elsewhere") == 0
    assert load(folder / "many").card.metrics["elsewhere"].sources.keys() == {"few"}


def test_a_new_calibration_keeps_what_no_street_is(folder, data):
    before = load(folder / "many").card.calibration
    told = ["--data", data, "--checkpoints", folder, "--device", "cpu"]
    assert run("calibrate", "many", *told) == 0
    after = load(folder / "many")
    assert after.card.calibration == before and after.ood_detector() is not None
