"""What is made of a visitor's photos, each thing once: it goes with the photo or the session.

A file's SHA-256 stands for the photo.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import streamlit as st

from pages.shared import turn

_MADE = "made"
_MOST = 400

T = TypeVar("T")


def once(sha256: str, key: tuple[object, ...], make: Callable[[], T]) -> T:
    """What was made of a photo, or is made now.

    Args:
        sha256: of the photo's file.
        key: what is made, and by what.
        make: makes it.
    """
    made = st.session_state.setdefault(_MADE, {})
    at = (sha256, *key)
    if at not in made:
        turn.take()
    # At the end again: what was not asked for the longest comes first, and goes first.
    made[at] = made.pop(at) if at in made else make()
    while len(made) > _MOST:
        del made[next(iter(made))]
    return made[at]


def replace(sha256: str, key: tuple[object, ...], made: object) -> None:
    """Put something made of a photo in the place of what was there."""
    st.session_state.setdefault(_MADE, {})[sha256, *key] = made


def recall(sha256: str, key: tuple[object, ...]) -> object | None:
    """What was made of a photo, None if it was not."""
    return st.session_state.get(_MADE, {}).get((sha256, *key))


def forget(sha256: str) -> None:
    """Nothing of what was made of a photo stays in the session."""
    made = st.session_state.get(_MADE, {})
    for at in [at for at in made if at[0] == sha256]:
        del made[at]
