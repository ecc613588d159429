"""Tiny data sets and the models trained on them, made once for all tests of `training`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from geoloc.models.release import Release
from geoloc.networks import build
from tests.training import tiny
from training import data
from training.card import card_of
from training.data import Data, frames
from training.loop import recipe
from training.loop.fit import Trainer
from training.release import publish
from training.tasks.base import Objective
from training.tasks.tasks import Countries, Position

CPU = torch.device("cpu")


@pytest.fixture(scope="session", autouse=True)
def caches_of_tests(tmp_path_factory) -> Iterator[None]:
    """Keeps the frames of test photos out of the project's own cache."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(frames, "CACHE", tmp_path_factory.mktemp("cache"))
        yield


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> Iterator[None]:
    """Sums in one order, here and in other processes, and no quarrel over few cores."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def countries(tmp_path_factory) -> Data:
    return data.load(tiny.countries(tmp_path_factory.mktemp("sets") / "countries"))


@pytest.fixture(scope="session")
def town(tmp_path_factory) -> Data:
    return data.load(tiny.town(tmp_path_factory.mktemp("sets") / "town"))


@pytest.fixture(scope="session")
def country_model(countries, tmp_path_factory) -> Release:
    """A CNN of countries, trained and published; not to be written to."""
    models = tmp_path_factory.mktemp("models")
    task = Countries.of(countries.frames.table)
    return _trained(models / "tiny", countries, task, tiny.recipe(models, epochs=6))


@pytest.fixture(scope="session")
def city_model(town, tmp_path_factory) -> Release:
    """A CNN of positions, trained and published; not to be written to."""
    models = tmp_path_factory.mktemp("models")
    chosen = tiny.recipe(models, epochs=12, batch=8, rate=5e-3)
    return _trained(models / "town-tiny", town, Position(tiny.TOWN), chosen)


def _trained(folder: Path, data: Data, task: Objective, path: Path) -> Release:
    chosen = recipe.load(str(path))
    torch.manual_seed(0)
    network = build("cnn", outputs=task.outputs, width=4, dropout=0.0)
    run = Trainer(task, network, data.frames, chosen, folder.parent / "run", CPU).run()
    card = card_of(folder.name, chosen, task, run, data, "cpu")
    return publish(folder, run, card, data, CPU)
