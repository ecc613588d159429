"""Runs on disk: found by their ids alone, and removed in part or whole."""

import os
import time

import pytest

from geoloc.models.hub import store
from pages.jobs import gather, runs, settings
from pages.jobs.archive import zip_files
from tests.pages.jobs.geotagged import photos, zipped


def test_a_run_is_found_by_its_id_and_does_not_give_it_away():
    run = runs.create()
    assert runs.find(run.id) == run
    assert run.id not in run.photos.name and run.tag in run.photos.name


@pytest.mark.parametrize("number", ["", "..", "../own", "0123456789abcdef", "ABC", "training.lock"])
def test_no_other_number_finds_anything(number):
    runs.create()
    assert runs.find(number) is None


def test_the_newest_run_comes_first():
    older, newer = runs.create(), runs.create()
    os.utime(older.folder, (time.time() - 60,) * 2)
    assert runs.every() == [newer, older]


def test_photos_that_nothing_was_trained_on_go_after_a_day():
    forgotten, trained = runs.create(), runs.create()
    trained.asked.touch()
    for run in (forgotten, trained):
        os.utime(run.folder, (time.time() - 25 * 3600,) * 2)
    fresh = runs.create()
    runs.sweep()
    assert set(runs.every()) == {trained, fresh}


def test_forgotten_photos_leave_nothing_that_shows_places_or_names_them():
    run = runs.create()
    gather(run, zip_files(zipped(photos(2))))
    run.state.mkdir()
    run.cache.mkdir()
    run.asked.write_text("{}")
    run.log.write_text("1 file skipped: 00002.jpg")
    run.forget_photos()
    assert [file.name for file in run.folder.iterdir()] == ["job.json"]
    assert run.collection() is None
    run.remove()
    assert runs.every() == []


def test_the_room_shrinks_by_what_is_stored(monkeypatch):
    monkeypatch.setattr(runs, "MAX_BYTES", 10_000)
    run = runs.create()
    assert runs.room_left() == 10_000
    (run.folder / "x").write_bytes(bytes(9_000))
    assert runs.room_left() == 1_000
    (run.folder / "y").write_bytes(bytes(9_000))
    assert runs.room_left() == 0


def test_folders_on_the_server_are_those_that_its_owner_names(tmp_path, monkeypatch):
    allowed, other = tmp_path / "allowed", tmp_path / "other"
    for folder in (allowed / "rome", allowed / ".hidden", other):
        folder.mkdir(parents=True)
    (allowed / "link").symlink_to(other)
    (allowed / "a.jpg").touch()
    named = [str(allowed), "relative", "", str(tmp_path / "missing")]
    monkeypatch.setenv("GEOLOC_TRAIN_FOLDERS", os.pathsep.join(named))
    assert settings.folders() == [allowed, allowed / "rome"]
    monkeypatch.delenv("GEOLOC_TRAIN_FOLDERS")
    assert settings.folders() == []


def test_a_head_on_each_fetched_model_can_be_trained_beside_what_the_owner_chose(monkeypatch):
    monkeypatch.setattr(store, "all_fetched", list)
    assert settings.recipes() == [settings.RECIPE]
    monkeypatch.setattr(store, "all_fetched", lambda: ["clip-base", "dinov3", "streetclip"])
    assert settings.recipes() == [settings.RECIPE, "streetclip-head", "dinov3-head"]
