"""`geoloc locate`: the command, as a person and as a program would use it."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from geoloc import cli
from geoloc.cli import main
from geoloc.models import registry
from geoloc.models.hub.catalogue import catalogue
from geoloc.models.registry import load_model
from geoloc.models.release import CARD, WEIGHTS, load, save
from geoloc.photo import read_photo
from geoloc.settings import PROJECT
from pages import gallery
from tests.geoloc import small_models as small
from tests.geoloc.bad_files import BAD_FILES, BROKEN_EXIF, saved, street
from tests.geoloc.photo_files import (
    ASCII,
    GPS,
    MAIN,
    RATIONAL,
    SHORT,
    SHOT,
    SYDNEY,
    exif_block,
    position_tags,
    with_xmp,
)


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
    assert answer["countries"].keys() == {c.name for c in registry.of_task("country")}
    for checkpoint in registry.of_task("country"):
        said = answer["countries"][checkpoint.name]
        assert {line["code"] for line in said} == set(checkpoint.classes)
        chances = [line["p"] for line in said]
        assert chances == sorted(chances, reverse=True)
        assert sum(chances) == pytest.approx(1, abs=1e-4)


def test_each_city_pin_lies_in_the_box_of_the_model_it_names(photo, capsys):
    _, out = locate(capsys, "--json", photo)
    pins = json.loads(out)["cities"]
    by_name = {c.name: c for c in registry.of_task("city")}
    assert {"pittsburgh", "cambridge"} <= pins.keys()
    for city, pin in pins.items():
        place = by_name[pin["model"]].city
        assert place.name == city
        assert place.box.south <= pin["lat"] <= place.box.north
        assert place.box.west <= pin["lon"] <= place.box.east


def test_time_is_told_for_reading_and_for_each_model(shelf, photo, capsys):
    _, out = locate(capsys, "--json", "--checkpoints", shelf, photo)
    assert json.loads(out)["ms"].keys() == {"read", "ant", "bee", "town", "ensemble"}


def test_the_table_names_the_countries_and_the_pins(photo, capsys):
    code, out = locate(capsys, photo)
    assert code == 0
    assert "if it is in Pittsburgh" in out and "if it is in Cambridge" in out
    assert out.count("%") >= 10


def test_without_a_model_the_sentence_says_how_to_get_one(tmp_path, capsys):
    assert main(["locate", "--checkpoints", str(tmp_path), "any.jpg"]) == 2
    assert "python -m training country" in capsys.readouterr().err


@pytest.fixture(scope="module")
def shelf(tmp_path_factory) -> Path:
    """Two small country models, their ensemble, and a city model."""
    folder = tmp_path_factory.mktemp("shelf")
    for name, temperature in (("ant", 0.05), ("bee", 0.1)):
        card = small.country_card(name=name, calibration={"temperature": temperature})
        save(folder / name, small.network(), card)
    save(folder / "town", small.network(outputs=2), small.city_card(name="town"))
    together = {"gamma": 0.5, "prior": [0.4, 0.3, 0.2, 0.1], "conformal_threshold": 0.9}
    card = small.ensemble_card({"ant": 0.5, "bee": 0.5}, calibration={"multi_view": together})
    save(folder / "ensemble", None, card)
    return folder


@pytest.fixture(scope="module")
def views(tmp_path_factory) -> list[Path]:
    """Three photos as files."""
    folder = tmp_path_factory.mktemp("views")
    for number, view in enumerate(gallery.entries()[:3]):
        (folder / f"{number}.jpg").write_bytes(view.read())
    return sorted(folder.iterdir())


@pytest.mark.parametrize("case", BAD_FILES.values(), ids=BAD_FILES.keys())
def test_a_file_that_is_no_photo_gets_a_sentence_and_the_others_are_answered(
    case, shelf, photo, tmp_path, capsys
):
    bad = tmp_path / f"bad-{case.filename}"
    bad.write_bytes(case.data)
    code, out = locate(capsys, "--json", "--checkpoints", shelf, bad, photo)
    failed, answered = map(json.loads, out.splitlines())
    assert code == 2
    assert case.says in failed["error"]
    assert failed["countries"] is failed["cities"] is failed["exif"] is failed["ms"] is None
    assert answered["error"] is None and answered["countries"]


def test_a_photo_with_broken_exif_is_answered_and_its_damage_told(shelf, tmp_path, capsys):
    path = tmp_path / "damaged.jpg"
    path.write_bytes(BROKEN_EXIF.data)
    code, out = locate(capsys, "--json", "--checkpoints", shelf, path)
    answer = json.loads(out)
    assert code == 2
    assert answer["error"] is None and answer["countries"]
    assert any("EXIF" in warning for warning in answer["warnings"])


def test_a_name_that_no_terminal_can_write_stops_nothing(shelf, photo, capsys):
    code, out = locate(capsys, "--checkpoints", shelf, "\udcff\x1b[2J.jpg", photo)
    assert code == 2 and "\ufffd [2J.jpg" in out.encode().decode() and str(photo) in out


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "latin-1", "utf-8", "utf-16", "shift-jis"])
@pytest.mark.parametrize("together", [[], ["--together"]])
def test_a_name_is_written_whatever_it_holds_and_whatever_the_output_takes(
    encoding, together, shelf, photo, tmp_path, monkeypatch
):
    written = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(written, encoding, write_through=True))
    names = ("街の写真.png", "Zürich 🗼.png", "Ελλάδα\u2028.png", "\udce9t\udce9.png")
    files = [tmp_path / name for name in names]
    for file in files:
        file.write_bytes(photo.read_bytes())
    code = main(["locate", *together, "--checkpoints", str(shelf), *map(str, files)])
    told = written.getvalue().decode(encoding)
    assert code == 0
    assert told.count(str(tmp_path)) == 4 and told.count(".png") == 4
    assert "rich" in told and ("Zürich" in told) == (encoding not in ("ascii", "shift-jis"))


def test_any_name_is_written_as_json_to_any_output(shelf, photo, tmp_path, monkeypatch):
    written = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(written, "ascii", write_through=True))
    file = tmp_path / "街の写真.png"
    file.write_bytes(photo.read_bytes())
    assert main(["locate", "--json", "--checkpoints", str(shelf), str(file)]) == 0
    assert json.loads(written.getvalue())["photo"] == str(file)


NOT_KNOWN = {
    "direction 0/0": {**position_tags(), (GPS, 17): (RATIONAL, 0, 0)},
    "direction out of range": {**position_tags(), (GPS, 17): (RATIONAL, 65535, 100)},
    "position 0/0": position_tags(lat=(0, 0, 0, 0, 0, 0), lon=(0, 0, 0, 0, 0, 0)),
    "null island": position_tags(lat=(0, 1), lon=(0, 1)),
    "void": {**position_tags(), (GPS, 9): (ASCII, b"V\x00")},
    "rotation 0": {(MAIN, 0x0112): (SHORT, 0)},
    "time of blanks": {(SHOT, 0x9003): (ASCII, b"    :  :     :  :  \x00")},
}


@pytest.mark.parametrize("name", NOT_KNOWN)
def test_what_a_camera_did_not_know_is_no_damage(name, shelf, tmp_path, capsys):
    path = tmp_path / "photo.jpg"
    path.write_bytes(saved(street(), "JPEG", exif=b"Exif\x00\x00" + exif_block(NOT_KNOWN[name])))
    code, out = locate(capsys, "--json", "--checkpoints", shelf, path)
    assert code == 0
    assert json.loads(out)["warnings"] == []


def test_an_animation_is_answered_with_a_remark_and_without_fault(shelf, tmp_path, capsys):
    path = tmp_path / "photo.png"
    path.write_bytes(saved(street(), "PNG", save_all=True, append_images=[street().rotate(90)]))
    code, out = locate(capsys, "--json", "--checkpoints", shelf, path)
    assert code == 0
    assert "animated" in json.loads(out)["warnings"][0]


def test_a_position_from_xmp_is_named_as_such(shelf, tmp_path, capsys):
    path = tmp_path / "drone.jpg"
    path.write_bytes(with_xmp("JPEG", SYDNEY))
    code, out = locate(capsys, "--json", "--checkpoints", shelf, path)
    answer = json.loads(out)
    assert code == 0 and answer["exif"] is None
    assert answer["xmp"] == pytest.approx({"lat": -33.8568, "lon": 151.2153})
    _, out = locate(capsys, "--checkpoints", shelf, path)
    assert "the photo's own XMP position\n    -33.85680, 151.21530" in out


def test_a_missing_file_is_told_by_a_sentence(shelf, tmp_path, capsys):
    code, out = locate(capsys, "--checkpoints", shelf, tmp_path / "nowhere.jpg")
    assert code == 2 and "There is no such file" in out


def test_a_photo_s_own_position_is_passed_on(shelf, tmp_path, capsys):
    image = street()
    exif = image.getexif()
    exif.get_ifd(0x8825).update({1: "N", 2: (40.0, 26.0, 30.0), 3: "W", 4: (80.0, 0.0, 0.0)})
    path = tmp_path / "tagged.jpg"
    path.write_bytes(saved(image, "JPEG", exif=exif))
    _, out = locate(capsys, "--json", "--checkpoints", shelf, path)
    assert json.loads(out)["exif"] == pytest.approx({"lat": 40.441667, "lon": -80.0}, abs=1e-5)


def test_several_photos_of_a_place_get_one_answer(shelf, views, capsys):
    code, out = locate(capsys, "--together", "--json", "--checkpoints", shelf, *views)
    (answer,) = map(json.loads, out.splitlines())
    assert code == 0
    assert [file["photo"] for file in answer["photos"]] == list(map(str, views))
    assert {file["error"] for file in answer["photos"]} == {None}
    photos = list(map(read_photo, views))
    for name, said in answer["countries"].items():
        expected = load_model(load(shelf / name)).predict_place(photos)
        assert [line["code"] for line in said] == list(expected.codes)
        assert [line["p"] for line in said] == pytest.approx(expected.probabilities, abs=1e-5)
    pin = load_model(load(shelf / "town")).predict_place(photos).position
    assert answer["cities"]["town"]["lat"] == pytest.approx(pin.lat, abs=1e-5)


def test_an_unreadable_photo_of_a_place_is_left_out_and_said_so(shelf, views, tmp_path, capsys):
    bad = tmp_path / "letter.txt"
    bad.write_bytes(b"Dear reader")
    told = ["--together", "--checkpoints", shelf, views[0], bad, views[1]]
    code, out = locate(capsys, "--json", *told)
    answer = json.loads(out)
    assert code == 2
    assert [bool(file["error"]) for file in answer["photos"]] == [False, True, False]
    _, without = locate(capsys, "--together", "--json", "--checkpoints", shelf, *views[:2])
    assert answer["countries"] == json.loads(without)["countries"]
    code, out = locate(capsys, *told)
    assert code == 2 and out.startswith("2 of 3 photos, together")
    assert f"{bad}\n  left out: " in out and "country, by ensemble" in out


def test_a_place_without_a_readable_photo_has_no_answer(shelf, tmp_path, capsys):
    code, out = locate(capsys, "--together", "--json", "--checkpoints", shelf, tmp_path / "none")
    answer = json.loads(out)
    assert code == 2 and answer["countries"] is answer["cities"] is answer["ms"] is None
    code, out = locate(capsys, "--together", "--checkpoints", shelf, tmp_path / "none")
    assert code == 2 and "There is no such file" in out


def test_the_ensemble_stands_before_the_models_it_is_made_of(shelf, views, capsys):
    _, out = locate(capsys, "--checkpoints", shelf, views[0])
    by = [line.rsplit(" ", 1)[1] for line in out.splitlines() if "country, by" in line]
    assert by == ["ensemble", "ant", "bee"]


def test_each_network_sees_a_photo_once(shelf, views, capsys, monkeypatch):
    seen = []
    network = type(small.network())

    def watched(method):
        def ask(self, x):
            # An empty photo is no visitor's: it shows a network's course when it is loaded.
            if x.any():
                seen.append(len(x))
            return method(self, x)

        return ask

    for name in ("forward", "embed"):
        monkeypatch.setattr(network, name, watched(getattr(network, name)))
    locate(capsys, "--together", "--checkpoints", shelf, *views[:2])
    # Two photos by two country networks, and both at once by that of the town.
    assert sorted(seen) == [1, 1, 1, 1, 2]


def test_models_can_be_chosen(shelf, views, capsys):
    told = ["--model", "bee", "--model", "town", "--json", "--checkpoints", shelf, views[0]]
    _, out = locate(capsys, *told)
    answer = json.loads(out)
    assert answer["countries"].keys() == {"bee"} and answer["cities"].keys() == {"town"}


def test_an_unknown_model_is_answered_with_those_that_are_there(shelf, capsys):
    assert main(["locate", "--checkpoints", str(shelf), "--model", "cow", "any.jpg"]) == 2
    told = capsys.readouterr().err
    assert "no usable model cow" in told and "there are ant, bee, ensemble, town" in told


def test_an_ensemble_that_lacks_a_member_says_by_whom_it_answers(shelf, views, tmp_path, capsys):
    for name in ("ant", "ensemble"):
        shutil.copytree(shelf / name, tmp_path / name)
    assert main(["locate", "--json", "--checkpoints", str(tmp_path), str(views[0])]) == 0
    said = capsys.readouterr()
    assert "ensemble answers by ant alone, without bee" in said.err
    by_ant = {line["code"]: line["p"] for line in json.loads(said.out)["countries"]["ant"]}
    by_all = {line["code"]: line["p"] for line in json.loads(said.out)["countries"]["ensemble"]}
    assert np.array([by_all[code] - by_ant[code] for code in by_ant]) == pytest.approx(0, abs=1e-5)


def test_help_comes_without_what_only_answers_need():
    code = "import sys, geoloc.cli; print('torch' in sys.modules, 'numpy' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True)
    assert run.stdout.split() == ["False", "False"], run.stderr


STREET = PROJECT / "pages" / "gallery" / gallery.entries()[0].file
DEFAULT = "lite0"

LEFT_ALONE = {
    "the first answer of the default model": (
        f"from geoloc.cli import main; main(['locate', {str(STREET)!r}, '--model', {DEFAULT!r}])",
        ("torch._dynamo", "scipy", "huggingface_hub"),
    ),
    "a process that only reads photos": ("import geoloc.batch.reading", ("torch", "scipy")),
}


@pytest.mark.parametrize("what", LEFT_ALONE)
def test_what_takes_long_to_import_is_left_alone(what):
    code, modules = LEFT_ALONE[what]
    code = f"import sys; {code}; print('imported', [m for m in {modules} if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True)
    assert run.stdout.splitlines()[-1:] == ["imported []"], run.stderr


def test_the_models_at_hand_are_listed_with_their_tasks(shelf, capsys):
    assert main(["models", "list", "--checkpoints", str(shelf)]) == 0
    printed = capsys.readouterr().out.splitlines()
    # Beneath a model that can be fetched stands, indented, what others published of it.
    lines = [line.split()[:2] for line in printed if not line.startswith(" ")]
    assert lines == [
        ["ant", "country"],
        ["bee", "country"],
        ["ensemble", "country"],
        ["town", "city"],
        *([entry.name, "to"] for entry in catalogue()),
    ]


def test_a_folder_without_models_lists_none_and_says_so(tmp_path, capsys):
    assert main(["models", "list", "--checkpoints", str(tmp_path)]) == 2
    assert f"no model in {tmp_path}" in capsys.readouterr().err


def test_the_app_is_opened_in_the_folder_of_its_configuration(monkeypatch):
    calls = []
    monkeypatch.setattr(subprocess, "call", lambda *command, **how: calls.append((command, how)))
    main(["app"])
    (((command,), how),) = calls
    assert command[1:] == ["-m", "streamlit", "run", "app.py"]
    assert (how["cwd"] / "app.py").is_file() and (how["cwd"] / ".streamlit/config.toml").is_file()


@pytest.mark.parametrize(
    ("clone", "installed", "sentence"),
    [(False, True, "from a clone"), (True, False, "needs Streamlit")],
)
def test_where_there_is_no_app_a_sentence_says_how_to_get_one(
    clone, installed, sentence, tmp_path, monkeypatch, capsys
):
    if clone:
        (tmp_path / "app.py").touch()
    monkeypatch.setattr(cli, "PROJECT", tmp_path)
    monkeypatch.setattr(cli.importlib.util, "find_spec", lambda _name: installed or None)
    assert main(["app"]) == 2
    assert sentence in capsys.readouterr().err


@pytest.fixture
def spoilt(shelf, tmp_path) -> Path:
    """A folder in which one card holds text where a number belongs, and one model other weights."""
    folder = Path(shutil.copytree(shelf, tmp_path / "models"))
    card = json.loads((folder / "town" / CARD).read_text())
    (folder / "town" / CARD).write_text(json.dumps(card | {"calibration": {"temperature": "hot"}}))
    (folder / "bee" / WEIGHTS).write_bytes(b"not weights")
    return folder


def test_a_model_that_cannot_be_used_takes_no_other_along(spoilt, views, capsys):
    assert main(["locate", "--json", str(views[0]), "--checkpoints", str(spoilt)]) == 0
    told = capsys.readouterr()
    assert json.loads(told.out)["countries"].keys() == {"ant", "ensemble"}
    for sentence in (
        "geoloc: town: card.json is damaged (calibration.temperature:",
        "geoloc: bee: weights.safetensors can't be read",
        "geoloc: ensemble answers by ant alone, without bee",
    ):
        assert sentence in told.err


def test_a_model_that_was_named_and_cannot_be_used_is_an_error(spoilt, views, capsys):
    assert main(["locate", str(views[0]), "--model", "bee", "--checkpoints", str(spoilt)]) == 2
    assert "bee: weights.safetensors can't be read" in capsys.readouterr().err


def test_the_answer_can_be_kept_among_some_countries(shelf, views, capsys):
    told = ["--json", "--model", "bee", "--checkpoints", shelf, views[0]]
    _, out = locate(capsys, "--among", "fr, JP,DE", *told)
    said = json.loads(out)["countries"]["bee"]
    assert {line["code"] for line in said} == {"FR", "JP"}
    assert sum(line["p"] for line in said) == pytest.approx(1, abs=1e-4)
    _, out = locate(capsys, "--among", "europe", *told)
    assert [line["code"] for line in json.loads(out)["countries"]["bee"]] == ["FR"]


@pytest.mark.parametrize("among", ["", "Atlantis", "FR,XX"])
def test_what_is_no_country_is_no_restriction(among, shelf, views, capsys):
    with pytest.raises(SystemExit):
        main(["locate", "--among", among, "--checkpoints", str(shelf), str(views[0])])
    assert "is no country. Give codes such as FR,DE, or one of Africa" in capsys.readouterr().err


def test_countries_that_no_model_knows_are_answered_with_a_sentence(shelf, views, capsys):
    assert main(["locate", "--among", "DE", "--checkpoints", str(shelf), str(views[0])]) == 2
    assert "geoloc: ensemble knows none of these countries: DE" in capsys.readouterr().err


def test_a_model_with_bounds_says_how_far_its_answer_is_to_be_believed(tmp_path, views, capsys):
    for name, calibration in (("plain", {}), ("bound", {"verdict": {"leaning": 0, "sure": 1}})):
        card = small.country_card(name=name, calibration=calibration)
        save(tmp_path / name, small.network(), card)
    _, out = locate(capsys, "--json", "--checkpoints", tmp_path, views[0])
    answer = json.loads(out)
    assert answer["verdict"] == {"bound": "leaning", "plain": None}
    assert answer["ood"] == {"bound": None, "plain": None}
    _, out = locate(capsys, "--checkpoints", tmp_path, views[0])
    assert "country, by bound: leaning" in out and "country, by plain\n" in out


def test_where_networks_compute_can_be_said_and_must_be_there(photo, capsys):
    code, out = locate(capsys, "--json", "--model", "cnn", "--device", "cpu", photo)
    assert code == 0 and json.loads(out)["countries"].keys() == {"cnn"}
    for name in ("cuda:99", "toaster"):
        assert main(["locate", "--device", name, str(photo)]) == 2
        assert f"there is no device {name} here: take " in capsys.readouterr().err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full disk to hand")
def test_a_full_disk_is_one_sentence():
    command = [sys.executable, "-m", "geoloc.cli", "models", "list"]
    with open("/dev/full", "w") as full:
        run = subprocess.run(command, cwd=PROJECT, stdout=full, stderr=subprocess.PIPE, text=True)
    assert run.returncode == 2
    assert run.stderr == "geoloc: this could not be written: No space left on device.\n"
