"""The page *Train* without a browser: what it says of photos, and what its buttons do."""

from __future__ import annotations

import json
import os
import sys
import time

import pytest
from streamlit.testing.v1 import AppTest

from geoloc.geo import Box
from geoloc.models import registry
from pages.jobs import jobs, runs, settings
from pages.shared import own_cities
from pages.train import state
from tests.pages.jobs.geotagged import jpeg, photos, photos_of, zipped
from tests.pages.jobs.test_jobs import TRAINING, end, eventually
from tests.pages.small_models import city_model, opened, written

ZIP = zipped([*photos(24), ("nowhere.jpg", jpeg(None)), ("film.mov", b"film")])


@pytest.fixture(autouse=True)
def root(tmp_path, monkeypatch):
    """Runs and models of these tests, and a short script in the training's place."""
    script = tmp_path / "training.py"
    script.write_text(TRAINING)
    monkeypatch.setattr(jobs, "_COMMAND", (sys.executable, str(script)))
    monkeypatch.setattr(settings, "ROOT", tmp_path / "own")
    monkeypatch.setattr(registry, "CHECKPOINTS", tmp_path / "checkpoints")
    monkeypatch.setenv("GEOLOC_TRAIN", "on")
    yield tmp_path
    for run in runs.every():
        jobs.stop(run)


def page() -> AppTest:
    return opened().switch_page("pages/train/page.py").run()


def given(data: bytes) -> AppTest:
    app = page()
    return app.file_uploader[0].upload("photos.zip", data, "application/zip").run()


def click(app: AppTest, label: str) -> AppTest:
    return next(button for button in app.button if button.label == label).click().run()


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def started(title: str = "Old Town") -> AppTest:
    app = given(ZIP)
    app.text_input[0].input(title)
    app = click(app, "Train")
    (run,) = runs.every()
    assert eventually(lambda: jobs.progress(run).epoch == 1)
    return app.run()


def test_the_page_asks_for_a_zip_and_says_what_happens_to_the_photos(root):
    app = page()
    assert app.title[0].value == "Train a city of your own"
    assert app.file_uploader[0].label == "Photos with GPS positions, a folder of them, or a ZIP"
    text = written(app)
    assert "they **stay on the server**" in text and str(settings.ROOT) in text
    assert not app.error and not app.exception and not app.selectbox


def test_a_zip_becomes_a_table_a_map_and_a_list_of_problems():
    app = given(ZIP)
    assert app.header[0].value == "24 photos can be used"
    text = written(app)
    assert "to train on" in text and "stay together" in text
    assert "- **No GPS position: 1** (nowhere.jpg)." in text.replace("\\", "")
    assert "- **Not a photo by its name: 1** (film.mov)." in text.replace("\\", "")
    assert len(app.get("component_instance")) == 1
    assert len(app.dataframe[0].value) == 24
    assert "24 photos are few" in app.warning[0].value
    assert "Train" in labels(app) and not app.error and not app.exception


LYON = Box(south=45.74, west=4.82, north=45.76, east=4.86)
TAVEUNI = Box(south=-16.83, west=179.98, north=-16.80, east=-179.98)


def test_of_several_towns_the_largest_is_taken_the_others_are_named_and_can_be_chosen():
    app = given(zipped([*photos(30), *photos_of(LYON, 22, 1), *photos_of(TAVEUNI, 5, 2)]))
    assert app.header[0].value == "30 photos can be used"
    text = written(app).replace("\\", "")
    assert "Of other towns: 27" in text and "22 photos around 45.7" in text and "(Fiji)" in text
    (choice,) = app.selectbox
    assert [option.split(" photos")[0] for option in choice.options] == ["30", "22"]
    app = choice.select_index(1).run()
    assert app.header[0].value == "22 photos can be used" and "Train" in labels(app)
    assert len(app.dataframe[0].value) == 22 and not app.exception


def test_between_towns_alike_the_visitor_has_to_choose():
    app = given(zipped([*photos(24), *photos_of(LYON, 24, 1)]))
    assert "photos of several towns" in app.error[0].value and "Train" not in labels(app)
    assert app.selectbox[0].value is None
    app = app.selectbox[0].select_index(0).run()
    assert not app.error and app.header[0].value == "24 photos can be used"
    app.text_input[0].input("Lyon")
    app = click(app, "Train")
    (run,) = runs.every()
    assert eventually(lambda: jobs.progress(run).epoch == 1)
    lines = (run.photos / "photos.csv").read_text().splitlines()[1:]
    assert len(lines) == 24 and all(line.split(",")[1].startswith("45.7") for line in lines)


def test_a_town_on_the_antimeridian_is_one_town():
    app = given(zipped(photos_of(TAVEUNI, 30, 2)))
    assert app.header[0].value == "30 photos can be used"
    assert not app.selectbox and not app.error and not app.exception
    assert "Of other towns" not in written(app)


def test_the_uploaded_file_itself_is_not_kept():
    app = given(ZIP)
    assert app.file_uploader and all(uploader.value == [] for uploader in app.file_uploader)


BAD = {
    "no ZIP": (jpeg(None), "This is not a ZIP archive"),
    "half a ZIP": (ZIP[: len(ZIP) // 2], "damaged or incomplete"),
}


@pytest.mark.parametrize(("data", "says"), BAD.values(), ids=BAD)
def test_a_zip_that_is_none_is_refused_and_leaves_nothing(data, says):
    app = given(data)
    assert says in app.error[0].value and not app.exception
    assert runs.every() == [] and app.file_uploader


def test_photos_that_cannot_be_trained_on_say_why_and_more_can_be_added():
    app = given(zipped(photos(5)))
    assert "There are 5 photos with a position" in app.error[0].value
    assert "Train" not in labels(app)
    app = app.file_uploader[0].upload("more.zip", ZIP, "application/zip").run()
    assert app.header[0].value == "24 photos can be used" and "Train" in labels(app)
    assert "The same photo again: 5" in written(app)


def test_a_training_is_started_watched_stopped_and_gone_on_with():
    app = started()
    assert app.header[0].value == "Training Old Town"
    metrics = {metric.label: metric.value for metric in app.metric}
    assert metrics["Epoch"] == "1 of 9" and metrics["Median error, photos held out"] == "250 m"
    app = click(app, "Stop")
    assert "stopped after epoch 1 of 9" in app.info[0].value
    app = click(app, "Go on")
    assert app.header[0].value == "Training Old Town"


def test_a_name_is_needed():
    app = click(given(ZIP), "Train")
    assert "Give the city a name" in app.error[0].value
    assert "Train" in labels(app)


def test_the_training_is_found_again_after_a_reload_and_after_another_page():
    app = started()
    (run,) = runs.every()
    assert app.switch_page("pages/locate/page.py").run().title[0].value == "Where am I?"
    assert app.switch_page("pages/train/page.py").run().header[0].value == "Training Old Town"
    anew = opened()
    anew.query_params["city"] = run.id
    anew = anew.switch_page("pages/train/page.py").run()
    assert anew.header[0].value == "Training Old Town"


def test_a_trained_city_says_how_good_it_is():
    app = started()
    (run,) = runs.every()
    city_model(registry.CHECKPOINTS / jobs.job_of(run).model)
    end(run, state="done", published=1)
    app = app.run()
    assert app.header[0].value == "Old Town"
    assert "half of the pins were within **812 m**" in written(app)
    assert not app.error and not app.exception


def test_a_failure_is_told_and_can_be_tried_again():
    app = started()
    (run,) = runs.every()
    end(run, state="failed", message="No photo is left in val.")
    app = app.run()
    assert app.error[0].value == "The training failed: No photo is left in val."
    assert "Try again" in labels(app)


def test_photos_can_be_removed_and_the_city_stays():
    app = started()
    (run,) = runs.every()
    model = registry.CHECKPOINTS / jobs.job_of(run).model
    city_model(model)
    end(run, state="done")
    app = app.run()
    assert "The city stays, with what a network made of each photo" in written(app)
    app = click(app, "Remove the photos")
    assert not run.photos.exists() and not run.log.exists() and model.is_dir()
    app = click(app, "Remove the city")
    assert runs.every() == [] and not model.exists()
    assert app.file_uploader


def test_removing_the_photos_of_a_running_training_ends_it():
    app = started()
    assert "24 photos and all that was made of them are removed" in written(app)
    app = click(app, "Remove the photos")
    assert runs.every() == [] and jobs.running_run() is None
    assert app.file_uploader and not app.exception


def test_a_model_that_came_after_all_was_promised_to_go_goes_too():
    app = started()
    (run,) = runs.every()
    model = registry.CHECKPOINTS / jobs.job_of(run).model
    city_model(model)
    click(app, "Remove the photos")
    assert runs.every() == [] and not model.exists()


@pytest.mark.parametrize("opening", [opened, page])
def test_whoever_opens_the_app_has_photos_of_yesterday_removed(opening):
    given(ZIP)
    (run,) = runs.every()
    os.utime(run.folder, (time.time() - 25 * 3600,) * 2)
    state.sweep.clear()
    app = opening()
    assert runs.every() == [] and not app.exception


def test_photos_are_looked_through_for_old_ones_now_and_then_only(monkeypatch):
    looks = []
    monkeypatch.setattr(runs, "sweep", lambda: looks.append(1))
    state.sweep.clear()
    page().run()
    assert len(looks) == 1


def test_photos_that_cannot_be_removed_cost_no_page(monkeypatch):
    def locked():
        raise PermissionError

    monkeypatch.setattr(runs, "sweep", locked)
    state.sweep.clear()
    assert page().file_uploader


def test_all_cities_of_this_computer_are_listed():
    given(ZIP)
    app = page()
    assert "24 photos, nothing trained on them yet" in written(app)
    assert click(app, "Open").header[0].value == "24 photos can be used"


def test_a_server_for_all_lists_nobody_else_s_photos(monkeypatch):
    given(ZIP)
    monkeypatch.setenv("GEOLOC_TRAIN", "on")
    monkeypatch.setattr(own_cities, "is_alone", lambda: False)
    app = page()
    assert "Open" not in labels(app)
    app = app.file_uploader[0].upload("photos.zip", ZIP, "application/zip").run()
    assert labels(click(app, "All cities")).count("Open") == 1


def test_only_one_city_is_trained_at_a_time():
    started()
    app = given(ZIP)
    assert next(button for button in app.button if button.label == "Train").disabled
    assert "Another city is being trained" in app.info[0].value


def test_folders_on_the_server_are_offered_where_its_owner_names_them(root, monkeypatch):
    folder = root / "rome"
    folder.mkdir()
    for name, data in photos(30):
        (folder / name).write_bytes(data)
    monkeypatch.setenv("GEOLOC_TRAIN_FOLDERS", os.pathsep.join([str(root / "x"), str(folder)]))
    app = page()
    assert app.selectbox[0].options == [str(folder)]
    app.selectbox[0].select(folder)
    app = click(app.run(), "Read this folder")
    assert app.header[0].value == "30 photos can be used"


def test_a_server_that_is_switched_off_takes_nothing(monkeypatch):
    monkeypatch.setenv("GEOLOC_TRAIN", "off")
    app = page()
    assert "switched off on this server" in app.info[0].value
    assert not app.file_uploader and "python -m training city" in app.code[0].value


def test_what_breaks_unforeseen_is_told_without_details(monkeypatch):
    def broken(*_):
        raise RuntimeError("a secret path")

    monkeypatch.setattr("pages.jobs.intake.read_photo", broken)
    app = given(ZIP)
    assert app.error[0].value.startswith("Something unforeseen went wrong")
    assert "secret" not in json.dumps([error.value for error in app.error])
    assert runs.every() == [] and not app.exception
