"""The models that the app has: loaded when they are first asked, shared by all visitors.

A folder dropped into the checkpoints is seen at the next click, and so is a changed one.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TypeVar

import streamlit as st

from geoloc.explain import ProbeCam
from geoloc.models import registry
from geoloc.models.ensemble import Ensemble
from geoloc.models.registry import Model, load_model
from geoloc.models.release import CARD, PLACES, PROBES, VIEWS, WEIGHTS, Release, ReleaseError
from geoloc.tasks.base import task_of
from pages.language import N_, _, ngettext, said
from pages.shared.frame import plain
from pages.shared.loaded import LoadedModels
from pages.shared.own_cities import is_visible
from pages.shared.streamlit_internals import visit

DEFAULT_CITY = "pittsburgh"
_TRAINING = {
    "country": "country --recipe cnn-alone --name cnn --data FOLDER",
    "city": "city --city pittsburgh --data FOLDER",
    "world": "world --data FOLDER",
}
_MISSING = {
    "country": N_(
        "There is no country model here yet. Copy the folder of a released one to `{folder}`, or "
        "train one, which puts it there:"
    ),
    "city": N_(
        "There is no city model here yet. Copy the folder of a released one to `{folder}`, or "
        "train one, which puts it there:"
    ),
}

T = TypeVar("T")


@dataclass(frozen=True)
class Shelved:
    """A model that lies in the folder; it is loaded when it is first asked.

    Attributes:
        checkpoint: its folder and card.
        version: of what it answers: other weights or another card have another.
        stamp: of its files: differs whenever one of them was written anew.
        parts: the members of an ensemble that lie beside it, or the model that a head reads.
    """

    checkpoint: Release
    version: str
    stamp: str
    parts: tuple[Shelved, ...] = ()

    @property
    def title(self) -> str:
        return self.checkpoint.title

    @property
    def model(self) -> Model:
        """What answers.

        Raises:
            ReleaseError: if it can't be loaded.
        """
        return _loaded().model(self.checkpoint.folder, self.stamp, self._load)

    @property
    def failure(self) -> ReleaseError | None:
        """Why it can't be loaded, if that was tried."""
        return _loaded().failure(self.checkpoint.folder, self.stamp)

    def derived(self, key: Hashable, make: Callable[[], T]) -> T:
        """What is made of the model once, for all visitors, and goes with it."""
        return _loaded().derived(self.checkpoint.folder, self.stamp, key, make)

    def _load(self) -> Model:
        # What a cache says itself while it waits is the same for everybody; a thread that loads
        # ahead of the visitors has no page to say it on.
        with st.spinner(_("Loading the models…")) if visit() else nullcontext():
            if self.checkpoint.task == "world" and self.parts:
                return task_of("world").open(self.checkpoint, None, lambda _: self.parts[0].model)
            if not self.checkpoint.members:
                return load_model(self.checkpoint)
            found = {}
            for part in self.parts:
                try:
                    found[part.checkpoint.folder.name] = part.model
                except ReleaseError:
                    continue  # the ensemble says itself whom it misses
            return Ensemble(self.checkpoint, found)


@dataclass(frozen=True)
class Shelf:
    """What lies in the folder of models.

    Attributes:
        countries: the country models: of those that were calibrated on sources they had not seen
            the best network, then ensembles, then the one that claims to be right most often.
        cities: the city models, those of the default city first, each city's most exact one first.
        unusable: what is wrong with each folder that cannot be used.
        worlds: the models that put a pin anywhere in the world.
    """

    countries: tuple[Shelved, ...]
    cities: tuple[Shelved, ...]
    unusable: tuple[ReleaseError, ...]
    worlds: tuple[Shelved, ...] = ()

    @property
    def problems(self) -> tuple[ReleaseError, ...]:
        """The same, and what was wrong with those that were tried since."""
        tried = [model.failure for model in (*self.countries, *self.cities, *self.worlds)]
        return (*self.unusable, *(error for error in tried if error))


def shelf() -> Shelf:
    """The models as they are now; none is loaded."""
    # A task of somebody else's has no views here.
    found, unusable = registry.available(registry.CHECKPOINTS)
    shown = [one for one in found if one.task in _TRAINING and is_visible(one)]
    alone = [one for one in shown if not one.members and one.task != "world"]
    networks = [_shelved(checkpoint) for checkpoint in alone]
    usable = [model for model in networks if not model.failure]
    ensembles = [_ensemble(checkpoint, usable) for checkpoint in shown if checkpoint.members]
    worlds = [_head(checkpoint, usable) for checkpoint in shown if checkpoint.task == "world"]
    every = (*networks, *ensembles, *worlds)
    _loaded().keep({model.checkpoint.folder: model.stamp for model in every})
    failed = [model.failure for model in every if model.failure]
    able = [model for model in every if not model.failure]
    countries, cities = of_task(able, "country"), of_task(able, "city")
    return Shelf(
        countries=_ranked(countries),
        cities=tuple(sorted(cities, key=_city_rank)),
        unusable=(*unusable, *failed),
        worlds=of_task(able, "world"),
    )


def of_task(models: Iterable[Shelved], task: str) -> tuple[Shelved, ...]:
    """The models of one task among some, in their order."""
    return tuple(model for model in models if model.checkpoint.task == task)


def ready(models: Iterable[Shelved]) -> tuple[Shelved, ...]:
    """Those of some models that answer; why another doesn't is said here when that turns out."""
    able = []
    for model in models:
        if model.failure:
            continue
        try:
            model.model  # noqa: B018 - loads it
        except ReleaseError as error:
            st.warning(plain(said(error)), icon=":material/warning:")
        else:
            able.append(model)
    return tuple(able)


def first_ready(models: Iterable[Shelved]) -> Shelved | None:
    """The first of some models that answers; no other one is loaded."""
    return next((able[0] for model in models if (able := ready([model]))), None)


def explainer(shelved: Shelved) -> ProbeCam:
    """What makes the activation maps of a country model that has linear models."""
    return shelved.derived("probe cam", lambda: ProbeCam(shelved.model))


def problems(shelf: Shelf) -> None:
    """A closed list of the model folders that cannot be used, where there are any."""
    count = len(shelf.problems)
    if not count:
        return
    title = ngettext("{n} model folder cannot be used", "{n} model folders cannot be used", count)
    with st.expander(title, icon=":material/warning:"):
        for problem in shelf.problems:
            st.write(plain(said(problem)))


def missing(task: str) -> None:
    """Says that there is no model of a task, and how to get one."""
    st.info(_(_MISSING[task], folder=registry.CHECKPOINTS), icon=":material/model_training:")
    st.code(f"python -m training {_TRAINING[task]}", language="shell", wrap_lines=True)


def _ranked(countries: Sequence[Shelved]) -> tuple[Shelved, ...]:
    """One network first, whose promises hold on sources it has not seen, as photos come from
    anywhere: several together take several times as long."""
    ranked = sorted(countries, key=_rank)
    alone = [m for m in ranked if not m.parts and m.checkpoint.country_card.calibration.sources]
    return (*alone[:1], *(model for model in ranked if model not in alone[:1]))


def _rank(shelved: Shelved) -> tuple[bool, bool, float]:
    card = shelved.checkpoint.country_card
    scores = registry.deciding(card.metrics)
    claimed = scores and (scores.source_mean or scores).top1
    return not card.calibration.sources, not shelved.parts, -(claimed or 0.0)


def _city_rank(shelved: Shelved) -> tuple[bool, str, float]:
    city = shelved.checkpoint.city.name
    return city != DEFAULT_CITY, city, registry.median_error_m(shelved.checkpoint)


def _shelved(checkpoint: Release) -> Shelved:
    stamp = _stamp(checkpoint)
    # Only a card that holds the digests of its files tells one network from another.
    version = checkpoint.card.version if checkpoint.card.files else stamp
    return Shelved(checkpoint, f"{checkpoint.name} {version}", stamp)


def _ensemble(checkpoint: Release, networks: Sequence[Shelved]) -> Shelved:
    beside = {model.checkpoint.folder.name: model for model in networks}
    wanted = [name for name, weight in checkpoint.members.items() if weight > 0]
    parts = tuple(
        beside[name]
        for name in wanted
        # A model of other countries that took a member's name is not that member.
        if name in beside
        and beside[name].checkpoint.task == "country"
        and beside[name].checkpoint.classes == checkpoint.classes
    )
    version = " ".join([checkpoint.name, checkpoint.card.version, *(p.version for p in parts)])
    stamp = " ".join([_stamp(checkpoint), *(part.stamp for part in parts)])
    return Shelved(checkpoint, version, stamp, parts)


def _head(checkpoint: Release, networks: Sequence[Shelved]) -> Shelved:
    """A model of the world, with the network beside it whose embedding it reads, if it reads one.

    The same photo is then answered by country and in the world from one forward.
    """
    backbone = checkpoint.world_card.backbone
    parts = tuple(n for n in networks if backbone and n.checkpoint.name == backbone.model)
    version = " ".join([checkpoint.name, checkpoint.card.version, *(p.version for p in parts)])
    stamp = " ".join([_stamp(checkpoint), *(part.stamp for part in parts)])
    return Shelved(checkpoint, version, stamp, parts)


def _stamp(checkpoint: Release) -> str:
    files = [checkpoint.folder / file for file in (CARD, WEIGHTS, PROBES, VIEWS, PLACES)]
    return str([file.stat().st_mtime_ns for file in files if file.is_file()])


@st.cache_resource(show_spinner=False)
def _loaded() -> LoadedModels:
    return LoadedModels()
