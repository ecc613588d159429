"""A training that the page Train has started, in a run's folder of the app."""

from __future__ import annotations

import json
import os
import signal
import time
from contextlib import suppress
from pathlib import Path

from benchmarks.faults.work import Work
from geoloc.models import registry
from geoloc.models.release import WEIGHTS, ReleaseError, load
from pages.jobs import gather, jobs, runs, settings, survey
from pages.jobs.archive import zip_files
from tests.pages.jobs.geotagged import photos, zipped
from tests.training import tiny

_PHOTOS, _EPOCHS = 40, 4
_POLL_S = 0.02


class TrainPage(Work):
    """After a kill the page says that it stopped; gone on with, it ends with the same weights."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._enter()
        self.recipe = tiny.recipe(folder, _EPOCHS, batch=8)
        self.run = runs.create()
        gather(self.run, zip_files(zipped(photos(_PHOTOS))))

    def _enter(self) -> None:
        """Let the app's folders be those of this work."""
        settings.ROOT, registry.CHECKPOINTS = self.folder / "own", self.folder / "checkpoints"

    def start(self) -> _Job:
        if jobs.job_of(self.run):
            jobs.go_on(self.run)
        else:
            found = survey(self.run.collection().photos)
            jobs.start(self.run, found, "Old Town", str(self.recipe))
        return _Job(self.run)

    def after_kill(self, whole: TrainPage) -> list[str]:
        wrong = [str(problem) for problem in registry.available(registry.CHECKPOINTS)[1]]
        progress = jobs.progress(self.run)
        if progress is None or progress.state != "stopped" or not progress.message:
            wrong.append(f"the page does not say that it stopped: {progress}")
        job = jobs.job_of(self.run)
        if job and jobs.has_model(job):
            try:
                load(registry.CHECKPOINTS / job.model).network()
            except ReleaseError as error:
                wrong.append(str(error))
        return wrong

    def at_end(self, whole: TrainPage) -> list[str]:
        progress = jobs.progress(self.run)
        if progress is None or progress.state != "done":
            return [f"it did not come to its end: {progress}"]
        is_same = self.weights() == whole.weights()
        return [] if is_same else ["its weights are not those that nothing interrupted"]

    def weights(self) -> bytes:
        """The weights of its model, which is there."""
        (folder,) = (self.folder / "checkpoints").glob("own-*")
        load(folder).network()
        return (folder / WEIGHTS).read_bytes()


class _Job:
    """The process of a run's training."""

    def __init__(self, run: runs.Run) -> None:
        self._run = run

    @property
    def is_alive(self) -> bool:
        return jobs.running_run() == self._run.id

    def kill(self) -> bool:
        holder = json.loads((settings.ROOT / "training.lock").read_text())
        if self.is_alive:
            with suppress(ProcessLookupError):
                os.kill(holder["pid"], signal.SIGKILL)
        self.wait()
        progress = jobs.progress(self._run)
        return progress is not None and progress.state != "done"

    def wait(self) -> None:
        while self.is_alive:
            time.sleep(_POLL_S)
        progress = jobs.progress(self._run)
        if progress is not None and progress.state == "failed":
            raise RuntimeError(f"the work itself failed: {progress.message}")
