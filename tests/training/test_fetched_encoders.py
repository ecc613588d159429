"""Encoders fetched from a hub as backbones, by command: a small random one stands in for each."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from safetensors.torch import load_file

from geoloc import settings
from geoloc.models.hub import store
from geoloc.models.release import WEIGHTS, load
from geoloc.networks.vision import torchvision  # noqa: F401 - which transformers imports later
from tests.training import tiny
from training import data as datasets
from training.__main__ import main
from training.loop import recipe

stand_in = pytest.importorskip("tests.geoloc.models.hub.stand_in", reason="needs transformers")


def fetch(name: str, folder: Path) -> None:
    """Put a stand-in where `geoloc models get` puts a model."""
    place = shutil.copytree(folder, store.folder_of(name))
    files = store.described(place)
    known = {"repo": folder.name, "revision": "1", "licence": "none", "on": date(2026, 1, 1)}
    store.record(place, store.Fetched(name=name, files=files, **known))


@pytest.fixture
def fetched(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "FETCHED", tmp_path / "fetched")
    fetch("streetclip", stand_in.clip(tmp_path / "hub"))
    fetch("siglip2", stand_in.siglip(tmp_path / "hub"))
    fetch("dinov3", stand_in.dino(tmp_path / "hub"))


def train(task: str, data: Path, folder: Path, *more: str) -> int:
    places = ["--data", data, "--checkpoints", folder / "models", "--runs", folder / "runs"]
    return main([task, *map(str, places), "--device", "cpu", *more])


def small(name: str, folder: Path) -> str:
    """A recipe of this package for the stand-ins' small pictures, which any CPU bears."""
    text = (recipe.FOLDER / f"{name}.toml").read_text()
    path = folder / f"{name}.toml"
    path.write_text(text.replace("336", "56").replace("224\n", "56\n"))
    return str(path)


def test_a_head_on_streetclip_is_trained_published_and_served(fetched, tmp_path, capsys):
    root = tiny.countries(tmp_path / "countries", codes=("DE", "FR", "IT"))
    assert train("country", root, tmp_path, "--recipe", small("streetclip-head", tmp_path)) == 0
    model = load(tmp_path / "models" / "streetclip-head")
    assert model.card.input.spec.standardises and model.card.input.method == "centre"
    assert set(load_file(model.folder / WEIGHTS)) == {"head.1.weight", "head.1.bias"}
    assert model.country_card.metrics["val"].top1 > 0.5
    evaluate = ["evaluate", "streetclip-head", "--checkpoints", str(tmp_path / "models")]
    assert main([*evaluate, "--data", str(root.parent), "--split", "val", "--device", "cpu"]) == 0
    other = tiny.countries(tmp_path / "other", codes=("DE", "FR"))
    assert main([*evaluate, "--on", str(other), "--device", "cpu"]) == 0
    assert "photos a second" in capsys.readouterr().out
    # Embeddings lie beside the frames; nothing of them is in the model or the run.
    frames = datasets.look(root, spec=model.card.input.spec).frames
    assert frames.place and list(frames.place.glob("embeddings-*.safetensors"))


@pytest.mark.parametrize("name", ["siglip2-head", "dinov3-head"])
def test_a_head_on_other_encoders_places_photos_in_a_city(fetched, tmp_path, name):
    root = tiny.town(tmp_path / "town", photos=24)
    more = ["--recipe", small(name, tmp_path), "--city", "town", "--name", "town"]
    assert train("city", root, tmp_path, *more) == 0
    model = load(tmp_path / "models" / "town")
    assert model.city_card.metrics["val"].photos == 4


def test_low_ranks_are_tuned_in_a_fetched_encoder(fetched, tmp_path):
    root = tiny.countries(tmp_path / "countries", codes=("DE", "FR"))
    path = Path(small("streetclip-lora", tmp_path))
    path.write_text(path.read_text().replace("epochs = 4", "epochs = 1"))
    assert train("country", root, tmp_path, "--recipe", str(path)) == 0
    stored = load_file(tmp_path / "models" / "streetclip-lora" / WEIGHTS)
    assert any(name.endswith(".up") for name in stored) and "head.1.weight" in stored
    assert all(name.startswith("head.") or name.endswith((".up", ".down")) for name in stored)


def test_an_encoder_that_was_not_fetched_or_not_prepared_for_is_said(fetched, tmp_path, capsys):
    root = tiny.countries(tmp_path / "countries", codes=("DE", "FR"))
    path = Path(small("streetclip-head", tmp_path))
    text = path.read_text()
    path.write_text(text.replace('"streetclip"', '"other"'))
    assert train("country", root, tmp_path, "--recipe", str(path)) == 2
    assert "geoloc models get other" in capsys.readouterr().err
    bare = text[: text.index("[input]")] + "[fit]\nepochs = 1\n"
    path.write_text(bare)
    assert train("country", root, tmp_path, "--recipe", str(path)) == 2
    said = capsys.readouterr().err
    assert "has no mean and std" in said and "crop = 'centre'" in said
