"""What others add from outside the package: registered in one place, it works in all of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

import geoloc
from geoloc.cli import main as command
from geoloc.explain import Cam, Explainer, Reading, explainers, methods, register_method
from geoloc.models.registry import load_model
from geoloc.models.release import load, save
from geoloc.networks import Features, GeoNetwork, base, build, register
from geoloc.networks.model_summary import model_summary
from geoloc.photo import read_photo
from geoloc.results import as_csv
from geoloc.results.locate import Locator
from geoloc.tasks import base as tasks
from geoloc.tasks.country import CountryClassifier
from tests.geoloc import outside, small_models
from tests.training import tiny
from training.__main__ import main
from training.data import frames, sources
from training.tasks import base as training_tasks

SIZE = (96, 160)
RECIPE = """
title = "Mosaic"

[network]
name = "mosaic"
width = 6

[fit]
epochs = 1
batch = 16
"""


class Mosaic(GeoNetwork):
    """A network that is like none of the package's, made for photos of another size."""

    input_size = SIZE

    def __init__(self, outputs: int, width: int = 8) -> None:
        super().__init__()
        self.backbone = nn.Sequential(nn.Conv2d(3, width, 8, stride=8), nn.ReLU())
        self.head = nn.Linear(width, outputs)

    def features(self, x: Tensor) -> Features:
        tiles = self.backbone(x)
        embedding = tiles.mean(dim=(2, 3))
        return Features({"tiles": tiles}, self.head(embedding), embedding)


class Activity(Explainer):
    """How active a layer is, whatever the country."""

    name = "activity"
    title = "Activity"
    source = "nobody"
    says = "How active the layer is."
    by_country = False
    signed = False

    def read(self, batch: Tensor, classes: Sequence[int]) -> dict[str, Reading]:
        maps = self._features(batch).maps
        return {layer: Reading(values.detach().mean(dim=1)) for layer, values in maps.items()}


@pytest.fixture(scope="module", autouse=True)
def registered(tmp_path_factory) -> Iterator[None]:
    """All of them, for the tests of this file alone."""
    # What registers when it is asked for first shall stay registered afterwards.
    tasks.tasks()
    training_tasks.trainings()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(base, "_NETWORKS", dict(base._NETWORKS))
        patch.setattr(methods, "_METHODS", dict(methods._METHODS))
        patch.setattr(tasks, "_TASKS", dict(tasks._TASKS))
        patch.setattr(training_tasks, "_TRAININGS", dict(training_tasks._TRAININGS))
        patch.setattr(sources, "SOURCES", dict(sources.SOURCES))
        patch.setattr(frames, "CACHE", tmp_path_factory.mktemp("cache"))
        register("mosaic")(Mosaic)
        register_method(Activity)
        outside.register_all()
        yield


@pytest.fixture(scope="module")
def photos(tmp_path_factory) -> Path:
    return tiny.countries(tmp_path_factory.mktemp("countries"))


@pytest.fixture(scope="module")
def models(photos, tmp_path_factory) -> Path:
    """A folder of models into which commands trained the network and fitted its linear models."""
    folder = tmp_path_factory.mktemp("mosaic")
    (folder / "mosaic.toml").write_text(RECIPE)
    shared = ["--data", photos, "--checkpoints", folder / "models", "--device", "cpu"]
    train = ["country", "--recipe", folder / "mosaic.toml", "--runs", folder / "runs", *shared]
    assert main([str(word) for word in train]) == 0
    assert main([str(word) for word in ("probes", "mosaic", *shared)]) == 0
    return folder / "models"


@pytest.fixture(scope="module")
def model(models) -> CountryClassifier:
    return load_model(load(models / "mosaic"), torch.device("cpu"))


def explained(model: CountryClassifier, photo: Path) -> dict[str, tuple[Cam, ...]]:
    return {
        explainer.name: explainer.explain_layers(read_photo(photo), "FR")
        for explainer in explainers(model)
    }


def test_a_network_from_outside_is_trained_published_and_answers(model, photos):
    assert isinstance(model.network, Mosaic) and model.network.head.out_features == 6
    assert model.checkpoint.card.network.name == "mosaic"
    (answer,) = model.predict([read_photo(photos / "FR-test-0.png")])
    assert set(answer.codes) == set(tiny.CODES) and sum(answer.probabilities) == pytest.approx(1)


def test_every_method_that_fits_explains_it(model, photos):
    cams = explained(model, photos / "FR-test-0.png")
    assert list(cams) == ["probes", "last_block", "grad_cam", "activity"]
    for (cam,) in cams.values():
        assert cam.layer == "tiles" and cam.values.shape == (15, 30)
        assert np.isfinite(cam.values).all() and cam.values.std() > 0


def test_a_method_from_outside_explains_networks_of_the_package(tmp_path, photos):
    released = save(tmp_path, small_models.network(), small_models.country_card())
    cams = explained(CountryClassifier(released, torch.device("cpu")), photos / "FR-test-0.png")
    assert [cam.values.shape for cam in cams["activity"]] == [(5, 10), (2, 5)]


def test_its_stages_are_shown_at_the_size_it_was_made_for():
    stages = model_summary("mosaic", {"outputs": 6})
    assert stages[0].shape == (3, *SIZE) and stages[-1].shape == (6,)


@pytest.fixture(scope="module")
def alps(tmp_path_factory) -> Path:
    """A folder of models into which a task from outside was trained, by a reader from outside."""
    folder = tmp_path_factory.mktemp("alps")
    outside.train(outside.listing(folder / "photos"), folder)
    return folder


def test_a_reader_from_outside_is_recognised_by_what_lies_there(alps):
    data = outside.data(alps / "photos")
    assert data.source == "listing" and set(data.frames.table.country) == set(tiny.CODES)


def test_a_task_from_outside_is_trained_published_and_answers(alps):
    model = geoloc.load("alps", folder=alps / "models", device=torch.device("cpu"))
    assert geoloc.list_models("alpine", folder=alps / "models") == ["alps"]
    assert isinstance(model, outside.AlpineModel) and model.checkpoint.card.threshold == 0.5
    guess = model.predict(alps / "photos" / "FR-test-0.png")
    assert guess.to_dict() == {"alpine": guess.share > 0.5, "share": guess.share}


def test_its_scores_are_measured_and_stand_in_its_card(alps, capsys):
    again = ["evaluate", "alps", "--checkpoints", alps / "models", "--data", alps / "photos"]
    assert main([str(word) for word in (*again, "--split", "val", "--device", "cpu")]) == 0
    assert "right 0." in capsys.readouterr().out


def test_its_answers_are_shown_and_kept_as_those_of_any_task(alps, capsys):
    photo, models = str(alps / "photos" / "FR-test-0.png"), str(alps / "models")
    assert command(["models", "list", "--checkpoints", models]) == 0
    assert command(["locate", photo, "--checkpoints", models]) == 0
    assert command(["locate", photo, "--checkpoints", models, "--json"]) == 0
    listed, *table, line = capsys.readouterr().out.splitlines()
    assert listed.split() == ["alps", "alpine", "Alps"]
    assert "  alpine, by alps" in table
    assert json.loads(line)["alpine"]["alps"].keys() == {"alpine", "share"}
    columns = as_csv([Locator(alps / "models").locate([photo])]).decode().splitlines()[0]
    assert {"alpine", "alpine_share"} <= set(columns.split(","))


def test_what_it_has_no_maps_for_is_said(alps):
    model = geoloc.load("alps", folder=alps / "models", device=torch.device("cpu"))
    with pytest.raises(geoloc.GeolocError, match="alps has no maps: no method"):
        geoloc.explain(model, alps / "photos" / "FR-test-0.png")


def test_a_name_stands_for_one_thing_only():
    with pytest.raises(ValueError, match="a network named 'cnn' already"):
        register("cnn")(Mosaic)
    with pytest.raises(ValueError, match="a network named 'mosaic' already"):
        register("mosaic")(type("Other", (Mosaic,), {}))
    with pytest.raises(ValueError, match="a method named 'grad_cam' already"):
        register_method(type("Other", (Activity,), {"name": "grad_cam"}))
    with pytest.raises(ValueError, match="a task named 'country' already"):
        tasks.register_task("country")(outside.AlpineTask)
    with pytest.raises(ValueError, match="a task named 'city' already"):
        training_tasks.register_training("city")(outside.AlpineTraining)
    with pytest.raises(ValueError, match="a reader named 'csv' already"):
        sources.register_source("csv", sources.SOURCES["listing"])
    assert isinstance(build("cnn", outputs=2, width=4), GeoNetwork)
