"""Where things lie: released models, the state of trainings, caches. The one place that knows.

| variable           | meaning                                                              |
| ------------------ | -------------------------------------------------------------------- |
| GEOLOC_CHECKPOINTS | the folder of released models (default: those that came with geoloc) |
| GEOLOC_RUNS        | where trainings keep their state (default: runs, or the user's data) |
| GEOLOC_CACHE       | where decoded photos are kept (default: cache in GEOLOC_RUNS)        |
| GEOLOC_FETCHED     | where published models are put that a user fetches (default: the     |
|                    | user's data, never a clone)                                          |
"""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_data_path

_PACKAGE = Path(__file__).parent
_CLONE = _PACKAGE.parent if (_PACKAGE.parent / "app.py").is_file() else None

PROJECT = _CLONE or _PACKAGE
"""The clone that this runs from, or the installed package."""


def _folder(variable: str, default: Path) -> Path:
    return Path(os.environ.get(variable) or default).absolute()


CHECKPOINTS = _folder("GEOLOC_CHECKPOINTS", PROJECT / "checkpoints")
RUNS = _folder("GEOLOC_RUNS", _CLONE / "runs" if _CLONE else user_data_path("geoloc") / "runs")
CACHE = _folder("GEOLOC_CACHE", RUNS / "cache")
FETCHED = _folder("GEOLOC_FETCHED", user_data_path("geoloc") / "models")

PHOTO_FOLDER = "GEOLOC_PHOTOS"
"""Environment variable that names the folder of photos that visitors of the app may see."""
