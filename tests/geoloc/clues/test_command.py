"""`geoloc locate --clues`, and what somebody reads in the photo and types."""

import json
import sys
from pathlib import Path

import pytest
from PIL import Image

from geoloc.cli import main
from geoloc.clues import reader
from geoloc.models.release import save
from tests.geoloc import small_models as small
from tests.geoloc.clues.signs import pixels


@pytest.fixture(scope="module")
def shelf(tmp_path_factory) -> Path:
    """One small country model."""
    folder = tmp_path_factory.mktemp("shelf")
    save(folder / "ant", small.network(), small.country_card(name="ant"))
    return folder


@pytest.fixture(scope="module")
def irish(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("photos") / "sign.png"
    Image.fromarray(pixels("Killorglin", "12 km")).save(path)
    return path


@pytest.fixture
def extra():
    pytest.importorskip("rapidocr", reason="needs the extra `signs`")


def locate(capsys, *arguments) -> tuple[int, dict]:
    code = main(["locate", "--json", *map(str, arguments)])
    return code, json.loads(capsys.readouterr().out)


@pytest.mark.usefixtures("extra")
def test_clues_are_told_beside_the_networks_answer_and_joined_with_it(shelf, irish, capsys):
    code, plain = locate(capsys, "--checkpoints", shelf, irish)
    again, answer = locate(capsys, "--checkpoints", shelf, "--clues", irish)
    assert code == again == 0
    assert "clues" not in plain
    assert answer["countries"] == plain["countries"]
    assert answer["clues"]["found"][0]["reason"] == (
        "place name (killorglin): Ireland 40 times likelier"
    )
    assert len(answer["clues"]["found"][0]["box"]) == 4
    before = {line["code"]: line["p"] for line in answer["countries"]["ant"]}
    after = {line["code"]: line["p"] for line in answer["clues"]["countries"]["ant"]}
    assert after["IE"] > before.get("IE", 0)
    assert answer["ms"].keys() == {"read", "signs", "ant"}


@pytest.mark.usefixtures("extra")
def test_the_table_tells_clues_in_words(shelf, irish, capsys):
    assert main(["locate", "--checkpoints", str(shelf), "--clues", str(irish)]) == 0
    out = capsys.readouterr().out
    assert "place name (killorglin): Ireland 40 times likelier" in out
    assert "country, by ant with these clues" in out


@pytest.mark.usefixtures("extra")
def test_a_photo_without_text_is_answered_as_before(shelf, tmp_path, capsys):
    wall = tmp_path / "wall.png"
    Image.new("RGB", (400, 300), (90, 90, 90)).save(wall)
    _, answer = locate(capsys, "--checkpoints", shelf, "--clues", wall)
    assert answer["clues"] == {"found": [], "countries": answer["countries"]}


@pytest.mark.usefixtures("extra")
@pytest.mark.parametrize(
    ("typed", "kind", "country"),
    [
        (["--reads", "Killorglin"], "place", "IE"),
        (["--drives", "left"], "driving", "GB"),
        (["--sun", "north"], "sun", "AU"),
    ],
)
def test_what_somebody_sees_is_a_clue_without_reading(
    shelf, irish, capsys, monkeypatch, typed, kind, country
):
    monkeypatch.setattr("geoloc.results.locate.read_text", None)
    code, answer = locate(capsys, "--checkpoints", shelf, *typed, irish)
    (clue,) = answer["clues"]["found"]
    assert code == 0
    assert clue["kind"] == kind
    assert clue["likelihoods"][country] > 10
    assert clue["box"] is None


def test_without_the_extra_the_command_says_what_to_install(shelf, irish, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    reader._reader.cache_clear()
    assert main(["locate", "--checkpoints", str(shelf), "--clues", str(irish)]) == 2
    assert 'pip install "where-am-i[signs]"' in capsys.readouterr().err
    reader._reader.cache_clear()
