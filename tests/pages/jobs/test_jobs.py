"""Trainings as processes, with a short script in the training's place."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from geoloc.models import registry
from pages.jobs import JobError, Run, Survey, gather, jobs, runs, survey
from pages.jobs.archive import zip_files
from tests.pages.jobs.geotagged import photos, zipped
from training.disk import FULL
from training.loop.progress import UNFORESEEN

# Notes an epoch more than there were, and then waits for a file that bids it end.
TRAINING = """
import json, pathlib, sys, time
told = dict(part.removeprefix("--").split("=", 1) for part in sys.argv[1:])
live = pathlib.Path(told["live"])
def tell(**more):
    live.write_text(json.dumps(json.loads(live.read_text()) | more))
rows = json.loads(live.read_text()).get("rows", [])
rows.append({"epoch": len(rows) + 1, "train_loss": 1.0, "val_median_m": 250.0})
tell(phase="training", rows=rows, epochs=9, asked=told)
while not live.with_name("end").is_file():
    time.sleep(0.01)
tell(**json.loads(live.with_name("end").read_text()))
"""
PATIENCE_S = 20
ZIP = zipped(photos(24))


@pytest.fixture(autouse=True)
def training(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    script = tmp_path / "training.py"
    script.write_text(TRAINING)
    monkeypatch.setattr(jobs, "_COMMAND", (sys.executable, str(script)))
    yield
    for run in runs.every():
        jobs.stop(run)


@pytest.fixture
def run() -> Run:
    made = runs.create()
    gather(made, zip_files(ZIP))
    return made


def seen(run: Run) -> Survey:
    return survey(run.collection().photos)


def eventually(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE_S
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


def started(run: Run, title: str = "Old Town") -> None:
    jobs.start(run, seen(run), title)
    assert eventually(lambda: jobs.progress(run).epoch == 1)


def end(run: Run, **told: str) -> None:
    (run.folder / "end").write_text(json.dumps(told))
    assert eventually(lambda: jobs.running_run() is None)


def asked(run: Run) -> dict[str, str]:
    return json.loads(run.progress.read_text())["asked"]


def pid() -> int:
    return json.loads((runs.settings.ROOT / "training.lock").read_text())["pid"]


def test_nothing_was_asked_of_a_new_run(run):
    assert jobs.job_of(run) is None and jobs.progress(run) is None
    assert jobs.running_run() is None


def test_a_training_runs_in_the_background_until_it_is_done(run):
    started(run)
    progress = jobs.progress(run)
    assert (progress.state, progress.phase, progress.epochs) == ("running", "training", 9)
    assert jobs.running_run() == run.id
    end(run, state="done")
    assert jobs.progress(run).state == "done"


def test_it_is_told_what_to_do_and_yields_to_the_app(run):
    started(run)
    told = asked(run)
    assert (told["city"], told["title"]) == ("old-town", "Old Town")
    assert told["name"] == jobs.job_of(run).model == f"own-old-town-{run.tag}"
    assert Path(told["data"], "photos.csv").is_file()
    nice = os.getpriority(os.PRIO_PROCESS, pid())
    assert nice > os.getpriority(os.PRIO_PROCESS, 0) or nice == 19


def test_a_stopped_training_goes_on_from_where_it_was(run):
    started(run)
    jobs.stop(run)
    stopped = jobs.progress(run)
    assert (stopped.state, stopped.message) == ("stopped", "") and jobs.running_run() is None
    jobs.go_on(run)
    assert eventually(lambda: jobs.progress(run).epoch == 2)
    assert jobs.progress(run).state == "running"
    assert asked(run)["title"] == "Old Town"


def test_a_training_that_ignores_the_wish_is_ended_all_the_same(run, monkeypatch):
    started(run)
    os.kill(pid(), signal.SIGSTOP)  # does nothing now, not even end
    monkeypatch.setattr(jobs, "_STOP_SECONDS", 0.2)
    jobs.stop(run)
    assert jobs.progress(run).state == "stopped"


def test_a_training_killed_from_outside_leaves_no_lock(run):
    started(run)
    os.kill(pid(), signal.SIGKILL)
    assert eventually(lambda: jobs.running_run() is None)
    progress = jobs.progress(run)
    assert progress.state == "stopped" and "ended unexpectedly" in progress.message
    jobs.go_on(run)
    assert jobs.running_run() == run.id


def test_a_lock_file_of_a_server_that_is_gone_does_not_count(run):
    other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        lock = {"pid": other.pid, "run": run.id}
        (runs.settings.ROOT / "training.lock").write_text(json.dumps(lock))
        assert jobs.running_run() is None
        jobs.stop(run)
        assert other.poll() is None
    finally:
        other.kill()
        other.communicate()


def test_there_is_one_training_at_a_time(run):
    other = runs.create()
    gather(other, zip_files(ZIP))
    started(run)
    with pytest.raises(JobError, match="Another city is being trained"):
        jobs.start(other, seen(other), "Other")
    assert jobs.progress(other) is None
    jobs.stop(other)
    assert jobs.progress(run).state == "running"
    end(run, state="done")
    jobs.start(other, seen(other), "Other")
    assert jobs.running_run() == other.id


def test_a_failure_is_told(run):
    started(run)
    end(run, state="failed", message="No photo is left in val.")
    progress = jobs.progress(run)
    assert (progress.state, progress.message) == ("failed", "No photo is left in val.")


def test_what_a_training_leaves_in_english_is_known_to_the_catalogue():
    assert (jobs._UNFORESEEN, jobs._FULL) == (UNFORESEEN, FULL)


TITLES = {
    "": "Give the city a name",
    "  ": "Give the city a name",
    "!?": "Give the city a name",
    "a\x00b": "Give the city a name",
    "x" * 41: "too long",
    "pittsburgh": "already",
}


@pytest.mark.parametrize(("title", "says"), TITLES.items())
def test_a_name_that_cannot_be_shown_is_refused(run, title, says, monkeypatch):
    class Pittsburgh:
        class city:
            title = "Pittsburgh"

    monkeypatch.setattr(registry, "of_task", lambda *_: [Pittsburgh])
    with pytest.raises(JobError, match=says):
        jobs.start(run, seen(run), title)
    assert jobs.job_of(run) is None


NAMES = {"São Paulo": "sao-paulo", "東京": "city", "--help": "help", "a/../b": "a-b"}


@pytest.mark.parametrize(("title", "short"), NAMES.items())
def test_any_other_name_is_a_name_and_nothing_else(run, title, short):
    started(run, title)
    assert (asked(run)["city"], asked(run)["title"]) == (short, title)


def test_a_name_is_taken_from_when_it_was_asked_for(run):
    started(run)
    jobs.stop(run)
    other = runs.create()
    gather(other, zip_files(ZIP))
    with pytest.raises(JobError, match="already"):
        jobs.start(other, seen(other), "OLD town")


def test_photos_that_cannot_be_trained_on_are_not(run):
    with pytest.raises(JobError, match="There are 5 photos"):
        jobs.start(run, survey(run.collection().photos[:5]), "Town")


def test_a_model_that_is_there_is_never_written_over(run):
    taken = registry.CHECKPOINTS / f"own-old-town-{run.tag}"
    taken.mkdir(parents=True)
    started(run)
    assert jobs.job_of(run).model == f"{taken.name}-2"


def test_only_a_city_of_a_visitor_can_be_removed(run):
    started(run)
    for name in ("pittsburgh-cnn", "own-old-town-1"):
        (registry.CHECKPOINTS / name).mkdir(parents=True)
        (registry.CHECKPOINTS / name / "card.json").touch()
        job = jobs.Job("Town", "town", name)
        assert jobs.has_model(job)
        jobs.remove_model(job)
    assert [folder.name for folder in registry.CHECKPOINTS.iterdir()] == ["pittsburgh-cnn"]
    jobs.remove_model(jobs.Job("Town", "town", "own-../pittsburgh-cnn"))
    assert [folder.name for folder in registry.CHECKPOINTS.iterdir()] == ["pittsburgh-cnn"]


def test_without_its_photos_a_training_cannot_go_on(run):
    started(run)
    jobs.stop(run)
    run.forget_photos()
    with pytest.raises(JobError, match="were removed"):
        jobs.go_on(run)
