"""`python -m training COMMAND`, as it is typed: what is written, printed and answered."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from geoloc.explain import ProbeCam
from geoloc.geo import PITTSBURGH_BOX, Box, City
from geoloc.models.card import as_text
from geoloc.models.release import CARD, PROBES, WEIGHTS, Release, load, released
from geoloc.photo import read_photo
from geoloc.settings import PROJECT
from geoloc.tasks.city import open_city
from geoloc.tasks.country import CountryClassifier
from tests.geoloc.photo_list.odd_tables import REFUSED, UNDERSTOOD, beside_photos
from tests.training import tiny
from training.__main__ import main
from training.data import frames
from training.loop import recipe

CPU = torch.device("cpu")


def run(command: str, *arguments: object) -> int:
    return main([command, *map(str, arguments)])


def train(command: str, data: Path, folder: Path, *arguments: object, epochs: int = 1) -> int:
    return run(command, *training(data, folder, epochs), *arguments)


def training(data: Path, folder: Path, epochs: int) -> list[object]:
    told = ["--data", data, "--recipe", tiny.recipe(folder, epochs), "--device", "cpu"]
    return [*told, "--checkpoints", folder / "checkpoints", "--runs", folder / "runs"]


@pytest.fixture
def models(country_model, city_model, tmp_path) -> Path:
    """A folder with copies of both models, to be written to."""
    for model in (country_model, city_model):
        shutil.copytree(model.folder, tmp_path / "checkpoints" / model.name)
    return tmp_path / "checkpoints"


@pytest.fixture
def sets(countries, town, tmp_path) -> list[Path]:
    return [countries.root, town.root]


def evaluate(models: Path, sets: list[Path], *arguments: object) -> int:
    return run("evaluate", *arguments, "--data", *sets, "--checkpoints", models, "--device", "cpu")


def test_table_says_what_is_in_a_data_set(countries, capsys):
    assert run("table", "--data", countries.root) == 0
    told = capsys.readouterr().out
    assert "FR 24/4/4  DE 8/4/4" in told and "Nothing was skipped" in told


@pytest.mark.parametrize("data", UNDERSTOOD.values(), ids=UNDERSTOOD)
def test_table_reads_an_odd_table(data, tmp_path, capsys):
    assert run("table", "--data", beside_photos(tmp_path, data)) == 0
    assert "FR 2/0/0" in capsys.readouterr().out


@pytest.mark.parametrize(("data", "names"), REFUSED.values(), ids=REFUSED)
def test_table_says_in_a_sentence_what_an_odd_file_is(data, names, tmp_path, capsys):
    folder = beside_photos(tmp_path, data)
    for place in (folder, folder / "photos.csv"):
        assert run("table", "--data", place) == 2
        said = capsys.readouterr().err
        assert "photos.csv" in said and names in said and "Traceback" not in said


@pytest.mark.skipif(sys.platform == "win32", reason="this system has no such limit")
def test_a_full_disk_is_a_sentence_and_nothing_half_written_stays(town, tmp_path, capsys):
    import resource  # which Windows lacks

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))
    try:
        code = train("city", town.root, tmp_path, "--city", "town")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert code == 2 and "The disk is full" in capsys.readouterr().err
    left = [path.name for path in tmp_path.rglob("*") if path.is_file()]
    assert left == ["tiny.toml"]
    assert train("city", town.root, tmp_path, "--city", "town") == 0


@pytest.mark.parametrize("folder", ["--runs", "--checkpoints"])
def test_a_folder_that_cannot_be_written_is_named(town, tmp_path, folder, capsys):
    (tmp_path / "file").touch()
    assert (
        train("city", town.root, tmp_path, "--city", "town", folder, tmp_path / "file" / "a") == 2
    )
    assert f"{tmp_path}/file/a" in capsys.readouterr().err


def test_a_training_whose_output_nobody_reads_ends_quietly(town, tmp_path):
    command = [sys.executable, "-m", "training", "table", "--data", str(town.root)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=PROJECT
    ) as process:
        process.stdout.close()
        assert process.stderr.read() == b"" and process.wait() == 2


TAVEUNI = City("taveuni", "Taveuni", Box(south=-16.83, west=179.98, north=-16.80, east=-179.98))


def test_a_town_on_the_antimeridian_trains_and_answers(tmp_path, capsys):
    root = tiny.town(tmp_path / "taveuni", where=TAVEUNI.box)
    assert run("table", "--data", root) == 0
    assert "m x 3," in capsys.readouterr().out
    assert train("city", root, tmp_path, "--city", "taveuni", epochs=12) == 0
    model = load(tmp_path / "checkpoints" / "taveuni-cnn")
    assert model.city.box.width_m == pytest.approx(TAVEUNI.box.width_m, rel=0.1)
    assert model.coverage.counts.sum() == 48 and model.city.country == "FJ"
    error = model.city_card.metrics["val"].p50
    assert error < TAVEUNI.box.width_m
    (pin,) = open_city(model, CPU).predict([read_photo(sorted(root.glob("*.png"))[0])])
    assert TAVEUNI.box.contains(pin.position)


def test_photos_of_several_towns_are_no_city_and_each_is_named_with_a_box(tmp_path, capsys):
    root = tiny.town(tmp_path / "towns")
    second = tiny.town(tmp_path / "second", where=TAVEUNI.box)
    for photo in second.glob("*.png"):
        shutil.copy(photo, root / f"t{photo.name}")
    lines = (second / "photos.csv").read_text().splitlines()[1:30]
    with (root / "photos.csv").open("a") as table:
        table.writelines(f"t{line}\n" for line in lines)
    assert train("city", root, tmp_path, "--city", "towns") == 2
    said = capsys.readouterr().err
    assert "72 photos around 48.8" in said and "29 photos around -16.8" in said
    within = said.rpartition("--within=")[2].strip()
    assert run("table", "--data", root, f"--within={within}") == 0
    assert "29" in capsys.readouterr().out


def test_country_trains_and_publishes_a_model(countries, tmp_path, capsys):
    assert train("country", countries.root, tmp_path, epochs=2) == 0
    told = capsys.readouterr().out
    assert "epoch   2  train_loss" in told and "tiny on val: 24 photos of 12 places" in told
    model = load(tmp_path / "checkpoints" / "tiny")
    assert (model.task, model.title, model.classes) == ("country", "Tiny", tiny.CODES)
    assert set(model.card.metrics) == {"val"} and len(model.card.curves) == 2
    assert model.card.data.countries["train"]["FR"] == 24
    answer = CountryClassifier(model, CPU).predict([read_photo(countries.root / "FR-test-0.png")])
    assert set(answer[0].codes) == set(tiny.CODES) and answer[0].likely is not None


def test_city_draws_its_box_around_the_training_photos(town, tmp_path):
    assert train("city", town.root, tmp_path, "--city", "old-town") == 0
    model = load(tmp_path / "checkpoints" / "old-town-cnn")
    assert (model.city.name, model.city.title, model.title) == (
        "old-town",
        "Old Town",
        "Tiny, Old Town",
    )
    photos = town.frames.table[town.frames.table.split == "train"]
    box = model.city.box
    assert photos.lat.between(box.south, box.north).all()
    assert box.width_m == pytest.approx(tiny.TOWN.box.width_m, rel=0.1)
    assert model.coverage.counts.sum() == 48


def test_names_can_be_chosen(town, tmp_path):
    chosen = ["--city", "town", "--title", "The Town", "--name", "mine"]
    assert train("city", town.root, tmp_path, *chosen) == 0
    model = load(tmp_path / "checkpoints" / "mine")
    assert (model.name, model.city.title) == ("mine", "The Town")


@pytest.mark.parametrize("source", ["streetlearn", "auto"])
def test_streetlearns_release_has_streetlearns_box(tmp_path, source):
    root = tmp_path / "jpegs_pittsburgh_2019"
    root.mkdir()
    tiny.streetlearn(root)
    chosen = ["--city", "pittsburgh", "--source", source]
    assert train("city", root, tmp_path, *chosen) == 0
    model = load(tmp_path / "checkpoints" / "pittsburgh-cnn")
    assert model.city.box == PITTSBURGH_BOX
    assert sum(model.card.data.photos.values()) == 36 * 4


def test_a_finished_run_is_not_run_again(town, tmp_path, capsys):
    for _ in range(2):
        assert train("city", town.root, tmp_path, "--city", "town") == 0
    told = capsys.readouterr().out
    assert told.count("epoch   1") == 1 and told.count("town-cnn on val") == 2


def test_a_changed_recipe_is_another_run(town, tmp_path, capsys):
    for epochs in (1, 2):
        assert train("city", town.root, tmp_path, "--city", "town", epochs=epochs) == 0
    assert capsys.readouterr().out.count("epoch   1") == 2
    assert len(list((tmp_path / "runs").iterdir())) == 2


def test_a_run_killed_outright_goes_on_and_ends_as_if_it_had_not_been(town, tmp_path):
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    whole.mkdir()
    killed.mkdir()
    city = ["--city", "town"]
    assert train("city", town.root, whole, *city, epochs=4) == 0
    command = [sys.executable, "-m", "training", "city", *training(town.root, killed, 4), *city]
    with subprocess.Popen(
        list(map(str, command)),
        cwd=PROJECT,
        env={**os.environ, "GEOLOC_CACHE": str(frames.CACHE), "OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        for line in process.stdout:
            if line.startswith("epoch   2"):
                process.send_signal(signal.SIGKILL)
                break
    assert process.returncode == -signal.SIGKILL
    assert not (killed / "checkpoints").exists()
    assert train("city", town.root, killed, *city, epochs=4) == 0
    one, other = (folder / "checkpoints" / "town-cnn" for folder in (whole, killed))
    assert (one / WEIGHTS).read_bytes() == (other / WEIGHTS).read_bytes()
    assert load(one).card.metrics == load(other).card.metrics


def test_a_recipe_may_start_from_another_model(models, countries, tmp_path):
    path = tiny.recipe(tmp_path, epochs=1)
    path.write_text('start = "tiny"\n' + path.read_text().replace("rate = 0.003", "rate = 1e-9"))
    chosen = ["--data", countries.root, "--recipe", path, "--name", "next"]
    places = ["--checkpoints", models, "--runs", tmp_path / "runs", "--device", "cpu"]
    assert run("country", *chosen, *places) == 0
    before, after = (load(models / name).network() for name in ("tiny", "next"))
    assert torch.allclose(before.head[2].weight, after.head[2].weight, atol=1e-3)


@pytest.fixture
def pupil(tmp_path, monkeypatch) -> Path:
    """A recipe that starts from a model and learns from two, which have recipes as well."""
    text = tiny.recipe(tmp_path, epochs=1).read_text()
    for name in ("first", "second"):
        (tmp_path / f"{name}.toml").write_text(text)
    monkeypatch.setattr(recipe, "FOLDER", tmp_path)
    taught = 'start = "first"\nteachers = ["first", "second"]\n' + text
    path = tmp_path / "pupil.toml"
    path.write_text(taught.replace("rate = 0.003", "rate = 0.003\ndistill_weight = 0.5"))
    return path


def test_models_that_a_recipe_builds_on_are_trained_first(pupil, countries, tmp_path, capsys):
    asked = [*training(countries.root, tmp_path, 1), "--recipe", pupil]
    for _ in range(2):
        assert run("country", *asked) == 0
    told = capsys.readouterr().out
    assert [told.count(f"training {name} first") for name in ("first", "second")] == [1, 1]
    assert told.count("epoch   1") == 3
    assert [path.name for path in (tmp_path / "checkpoints").iterdir()] == ["pupil"]
    assert load(tmp_path / "checkpoints/pupil").card.recipe.teachers == ("first", "second")


def test_a_model_that_was_killed_before_it_was_calibrated_is_no_teacher_yet(
    pupil, countries, tmp_path, capsys
):
    asked = [*training(countries.root, tmp_path, 1), "--recipe", pupil]
    assert run("country", *asked) == 0
    first = load(tmp_path / "runs/earlier/first")
    first.changed(metrics={}, calibration={"temperature": 9.0}).publish()
    shutil.rmtree(tmp_path / "checkpoints")
    capsys.readouterr()
    assert run("country", *asked) == 0
    told = capsys.readouterr().out
    assert "training first first" in told and "epoch   1" not in told
    assert as_text(load(first.folder).card) == as_text(first.card)


def test_a_model_whose_recipe_has_changed_since_is_trained_anew(pupil, countries, tmp_path, capsys):
    asked = [*training(countries.root, tmp_path, 1), "--recipe", pupil]
    assert run("country", *asked) == 0
    path = tmp_path / "second.toml"
    path.write_text(path.read_text().replace("rate = 0.003", "rate = 0.004"))
    capsys.readouterr()
    assert run("country", *asked) == 0
    told = capsys.readouterr().out
    # The pupil of another teacher is another pupil.
    assert "training second first" in told and told.count("epoch   1") == 2


def test_what_is_trained_first_builds_on_released_models_too(
    pupil, models, countries, tmp_path, capsys
):
    shutil.copytree(models / "tiny", models / "first")
    path = tmp_path / "second.toml"
    path.write_text('start = "first"\n' + path.read_text())
    assert run("country", *training(countries.root, tmp_path, 1), "--recipe", pupil) == 0
    told = capsys.readouterr().out
    assert "training second first" in told and "training first first" not in told
    assert not (models / "second").exists()


def test_a_run_from_another_model_is_another_run(models, countries, tmp_path, capsys):
    path = tiny.recipe(tmp_path, epochs=1)
    path.write_text('start = "tiny"\n' + path.read_text())
    chosen = ["--data", countries.root, "--recipe", path, "--name", "next"]
    places = ["--checkpoints", models, "--runs", tmp_path / "runs", "--device", "cpu"]
    for _ in range(2):
        assert run("country", *chosen, *places) == 0
    assert capsys.readouterr().out.count("epoch   1") == 1
    other = load(models / "tiny")
    network = other.network()
    with torch.no_grad():
        network.head[2].weight += 0.01
    released(other.folder, network, other.card).publish()
    assert run("country", *chosen, *places) == 0
    assert capsys.readouterr().out.count("epoch   1") == 1


def test_released_models_are_built_on_as_they_are(pupil, models, countries, tmp_path, capsys):
    for name in ("first", "second"):
        shutil.copytree(models / "tiny", models / name)
    assert run("country", *training(countries.root, tmp_path, 1), "--recipe", pupil) == 0
    told = capsys.readouterr().out
    assert "first, which this recipe builds on" not in told and told.count("epoch   1") == 1


def test_teachers_have_learnt_from_the_same_photos(pupil, models, countries, tmp_path, capsys):
    for name in ("first", "second"):
        shutil.copytree(models / "tiny", models / name)
    other = load(models / "second")
    other.changed(data=other.card.data.changed(fingerprint="0")).publish()
    assert run("country", *training(countries.root, tmp_path, 1), "--recipe", pupil) == 0
    told = capsys.readouterr().out
    assert "training first first" not in told and "training second first" in told


def test_teachers_of_countries_teach_no_city(pupil, models, town, tmp_path, capsys):
    pupil.write_text(pupil.read_text().replace('start = "first"\n', ""))
    asked = [*training(town.root, tmp_path, 1), "--recipe", pupil, "--city", "town"]
    assert "teachers answer which country" in error_of(capsys, "city", *asked)


def test_probes_fits_what_cams_are_drawn_from(models, countries, capsys):
    told = ["--data", countries.root, "--checkpoints", models, "--device", "cpu"]
    assert run("probes", "tiny", *told) == 0
    model = load(models / "tiny")
    assert (models / "tiny" / PROBES).is_file()
    assert set(model.country_card.probes) == {"conv_2", "conv_3"}
    scores = model.country_card.metrics["val"]
    assert scores.probes["conv_2"].top1 > scores.baseline.top1
    assert "linear models after conv_3" in capsys.readouterr().out
    photo = read_photo(countries.root / "FR-test-0.png")
    cam = ProbeCam(CountryClassifier(model, CPU)).explain(photo, "FR", "conv_2")
    assert cam.probability > 1 / 6
    assert evaluate(models, [countries.root], "tiny", "--split", "val") == 0


def test_calibrate_fits_temperature_and_sets_again(models, countries):
    before = as_text(load(models / "tiny").card)
    told = {"calibration": {"temperature": 9.0}, "explanations": {"on": "val", "photos": 3}}
    load(models / "tiny").changed(**told).publish()
    told = ["--data", countries.root, "--checkpoints", models, "--device", "cpu"]
    assert run("calibrate", "tiny", *told) == 0
    assert as_text(load(models / "tiny").card) == before


def test_evaluate_bears_out_what_the_cards_say(models, sets, capsys):
    assert evaluate(models, sets, "--split", "val") == 0
    told = capsys.readouterr()
    assert "tiny on val" in told.out and "town-tiny on val" in told.out and told.err == ""


def test_evaluate_passes_over_a_split_that_a_models_data_has_no_photos_of(models, sets, capsys):
    assert evaluate(models, sets, "tiny", "--split", "val", "elsewhere") == 0
    printed = capsys.readouterr().out
    assert "has no photos of elsewhere" in printed and "tiny on val" in printed
    assert "tiny on elsewhere" not in printed and "All on" not in printed


def doctor(model: Release, **scores: float) -> None:
    model.changed(metrics={"val": model.card.metrics["val"].changed(**scores)}).publish()


def test_evaluate_finds_a_doctored_card(models, sets, capsys):
    doctor(load(models / "tiny"), top1=0.99)
    assert evaluate(models, sets, "--split", "val") == 1
    told = capsys.readouterr().err
    assert told.startswith("differs: tiny top1: measured") and told.endswith("says 0.99\n")
    assert evaluate(models, sets, "town-tiny", "--split", "val") == 0


def test_evaluate_misses_scores_of_test_until_it_writes_them(models, sets, capsys):
    assert evaluate(models, sets, "tiny", "--split", "test") == 1
    told = capsys.readouterr().err
    assert told == "differs: tiny: its card has no scores of test; --write adds them\n"
    assert evaluate(models, sets, "tiny", "--split", "test", "--write") == 0
    assert set(load(models / "tiny").card.metrics) == {"val", "test"}
    assert evaluate(models, sets, "tiny") == 0


def test_evaluate_notices_other_data_than_the_card_describes(
    models, countries, town, tmp_path, capsys
):
    root = shutil.copytree(countries.root, tmp_path / "sets" / "countries")
    text = (root / "photos.csv").read_text()
    (root / "photos.csv").write_text(text.replace("DE-train-7.png,DE,DE-train-3,train\n", ""))
    before = as_text(load(models / "tiny").card)
    for write in ([], ["--write"]):
        assert evaluate(models, [root.parent], "tiny", "--split", "val", *write) == 1
        told = capsys.readouterr().err
        assert told == "differs: tiny: countries is not the data that its card describes\n"
    assert as_text(load(models / "tiny").card) == before


def test_two_cities_in_one_folder_are_each_measured_on_their_own(town, tmp_path, capsys):
    box = tiny.TOWN.box
    middle = (box.west + box.east) / 2
    halves = {
        "east": f"{box.south},{middle},{box.north},{box.east}",
        "west": f"{box.south},{box.west},{box.north},{middle}",
    }
    for name, within in halves.items():
        asked = ["--city", name, "--within", within]
        assert train("city", town.root, tmp_path, *asked) == 0
    models = tmp_path / "checkpoints"
    assert evaluate(models, [town.root], "--all", "--split", "test", "--write") == 0
    photos = [load(models / f"{name}-cnn").card.metrics["test"].photos for name in halves]
    assert sum(photos) == len(town.frames.of_split("test")) and min(photos) > 0


def test_country_models_are_measured_on_all_photos_of_another_source(
    models, countries, tmp_path, capsys
):
    others = tiny.countries(tmp_path / "others", codes=("DE", "FR"))
    before = as_text(load(models / "tiny").card)
    asked = ["--on", others, "--checkpoints", models, "--device", "cpu"]
    assert run("evaluate", *asked) == 0
    told = capsys.readouterr().out
    assert "tiny on others: 48 photos" in told and "All on others" in told
    # It has learnt of FR the most, whatever there is the most of elsewhere.
    shares = [line for line in told.splitlines() if line.startswith("always the most frequent")]
    assert "66.7 %" in shares[0] and "town-tiny" not in told
    assert as_text(load(models / "tiny").card) == before
    told = ["--on", countries.root, *asked[2:]]
    assert "tiny has learnt from countries" in error_of(capsys, "evaluate", *told)
    assert "--write takes" in error_of(capsys, "evaluate", *asked, "--write")
    assert "Only models of countries" in error_of(capsys, "evaluate", "town-tiny", *asked)


def test_one_of_several_tables_in_a_folder_is_found_again(countries, tmp_path):
    root = shutil.copytree(countries.root, tmp_path / "sets")
    shutil.copy(root / "photos.csv", root / "other.csv")
    assert train("country", root / "other.csv", tmp_path) == 0
    models = tmp_path / "checkpoints"
    assert load(models / "tiny").card.data.table == "other.csv"
    assert evaluate(models, [root], "tiny", "--split", "val") == 0


def test_evaluate_counts_a_broken_folder_among_the_differences(models, sets, capsys):
    (models / "town-tiny" / CARD).write_text("{}")
    assert evaluate(models, sets, "--split", "val") == 1
    assert "town-tiny: card.json is not a model card" in capsys.readouterr().err
    assert evaluate(models, sets, "tiny", "--split", "val") == 0


def edited(data: Path, folder: Path, old: str, new: str) -> Path:
    root = shutil.copytree(data, folder / "edited")
    (root / "photos.csv").write_text((root / "photos.csv").read_text().replace(old, new))
    return root


def test_a_country_without_training_photos_is_named(countries, tmp_path, capsys):
    lines = (countries.root / "photos.csv").read_text().splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith("SE-train")]
    root = shutil.copytree(countries.root, tmp_path / "edited")
    (root / "photos.csv").write_text("".join(kept))
    assert train("country", root, tmp_path) == 2
    assert "edited: no training photo shows SE. Add photos" in capsys.readouterr().err


def test_one_country_is_too_few(tmp_path, capsys):
    root = tiny.countries(tmp_path / "alone", codes=("FR",))
    assert train("country", root, tmp_path) == 2
    assert "all photos are of one country" in capsys.readouterr().err


def test_two_countries_are_enough(tmp_path):
    root = tiny.countries(tmp_path / "pair", codes=("DE", "FR"))
    assert train("country", root, tmp_path) == 0
    told = ["--data", root, "--checkpoints", tmp_path / "checkpoints", "--device", "cpu"]
    assert run("probes", "tiny", *told) == 0


def test_photos_without_a_country_cannot_train_countries(town, tmp_path, capsys):
    # In the middle of the Atlantic.
    root = edited(town.root, tmp_path, ",48.8", ",28.8")
    (root / "photos.csv").write_text((root / "photos.csv").read_text().replace(",2.3", ",-40.3"))
    assert train("country", root, tmp_path) == 2
    assert "some photos have no country" in capsys.readouterr().err


def test_photos_without_a_position_cannot_train_a_city(countries, tmp_path, capsys):
    assert train("city", countries.root, tmp_path, "--city", "paris") == 2
    assert "some photos have no position" in capsys.readouterr().err


def error_of(capsys, *arguments: object) -> str:
    assert main(list(map(str, arguments))) == 2
    told = capsys.readouterr().err
    assert "Traceback" not in told and told.endswith("\n")
    return told


def test_what_cannot_be_done_is_answered_with_a_sentence(models, countries, tmp_path, capsys):
    data = ("--data", countries.root)
    assert "There is no" in error_of(capsys, "table", "--data", tmp_path / "nowhere")
    assert "there are city-cnn, city-places" in error_of(
        capsys, "country", *data, "--recipe", "lenet"
    )
    assert "No source" in error_of(capsys, "table", *data, "--source", "kaggle")
    here = (*data, "--checkpoints", models)
    assert "no checkpoint lenet; there are tiny" in error_of(capsys, "evaluate", "lenet", *here)
    assert "town-tiny is no network of countries" in error_of(capsys, "probes", "town-tiny", *here)
    assert "no readable card.json" in error_of(capsys, "probes", "lenet", *here)
    elsewhere = (*data, "--checkpoints", tmp_path / "runs")
    assert "Train one" in error_of(capsys, "evaluate", *elsewhere)
    assert "no folder named 'town'" in error_of(capsys, "evaluate", "town-tiny", *here)


BROKEN_RECIPES = {
    "unknown shape": ("width = 4", "widht = 4", "tiny: [network] cnn takes outputs, width"),
    "unknown network": ('"cnn"', '"lenet"', "tiny: [network] there is no network named 'lenet'"),
    "impossible shape": ("width = 4", "width = -4", "tiny: [network]"),
    "unknown start": ("title", 'start = "lenet"\ntitle', "lenet: no readable card.json"),
}


@pytest.mark.parametrize(("old", "new", "complaint"), BROKEN_RECIPES.values(), ids=BROKEN_RECIPES)
def test_a_recipe_that_cannot_be_followed_says_why(
    countries, tmp_path, capsys, old, new, complaint
):
    told = training(countries.root, tmp_path, epochs=1)
    path = tmp_path / "tiny.toml"
    path.write_text(path.read_text().replace(old, new, 1))
    assert complaint in error_of(capsys, "country", *told)


def test_an_unknown_command_is_refused_with_the_known_ones(capsys):
    with pytest.raises(SystemExit) as error:
        main(["fly"])
    assert error.value.code == 2
    assert "country, city" in capsys.readouterr().err


def test_the_card_on_disk_is_plain_json(country_model):
    text = (country_model.folder / CARD).read_text()
    assert json.loads(text, parse_constant=pytest.fail) == json.loads(as_text(country_model.card))
