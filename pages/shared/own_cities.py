"""Which visitors' own cities a visitor sees: theirs, those made public, and none that is no use.

A mark beside a model's folder says what its maker allowed: a folder of its own would be swapped
away with the next model.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from geoloc.models import registry
from geoloc.models.release import Release
from pages.server.reach import is_owner

PREFIX = "own-"
"""Of the names of models that visitors trained."""

_MINE = "own models"
_PUBLIC, _UNPROVEN = "public", "unproven"


def is_visible(checkpoint: Release) -> bool:
    """Whether the visitor sees a model on other pages than *Train*."""
    if not checkpoint.name.startswith(PREFIX):
        return True
    if not (is_proven(checkpoint) or _mark(checkpoint.name, _UNPROVEN).is_file()):
        return False
    mine = checkpoint.name in st.session_state.get(_MINE, ())
    return mine or is_alone() or is_public(checkpoint.name)


def is_alone() -> bool:
    """Whether nobody but this computer's owner reaches the app, whose cities are all theirs."""
    return is_owner(st.get_option("server.address"), st.context.headers)


def is_proven(checkpoint: Release) -> bool:
    """Whether a city model was shown to do better than the middle of the map."""
    scores = checkpoint.city_card.scores
    return scores is not None and scores.gain is not None and scores.gain[1] > 0


def is_public(model: str) -> bool:
    """Whether everybody sees a model."""
    return _mark(model, _PUBLIC).is_file()


def own(model: str) -> None:
    """This visitor is shown the model from now on."""
    st.session_state[_MINE] = {*st.session_state.get(_MINE, ()), model}


def publish(model: str, public: bool) -> None:
    """Everybody sees the model from now on, or its maker alone."""
    _set(_mark(model, _PUBLIC), public)


def show_unproven(model: str) -> None:
    """The model is seen although it was not shown to do better than the middle of the map."""
    _set(_mark(model, _UNPROVEN), True)


def forget(model: str) -> None:
    """Nothing is known of the model any more."""
    for kind in (_PUBLIC, _UNPROVEN):
        _set(_mark(model, kind), False)


def _mark(model: str, kind: str) -> Path:
    return registry.CHECKPOINTS / f".{model}.{kind}"


def _set(mark: Path, there: bool) -> None:
    if there:
        mark.touch()
    else:
        mark.unlink(missing_ok=True)
