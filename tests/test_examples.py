"""The examples do what they say, offline."""

from __future__ import annotations

import csv
import re
import shutil
import socket
from pathlib import Path

import pytest

from examples import cam_figures, folder, quickstart, your_city
from geoloc.settings import CHECKPOINTS, PROJECT
from pages import gallery
from tests.training import tiny


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object) -> None:
        raise OSError("offline")

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.fixture
def street(tmp_path: Path) -> Path:
    file = tmp_path / "photos" / "street.jpg"
    file.parent.mkdir()
    file.write_bytes(gallery.entries()[0].read())
    return file


def test_quickstart_names_five_countries_and_a_pin_a_city_model(street, capsys):
    quickstart.main(str(street))
    lines = capsys.readouterr().out.splitlines()
    assert all(re.fullmatch(r" *\d+\.\d%  \S.*", line) for line in lines[:5])
    assert {line.split(",")[0].removeprefix("in ") for line in lines[5:]} >= {"Cambridge"}


def test_folder_answers_every_photo_and_says_of_a_broken_one_what_is_wrong(street, tmp_path):
    (street.parent / "broken.jpg").write_bytes(street.read_bytes()[:500])
    (street.parent / "notes.txt").write_text("no photo")
    folder.main(str(street.parent), str(tmp_path / "answers.csv"))
    with (tmp_path / "answers.csv").open(newline="", encoding="utf-8") as stream:
        broken, answered = csv.DictReader(stream)
    assert (broken["file"], broken["country"]) == ("broken.jpg", "") and broken["problem"]
    assert answered["file"] == "street.jpg" and 0 < float(answered["probability"]) <= 1


def test_cam_figures_draws_every_method_that_fits(street, tmp_path):
    cam_figures.main(str(street), "IT", str(tmp_path / "cams"))
    drawn = {file.name for file in (tmp_path / "cams").iterdir()}
    assert {"IT-probes-conv_2.png", "IT-grad_cam-conv_3.png"} <= drawn


def test_your_city_trains_a_model_that_pins(tmp_path, capsys):
    photos, models = tmp_path / "photos", tmp_path / "models"
    tiny.town(photos, photos=36)
    shutil.copytree(CHECKPOINTS / "trunks", models / "trunks")
    your_city.main(str(photos), "town", models, tmp_path / "runs")
    said = capsys.readouterr().out
    assert re.search(r"within [\d,]+ m of their pins", said)
    assert re.search(r"0\.png: 48\.8\d+, 2\.3\d+", said)


def test_every_example_has_a_test_and_a_line_in_the_documentation():
    said = (PROJECT / "docs" / "examples.md").read_text(encoding="utf-8")
    tested = {module.__name__ for module in (cam_figures, folder, quickstart, your_city)}
    for file in (PROJECT / "examples").glob("*.py"):
        assert f"examples.{file.stem}" in tested
        assert f"python -m examples.{file.stem} " in said
