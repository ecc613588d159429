"""The models that the app has: loaded once a process, shared by all visitors.

A folder dropped into the checkpoints is seen at the next click, and so is a changed one.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

import streamlit as st

from geoloc.explain import ProbeCam
from geoloc.models import registry
from geoloc.models.ensemble import Ensemble
from geoloc.models.registry import Model, load_model
from geoloc.models.release import CARD, PROBES, VIEWS, WEIGHTS, Checkpoint, CheckpointError
from geoloc.tasks.country import CountryClassifier
from pages.language import N_, _, ngettext, said
from pages.shared.frame import plain

DEFAULT_CITY = "pittsburgh"
_TRAINING = {
    "country": "country --recipe cnn-alone --name cnn --data FOLDER",
    "city": "city --city pittsburgh --data FOLDER",
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
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Shelved:
    """A model that answers.

    Attributes:
        checkpoint: its folder and card.
        model: what answers.
        version: differs whenever its files do.
        parts: the members of an ensemble that answer; the shelf's own, so loaded once.
    """

    checkpoint: Checkpoint
    model: Model
    version: str
    parts: tuple[Shelved, ...] = ()

    @property
    def title(self) -> str:
        return self.checkpoint.title


@dataclass(frozen=True)
class Shelf:
    """What lies in the folder of models.

    Attributes:
        countries: the country models: ensembles, then the one that claims to be right most often.
        cities: the city models, those of the default city first, each city's most exact one first.
        problems: what is wrong with each folder that cannot be used.
    """

    countries: tuple[Shelved, ...]
    cities: tuple[Shelved, ...]
    problems: tuple[CheckpointError, ...]


def shelf() -> Shelf:
    """The models as they are now."""
    found, problems = registry.available(registry.CHECKPOINTS)
    usable: dict[str, list[Shelved]] = {"country": [], "city": []}
    # What a cache says itself while it waits is the same for everybody.
    with st.spinner(_("Loading the models…")):
        for checkpoint in found:
            if checkpoint.members:
                continue
            version = _version(checkpoint)
            loaded = _load(str(checkpoint.folder), version, checkpoint)
            if isinstance(loaded, CheckpointError):
                problems.append(loaded)
            else:
                usable[checkpoint.task].append(Shelved(loaded.checkpoint, loaded, version))
    networks = tuple(usable["country"])
    for checkpoint in found:
        if checkpoint.members:
            try:
                usable["country"].append(_ensemble(checkpoint, networks))
            except CheckpointError as error:
                problems.append(error)
    return Shelf(
        countries=tuple(sorted(usable["country"], key=_rank)),
        cities=tuple(sorted(usable["city"], key=_city_rank)),
        problems=tuple(problems),
    )


def _ensemble(checkpoint: Checkpoint, networks: tuple[Shelved, ...]) -> Shelved:
    model = Ensemble(checkpoint, {part.checkpoint.folder.name: part.model for part in networks})
    parts = tuple(part for part in networks if part.model in model.networks)
    version = " ".join([_version(checkpoint), *(part.version for part in parts)])
    return Shelved(checkpoint, model, version, parts)


def explainer(shelved: Shelved) -> ProbeCam:
    """What makes the activation maps of a country model that has linear models."""
    return _explainer(str(shelved.checkpoint.folder), shelved.version, shelved.model)


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


def _rank(shelved: Shelved) -> tuple[bool, float]:
    scores = registry.deciding(shelved.checkpoint.country_card.metrics)
    claimed = scores and scores.top1
    return not shelved.parts, -(claimed or 0.0)


def _city_rank(shelved: Shelved) -> tuple[bool, str, float]:
    city = shelved.checkpoint.city.name
    return city != DEFAULT_CITY, city, registry.median_error_m(shelved.checkpoint)


def _version(checkpoint: Checkpoint) -> str:
    files = [checkpoint.folder / file for file in (CARD, WEIGHTS, PROBES, VIEWS)]
    return str([file.stat().st_mtime_ns for file in files if file.is_file()])


@st.cache_resource(show_spinner=False, max_entries=32)
def _load(folder: str, version: str, _checkpoint: Checkpoint) -> Any:
    """The model, or why it cannot be used, which is not worth trying again."""
    try:
        return load_model(_checkpoint)
    except CheckpointError as error:
        return error
    except Exception:
        _log.exception("the model in %s could not be loaded", folder)
        return CheckpointError(
            "not_loaded",
            "{model}: it could not be loaded; the server's log says why.",
            model=_checkpoint.name,
        )


@st.cache_resource(show_spinner=False, max_entries=8)
def _explainer(folder: str, version: str, _classifier: CountryClassifier) -> ProbeCam:
    return ProbeCam(_classifier)
