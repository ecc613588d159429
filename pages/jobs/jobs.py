"""Trainings as processes of their own: one at a time, started, watched, stopped and gone on with.

The training holds a lock on a file for as long as it lives; the system gives it back however the
process ends, so no lock is ever stale. Closing the page, or the app, leaves the training running.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from geoloc.files import read_json, write_json
from geoloc.lease import Lease, LeaseError, is_held
from geoloc.models import registry
from geoloc.settings import PROJECT
from pages.jobs import runs, settings
from pages.jobs.runs import Run
from pages.jobs.surveys import Survey
from pages.language import N_, _
from pages.shared.own_cities import PREFIX, forget

LONGEST_TITLE = 40
_NICENESS = 10
_STOP_SECONDS = 10.0
_LEAST_SECONDS = 30.0
_COMMAND = (sys.executable, "-m", "training", "city")
_UNFORESEEN = N_("Something unforeseen went wrong; the training's log says what.")
"""What `training.loop.progress` writes for want of a reason for people; in files, so in English."""
_FULL = N_(
    "The disk is full, so the last step could not be written. Make room, and start it again: a "
    "training goes on from its last whole epoch."
)
"""What `training.disk` says of it; in files, so in English."""
_UNEXPECTED = N_(
    "It ended unexpectedly: the computer was restarted, or ran out of memory or of disk. If that "
    "comes again, the log in the city's folder says more."
)

# Within this process, looking at the lock must not be taken for holding it.
_looking = threading.Lock()
_started: list[subprocess.Popen[bytes]] = []


class JobError(ValueError):
    """A training that cannot be started; `str()` says why and what to do."""


@dataclass(frozen=True)
class Job:
    """What was asked of a training.

    Attributes:
        title: the city's name for people.
        city: its short name.
        model: the checkpoint that comes of it.
        recipe: by which it is trained, a name or a TOML file.
    """

    title: str
    city: str
    model: str
    recipe: str = settings.RECIPE


@dataclass(frozen=True)
class Progress:
    """How far a training is.

    Attributes:
        state: "failed" and "done" are final; "stopped" can go on.
        phase: what it does while it runs.
        epochs: how many there will be at most.
        rows: what the epochs so far measured, as in a card's curves.
        middle_m: what always answering the middle of the map would reach, in metres.
        seconds_left: until the last epoch, at most; None if that is not known yet.
        published: the epoch whose model the app has; None before the first.
        message: what went wrong, if it failed or ended by itself, in English.
        begun: when it was started, in seconds since 1970.
    """

    state: Literal["running", "stopped", "failed", "done"]
    phase: Literal["starting", "reading", "training", "measuring"] = "starting"
    epochs: int = 0
    rows: tuple[dict[str, float], ...] = ()
    middle_m: float | None = None
    seconds_left: float | None = None
    published: int | None = None
    message: str = ""
    begun: float | None = None

    @property
    def share(self) -> float:
        """How much of the training is done, in [0, 1]: of its epochs and what comes around them."""
        if self.phase == "measuring":
            return 0.95
        within = self.epoch / self.epochs if self.epochs else 0.0
        return {"starting": 0.02, "reading": 0.05}.get(self.phase, 0.1 + 0.85 * min(1.0, within))

    @property
    def left(self) -> float | None:
        """Seconds left, as near as can be told; None before there is anything to tell by."""
        if self.seconds_left is not None:
            return self.seconds_left
        # What is left takes as long a share as what is done, until an epoch has been timed.
        ran = time.time() - self.begun if self.begun else 0.0
        return max(_LEAST_SECONDS, ran * (1 - self.share) / self.share)

    @property
    def epoch(self) -> int:
        """The last whole epoch, 0 before the first."""
        return int(self.rows[-1]["epoch"]) if self.rows else 0


def job_of(run: Run) -> Job | None:
    """What was asked of a run's training; None before it was asked."""
    told = read_json(run.asked)
    return Job(**told) if told else None


def start(run: Run, survey: Survey, title: str, recipe: str = settings.RECIPE) -> Job:
    """Start training a run's photos by one of `settings.recipes`.

    Raises:
        JobError: if the photos or the title cannot be used, or another training is running.
    """
    if survey.hindrance:
        raise JobError(survey.hindrance)
    title = _checked(title)
    city = _short(title)
    job = Job(title, city, _free_name(f"{PREFIX}{city}-{run.tag}"), recipe)
    survey.write_table(run.photos)
    with _lock() as lock:
        write_json(run.asked, asdict(job))
        _launch(run, job, lock)
    return job


def go_on(run: Run) -> None:
    """Go on with a training that was stopped, from its last epoch.

    Raises:
        JobError: if another training is running.
    """
    job = job_of(run)
    if job is None or not run.photos.is_dir():
        raise JobError(_("The photos of this city were removed, so its training cannot go on."))
    with _lock() as lock:
        _launch(run, job, lock)


def stop(run: Run) -> None:
    """End a run's training, if it is running; its last whole epoch is kept."""
    if _pid(run) is None:
        return
    for wanted in (signal.SIGTERM, signal.SIGKILL):
        pid = _pid(run)
        if pid is None:
            break
        with suppress(ProcessLookupError):
            os.kill(pid, wanted)
        deadline = time.monotonic() + _STOP_SECONDS
        while _pid(run) is not None and time.monotonic() < deadline:
            time.sleep(0.05)
    told = read_json(run.progress)
    if told.get("state") == "running":
        write_json(run.progress, {**told, "state": "stopped"})


def progress(run: Run) -> Progress | None:
    """How far a run's training is; None if none was started."""
    if not run.asked.is_file():
        return None
    # In this order: a training that ends in between has told so before.
    running = running_run() == run.id
    told = read_json(run.progress)
    state, message = told.get("state", "stopped"), told.get("message", "")
    if state == "running" and not running:
        state, message = "stopped", _UNEXPECTED
    return Progress(
        state=state,
        phase=told.get("phase", "starting"),
        epochs=told.get("epochs", 0),
        rows=tuple(told.get("rows", ())),
        middle_m=told.get("middle_m"),
        seconds_left=told.get("seconds_left"),
        published=told.get("published"),
        message=message,
        begun=told.get("begun"),
    )


def running_run() -> str | None:
    """The id of the run whose training is running, on this whole server."""
    return (_holder() or {}).get("run")


def has_model(job: Job) -> bool:
    """Whether the app has a model of the city already."""
    return (registry.CHECKPOINTS / job.model / "card.json").is_file()


def remove_model(job: Job) -> None:
    """Take the city away from the app."""
    # Never a released model, whatever a file on disk says.
    if re.fullmatch(f"{PREFIX}[a-z0-9-]+", job.model):
        shutil.rmtree(registry.CHECKPOINTS / job.model, ignore_errors=True)
        forget(job.model)


def _launch(run: Run, job: Job, lock: int) -> None:
    before = {"state": "running", "phase": "starting", "message": "", "begun": time.time()}
    write_json(run.progress, {**read_json(run.progress), **before})
    arguments = {
        "city": job.city,
        "title": job.title,
        "name": job.model,
        "data": run.photos,
        "source": "csv",
        "recipe": job.recipe,
        "runs": run.state,
        "checkpoints": registry.CHECKPOINTS.absolute(),
        "live": run.progress,
    }
    with run.log.open("ab") as log:
        process = subprocess.Popen(
            # With an equals sign even a title such as "--x" is a value.
            [*_COMMAND, *(f"--{key}={value}" for key, value in arguments.items())],
            cwd=PROJECT,
            env={**os.environ, "GEOLOC_CACHE": str(run.cache)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=(lock,),
        )
    niceness = min(19, os.getpriority(os.PRIO_PROCESS, 0) + _NICENESS)
    os.setpriority(os.PRIO_PROCESS, process.pid, niceness)
    os.pwrite(lock, json.dumps({"pid": process.pid, "run": run.id}).encode(), 0)
    _started.append(process)


@contextmanager
def _lock() -> Iterator[int]:
    """The lock, held until the process that it was passed to ends."""
    if sys.platform == "win32":  # whose processes inherit no lock
        raise JobError(
            _(
                "On Windows trainings cannot be started from this page. Use the command line: "
                "python -m training city --help"
            )
        )
    settings.ROOT.mkdir(parents=True, exist_ok=True)
    # Who can read the id of a run may remove the run.
    _lock_file().touch(mode=0o600)
    with _looking, _lease() as lease:
        # The last training's process number may be another program's by now.
        lease.file.truncate(0)
        yield lease.file.fileno()


def _lease() -> Lease:
    try:
        return Lease(_lock_file())
    except LeaseError as error:
        raise JobError(
            _(
                "Another city is being trained on this server, and there is one at a time. "
                "Try again when it is done."
            )
        ) from error


def _holder() -> dict[str, object] | None:
    """Process and run of the training that holds the lock, None if none does."""
    # An ended process whose parent has not asked for its result would stay in the process list.
    _started[:] = [process for process in _started if process.poll() is None]
    if not _lock_file().is_file():
        return None
    with _looking:
        return read_json(_lock_file()) if is_held(_lock_file()) else None


def _pid(run: Run) -> int | None:
    holder = _holder() or {}
    return holder["pid"] if holder.get("run") == run.id else None


def _lock_file() -> Path:
    return settings.ROOT / "training.lock"


def _checked(title: str) -> str:
    title = " ".join(title.split())
    if not (any(map(str.isalnum, title)) and title.isprintable()):
        raise JobError(_("Give the city a name: people choose it by that on Locate."))
    if len(title) > LONGEST_TITLE:
        raise JobError(_("This name is too long. Use at most {most} letters.", most=LONGEST_TITLE))
    taken = [c.city.title for c in registry.of_task("city", registry.CHECKPOINTS)]
    taken += [job.title for job in map(job_of, runs.every()) if job]
    if title.casefold() in map(str.casefold, taken):
        raise JobError(
            _("There is a city called {title} already. Choose another name.", title=title)
        )
    return title


def _short(title: str) -> str:
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub("[^a-z0-9]+", "-", plain).strip("-") or "city"


def _free_name(name: str) -> str:
    """A checkpoint's name that no other has: what is there is never written over."""
    number, free = 1, name
    while (registry.CHECKPOINTS / free).exists():
        number += 1
        free = f"{name}-{number}"
    return free
