"""A release that is put into the place of another, again and again, while others read there."""

from __future__ import annotations

from pathlib import Path

import torch

from benchmarks.faults.work import Child, Work
from geoloc.models.registry import available
from geoloc.models.release import ReleaseError, ReplacedError, load, save
from geoloc.networks import GeoNetwork
from tests.geoloc import small_models

_TITLES = ("Old", "New")
_TIMES = 20
_BESIDE = "photos.txt"


class Publishing(Work):
    """Whoever opens the model at any moment has the one or the other, with its own card."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.model = folder / "models" / "model"
        for title, network in _networks().items():
            _publish(folder / "alone" / title, network, title)
        self.expected = dict(_answer(folder / "alone" / title) for title in _TITLES)
        _publish(self.model, _networks()["Old"], "Old")
        (self.model / _BESIDE).write_text("what else lies there stays")

    def start(self) -> Child:
        return Child(self.log, _publish_often, self.model)

    def meanwhile(self) -> list[str]:
        return self._wrong()

    def after_kill(self, whole: Publishing) -> list[str]:
        problems = [str(problem) for problem in available(self.model.parent)[1]]
        return problems + self._wrong()

    def at_end(self, whole: Publishing) -> list[str]:
        wrong = self._wrong()
        if load(self.model).title != _TITLES[1]:
            wrong.append("the last one published is not the one that is there")
        return wrong

    def _wrong(self) -> list[str]:
        wrong = []
        try:
            title, answer = _answer(self.model)
            if title not in _TITLES or not torch.equal(answer, self.expected[title]):
                wrong.append(f"a mixture: the card of {title} with another's answer")
        except ReleaseError as error:
            wrong.append(str(error))
        if not (self.model / _BESIDE).is_file():
            wrong.append("a file beside the model's own is gone")
        return wrong


def _answer(folder: Path) -> tuple[str, torch.Tensor]:
    """What a model calls itself, and its answer, as whoever opens it now has them."""
    while True:
        release = load(folder)
        try:
            network = release.network()
        except ReplacedError:
            continue  # and open it again, as the app does
        with torch.inference_mode():
            return release.title, network(torch.linspace(0, 1, 86_400).reshape(1, 3, 120, 240))


def _publish(folder: Path, network: GeoNetwork, title: str) -> None:
    save(folder, network, small_models.country_card(name=folder.name, title=title))


def _networks() -> dict[str, GeoNetwork]:
    return {title: small_models.network(seed=number) for number, title in enumerate(_TITLES)}


def _publish_often(folder: Path) -> None:
    networks = _networks()
    for _time in range(_TIMES):
        for title, network in networks.items():
            _publish(folder, network, title)
