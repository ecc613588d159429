"""The models in memory: one a folder, loaded when it is first asked, let go when it is replaced."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from geoloc.models.registry import Model
from geoloc.models.release import ReleaseError
from pages.shared import turn

_log = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(eq=False)
class _Entry:
    """What became of one state of a folder's files.

    Attributes:
        stamp: tells that state from every other.
        outcome: the model, or why it cannot be used; None until somebody asked.
        derived: what was made of the model, by name.
        lock: a model is loaded once, whoever waits for it.
    """

    stamp: str
    outcome: Model | ReleaseError | None = None
    derived: dict[Hashable, Any] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)


class LoadedModels:
    """Models by folder, shared by all visitors; as many as the folder of models holds."""

    def __init__(self) -> None:
        self._entries: dict[Path, _Entry] = {}
        self._lock = threading.Lock()

    def keep(self, stamps: dict[Path, str]) -> None:
        """Let go of every model whose folder is gone or has other files now."""
        with self._lock:
            for folder in [at for at, one in self._entries.items() if stamps.get(at) != one.stamp]:
                del self._entries[folder]

    def model(self, folder: Path, stamp: str, load: Callable[[], Model]) -> Model:
        """The folder's model.

        Args:
            folder: of the model.
            stamp: of its files as they are now.
            load: loads it.

        Raises:
            ReleaseError: if it can't be loaded, which is tried once for a state of its files.
        """
        entry = self._entry(folder, stamp)
        if entry.outcome is None:
            turn.take()
        with entry.lock:
            if entry.outcome is None:
                entry.outcome = _outcome(folder, load)
            if isinstance(entry.outcome, ReleaseError):
                # Raised anew each time: one error would gather the traces of all who met it.
                raise ReleaseError(
                    entry.outcome.code, entry.outcome.notice.template, **entry.outcome.parameters
                )
            return entry.outcome

    def derived(self, folder: Path, stamp: str, key: Hashable, make: Callable[[], T]) -> T:
        """What is made of a model once, and goes with it."""
        entry = self._entry(folder, stamp)
        if key not in entry.derived:
            turn.take()
        with entry.lock:
            if key not in entry.derived:
                entry.derived[key] = make()
            return entry.derived[key]

    def failure(self, folder: Path, stamp: str) -> ReleaseError | None:
        """Why the model cannot be used, if that is known already."""
        outcome = self._entry(folder, stamp).outcome
        return outcome if isinstance(outcome, ReleaseError) else None

    def folders(self) -> Collection[Path]:
        """Where the models lie that are in memory."""
        return [at for at, one in self._entries.items() if one.outcome is not None]

    def _entry(self, folder: Path, stamp: str) -> _Entry:
        with self._lock:
            if folder not in self._entries or self._entries[folder].stamp != stamp:
                self._entries[folder] = _Entry(stamp)
            return self._entries[folder]


def _outcome(folder: Path, load: Callable[[], Model]) -> Model | ReleaseError:
    try:
        return load()
    except ReleaseError as error:
        return error
    except Exception:
        _log.exception("the model in %s could not be loaded", folder)
        return ReleaseError(
            "not_loaded",
            "{model}: it could not be loaded; the server's log says why.",
            model=folder.name,
        )
