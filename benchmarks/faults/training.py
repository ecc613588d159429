"""A training by the command line, over a model of the same name that is there already."""

from __future__ import annotations

from pathlib import Path

from safetensors import SafetensorError, safe_open

from benchmarks.faults.work import Child, Work
from geoloc.models.registry import available
from geoloc.models.release import WEIGHTS, Release, ReleaseError, load, save
from tests.geoloc import small_models
from tests.training import tiny
from training.__main__ import main
from training.data import frames
from training.loop import state

_NAME = "tiny"
_EPOCHS = 4


class Training(Work):
    """Resumed after its kills, it ends with the weights of one that nothing interrupted."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.data = tiny.countries(folder / "photos")
        self.recipe = tiny.recipe(folder, epochs=_EPOCHS)
        self.checkpoints, self.runs = folder / "checkpoints", folder / "runs"
        card = small_models.country_card(name=_NAME)
        save(self.checkpoints / _NAME, small_models.network(), card)
        self.before = self.weights()

    def start(self) -> Child:
        arguments = {
            "data": self.data,
            "recipe": self.recipe,
            "device": "cpu",
            "name": _NAME,
            "checkpoints": self.checkpoints,
            "runs": self.runs,
        }
        given = [f"--{key}={value}" for key, value in arguments.items()]
        return Child(self.log, _train, ["country", *given], self.folder / "cache")

    def after_kill(self, whole: Training) -> list[str]:
        wrong = [str(problem) for problem in available(self.checkpoints)[1]]
        try:
            if self.weights() not in (self.before, whole.weights()):
                wrong.append("the model is neither the one before nor the one that comes of it")
        except ReleaseError as error:
            wrong.append(str(error))
        for file in self.runs.rglob(state.FILE):
            try:
                safe_open(file, framework="pt").keys()
            except SafetensorError as error:
                wrong.append(f"the state can't be read: {error}")
        return wrong

    def at_end(self, whole: Training) -> list[str]:
        wrong = []
        if self.weights() != whole.weights():
            wrong.append("its weights are not those of a training that nothing interrupted")
        if self.model().card.metrics != whole.model().card.metrics:
            wrong.append("its scores are not those of a training that nothing interrupted")
        return wrong

    def model(self) -> Release:
        """The model that is there, which opens."""
        return opened(self.checkpoints / _NAME)

    def weights(self) -> bytes:
        """Its weights as they lie there."""
        return (self.model().folder / WEIGHTS).read_bytes()


def opened(folder: Path) -> Release:
    """A release whose weights were read, and are those that its card was released with.

    Raises:
        ReleaseError: if they are not.
    """
    release = load(folder)
    release.network()
    return release


def _train(arguments: list[str], cache: Path) -> int:
    frames.CACHE = cache
    return main(arguments)
