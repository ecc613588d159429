"""Which language is read just now."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

LANGUAGES = {"en": "English", "fr": "Français"}
"""Codes and their own names; the first is the one that messages are written in."""

SOURCE = next(iter(LANGUAGES))


def _nobody() -> str:
    return SOURCE


_ask: Callable[[], str] = _nobody
_spoken: ContextVar[str | None] = ContextVar("spoken", default=None)


def language() -> str:
    """The code of the language that is read now; English where nobody was asked."""
    code = _spoken.get() or _ask()
    return code if code in LANGUAGES else SOURCE


def ask_reader(ask: Callable[[], str]) -> Callable[[], str]:
    """From now on, who reads is asked for the language whenever words are needed.

    An app serves many readers at once, and draws a part of a page without the rest: only at the
    moment a word is needed is it known who will read it.

    Args:
        ask: gives a code; one that is not in LANGUAGES stands for English.

    Returns:
        who was asked until now.
    """
    global _ask
    before, _ask = _ask, ask
    return before


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Inside, words are in one language: for work that is done where nobody can be asked.

    Args:
        code: as `language` gave it when the work was asked for.
    """
    before = _spoken.set(code)
    try:
        yield
    finally:
        _spoken.reset(before)
