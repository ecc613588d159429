"""What a training tells while it goes on, and the models that it hands out early."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from geoloc.files import read_json
from geoloc.geo import haversine_m
from geoloc.models.release import load
from pages.jobs import survey
from pages.jobs.collection import Kept
from tests.training import tiny
from training.__main__ import main
from training.data import sources
from training.loop import progress
from training.loop.fit import FitResult
from training.loop.progress import Live, followed, middle_m, note


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "progress.json"


def row(epoch: int, loss: float, metres: float) -> dict[str, float]:
    return {"epoch": epoch, "val_loss": loss, "val_median_m": metres, "seconds": 2.0}


def published(file: Path, rows: list[dict[str, float]], **chosen: Any) -> list[int]:
    """The epochs whose models are published as these rows come."""
    runs: list[FitResult] = []
    live = Live(file, epochs=10, middle_m=500.0, publish=runs.append, **chosen)
    for epoch in rows:
        live.epoch(epoch, torch.nn.Linear(1, 1))
    return [run.best for run in runs]


def test_a_model_is_handed_out_once_it_beats_the_middle_and_no_earlier_one_was_better(
    file, monkeypatch
):
    monkeypatch.setattr(progress, "PUBLISH_SECONDS", 0.0)
    rows = [row(1, 0.9, 600), row(2, 0.8, 400), row(3, 0.85, 300), row(4, 0.7, 350)]
    assert published(file, rows) == [2, 4]
    assert read_json(file)["published"] == 4


def test_models_are_not_handed_out_all_the_time(file):
    rows = [row(epoch, 1 / epoch, 100) for epoch in range(1, 6)]
    assert published(file, rows) == [1]


def test_the_file_tells_the_epochs_and_the_time_that_is_left(file):
    published(file, [row(1, 0.9, 600), row(2, 0.8, 550)])
    told = read_json(file)
    assert (told["phase"], told["epochs"], told["middle_m"]) == ("training", 10, 500.0)
    assert [epoch["epoch"] for epoch in told["rows"]] == [1, 2]
    assert told["seconds_left"] == 16.0


def test_a_training_that_goes_on_keeps_the_epochs_before_and_does_not_fall_behind_them(
    file, monkeypatch
):
    monkeypatch.setattr(progress, "PUBLISH_SECONDS", 0.0)
    published(file, [row(1, 0.9, 400), row(2, 0.5, 300), row(3, 0.6, 310)])
    # Killed before it was saved, the third epoch comes again.
    assert published(file, [row(3, 0.6, 310), row(4, 0.4, 200)]) == [4]
    assert [epoch["epoch"] for epoch in read_json(file)["rows"]] == [1, 2, 3, 4]


def test_the_model_that_is_handed_out_is_a_copy(file):
    network, runs = torch.nn.Linear(1, 1), []
    Live(file, 10, 500.0, runs.append).epoch(row(1, 0.5, 300), network)
    before = runs[0].network.weight.clone()
    with torch.no_grad():
        network.weight += 1
    assert torch.equal(runs[0].network.weight, before) and not runs[0].network.training
    assert network.training


FAILURES = [
    (ValueError("No photo is left in val."), "No photo is left in val."),
    (RuntimeError("secret"), "Something unforeseen"),
]


@pytest.mark.parametrize(("error", "says"), FAILURES)
def test_a_failure_is_written_down_and_goes_on_its_way(file, error, says):
    with pytest.raises(type(error)), followed(file, ValueError):
        assert read_json(file)["phase"] == "reading"
        raise error
    told = read_json(file)
    assert told["state"] == "failed" and told["message"].startswith(says)


def test_without_a_file_nothing_is_written(tmp_path):
    with pytest.raises(ValueError), followed(None, ValueError):
        raise ValueError
    assert list(tmp_path.iterdir()) == []


def test_telling_more_keeps_what_was_told(file):
    note(file, phase="reading", epochs=3)
    note(file, phase="training")
    assert read_json(file) == {"phase": "training", "epochs": 3}


def test_the_middle_is_that_of_the_training_photos(town):
    table = town.frames.table
    metres = middle_m(town.frames)
    assert 500 < metres < haversine_m(tiny.TOWN.box.center, tiny.TOWN.box.denormalise(1, 1))
    assert (table.split == "val").sum() == 12


def test_the_command_tells_how_it_goes_and_measures_the_last_model_on_test(town, tmp_path, file):
    told = ["--data", town.root, "--recipe", tiny.recipe(tmp_path, 5, 8, 1e-2), "--city", "town"]
    places = ["--checkpoints", tmp_path / "models", "--runs", tmp_path / "runs", "--live", file]
    command = ["city", *told, *places, "--device", "cpu"]
    assert main(list(map(str, command))) == 0
    card = load(tmp_path / "models" / "town-cnn").card
    said = read_json(file)
    assert (said["state"], said["published"]) == ("done", card.best_epoch)
    assert said["rows"] == list(card.curves) and len(said["rows"]) == 5
    assert set(card.metrics) == {"val", "test"}


def test_the_command_tells_why_it_cannot_train(tmp_path, file):
    (tmp_path / "empty").mkdir()
    command = ["city", "--data", tmp_path / "empty", "--city", "town", "--live", file]
    assert main(list(map(str, command))) == 2
    told = read_json(file)
    assert told["state"] == "failed" and "No data set was recognised" in told["message"]


def test_the_table_that_a_visitor_saw_is_the_table_that_is_trained_on(town, tmp_path):
    table = town.frames.table
    photos = []
    for number, (path, lat, lon) in enumerate(table[["path", "lat", "lon"]].itertuples(False)):
        name = f"{number:05d}.jpg"
        (tmp_path / name).write_bytes(Path(path).read_bytes())
        photos.append(Kept(name, name, lat, lon, 90.0 if number else None, str(number), ""))
    found = survey(photos)
    found.write_table(tmp_path)
    read = sources.read("csv", tmp_path).table
    assert len(read) == len(photos) == 72
    assert read.split.tolist() == list(found.splits)
    assert read.lat.tolist() == pytest.approx([photo.lat for photo in photos])
    assert read.heading.isna().sum() == 1
