"""`geoloc locate`: the command, as a person and as a program would use it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from geoloc import gallery, models
from geoloc.cli import main
from tests.geoloc.bad_files import BAD_FILES, BROKEN_EXIF, saved, street


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "street.jpg"
    path.write_bytes(gallery.entries()[0].read())
    return path


def locate(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str]:
    code = main(["locate", *map(str, arguments)])
    return code, capsys.readouterr().out


def test_a_photo_gets_one_json_line_with_every_country_in_descending_order(photo, capsys):
    code, out = locate(capsys, "--json", photo)
    (answer,) = map(json.loads, out.splitlines())
    assert code == 0
    assert answer["photo"] == str(photo) and answer["error"] is None and answer["exif"] is None
    assert answer["countries"].keys() == {c.name for c in models.of_task("country")}
    for checkpoint in models.of_task("country"):
        said = answer["countries"][checkpoint.name]
        assert {line["code"] for line in said} == set(checkpoint.classes)
        chances = [line["p"] for line in said]
        assert chances == sorted(chances, reverse=True)
        assert sum(chances) == pytest.approx(1, abs=1e-4)


def test_each_city_pin_lies_in_the_box_of_the_model_it_names(photo, capsys):
    _, out = locate(capsys, "--json", photo)
    pins = json.loads(out)["cities"]
    by_name = {c.name: c for c in models.of_task("city")}
    assert {"pittsburgh", "cambridge"} <= pins.keys()
    for city, pin in pins.items():
        place = by_name[pin["model"]].city
        assert place.name == city
        assert place.box.south <= pin["lat"] <= place.box.north
        assert place.box.west <= pin["lon"] <= place.box.east


def test_time_is_told_for_reading_and_for_each_model(photo, capsys):
    _, out = locate(capsys, "--json", photo)
    assert json.loads(out)["ms"].keys() == {"read"} | {c.name for c in models.available()[0]}


def test_the_table_names_the_countries_and_the_pins(photo, capsys):
    code, out = locate(capsys, photo)
    assert code == 0
    assert "if it is in Pittsburgh" in out and "if it is in Cambridge" in out
    assert out.count("%") >= 10


@pytest.mark.parametrize("case", BAD_FILES.values(), ids=BAD_FILES.keys())
def test_a_file_that_is_no_photo_gets_a_sentence_and_the_others_are_answered(
    case, photo, tmp_path, capsys
):
    bad = tmp_path / f"bad-{case.filename}"
    bad.write_bytes(case.data)
    code, out = locate(capsys, "--json", bad, photo)
    failed, answered = map(json.loads, out.splitlines())
    assert code == 2
    assert case.says in failed["error"]
    assert failed["countries"] is failed["cities"] is failed["exif"] is failed["ms"] is None
    assert answered["error"] is None and answered["countries"]


def test_a_photo_with_broken_exif_is_answered_and_its_damage_told(tmp_path, capsys):
    path = tmp_path / "damaged.jpg"
    path.write_bytes(BROKEN_EXIF.data)
    code, out = locate(capsys, "--json", path)
    answer = json.loads(out)
    assert code == 2
    assert answer["error"] is None and answer["countries"]
    assert any("EXIF" in warning for warning in answer["warnings"])


def test_a_missing_file_is_told_by_a_sentence(tmp_path, capsys):
    code, out = locate(capsys, tmp_path / "nowhere.jpg")
    assert code == 2 and "There is no such file" in out


def test_a_photo_s_own_position_is_passed_on(tmp_path, capsys):
    image = street()
    exif = image.getexif()
    exif.get_ifd(0x8825).update({1: "N", 2: (40.0, 26.0, 30.0), 3: "W", 4: (80.0, 0.0, 0.0)})
    path = tmp_path / "tagged.jpg"
    path.write_bytes(saved(image, "JPEG", exif=exif))
    _, out = locate(capsys, "--json", path)
    assert json.loads(out)["exif"] == pytest.approx({"lat": 40.441667, "lon": -80.0}, abs=1e-5)


def test_without_a_model_the_sentence_says_how_to_get_one(tmp_path, capsys):
    assert main(["locate", "--checkpoints", str(tmp_path), "any.jpg"]) == 2
    assert "python -m training country" in capsys.readouterr().err
