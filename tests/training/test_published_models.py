"""Published models on a user's own photos, by command: calibrated, measured, explained."""

from __future__ import annotations

from pathlib import Path

import pytest

import geoloc
from geoloc import settings
from geoloc.networks.vision import torchvision  # noqa: F401 - which transformers imports later
from tests.geoloc import small_models as small
from tests.training import tiny
from training.__main__ import main

stand_in = pytest.importorskip("tests.geoloc.models.hub.stand_in", reason="needs transformers")


@pytest.fixture
def hub(tmp_path, monkeypatch) -> Path:
    monkeypatch.setattr(settings, "FETCHED", tmp_path / "fetched")
    return tmp_path / "hub"


def run(command: str, name: str, data: Path, *more: str) -> int:
    return main([command, name, "--data", str(data), "--device", "cpu", *more])


def measured_on(folder: Path, name: str) -> int:
    return main(["evaluate", name, "--on", str(folder), "--device", "cpu"])


def test_a_zero_shot_model_is_calibrated_measured_and_explained_on_any_labelled_folder(
    hub, tmp_path, capsys
):
    from geoloc.models.hub import models

    stand_in.clip(hub)
    models.get("streetclip", lambda _offer: True, hub)
    root = tiny.countries(tmp_path / "countries", codes=("DE", "FR", "IT"))
    assert run("calibrate", "streetclip", root) == 0
    model = geoloc.load("streetclip")
    calibration = model.card.calibration
    assert calibration.on == "val" and model.problem is None
    assert model.predict(small.photos(1)[0]).likely is not None
    # What the folder shows often is likelier than what it never shows.
    bias = dict(zip(model.classes, calibration.bias, strict=True))
    assert bias["FR"] >= bias["DE"] > bias["JP"]
    assert run("evaluate", "streetclip", root, "--split", "val") == 0
    assert measured_on(tiny.countries(tmp_path / "other", codes=("DE", "FR")), "streetclip") == 0
    assert "photos a second, from file to answer" in capsys.readouterr().out
    assert run("explain", "streetclip", root, "--photos", "2") == 0
    measured = {method for method, _layer in geoloc.load("streetclip").card.records}
    assert {"gradient_attention", "occlusion"} <= measured


def test_a_gallery_of_the_world_gets_regions_from_photos_with_positions(
    hub, tmp_path, monkeypatch, capsys
):
    from geoloc.models.hub import models

    stand_in.geoclip_trunk(hub)
    middle = tiny.TOWN.box.center
    places = [(middle.lat + step, middle.lon) for step in (-0.005, 0.0, 0.005)]
    stand_in.few_positions(monkeypatch, places)
    models.get("geoclip", lambda _offer: True, hub)
    assert run("calibrate", "geoclip", tiny.town(tmp_path / "town")) == 0
    model = geoloc.load("geoclip")
    assert set(model.predict(small.photos(1)[0]).regions) == {50, 90} and model.problem is None
    assert measured_on(tiny.town(tmp_path / "other", photos=12), "geoclip") == 0
    assert "geo_score" in capsys.readouterr().out
