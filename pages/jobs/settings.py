"""What the owner of a server decides about cities of visitors' own, by environment variables.

| variable              | meaning                                                                  |
| --------------------- | ------------------------------------------------------------------------ |
| GEOLOC_TRAIN          | "on" or "off"; unset: on for who sits at this computer (server/reach.py) |
| GEOLOC_TRAIN_ROOT     | where photos and trainings lie (default: runs/own)                       |
| GEOLOC_TRAIN_FOLDERS  | folders on the server that may be trained on, separated as in PATH; none |
| GEOLOC_TRAIN_RECIPE   | what is trained: a recipe's name or a TOML file (default: own-city)      |
"""

from __future__ import annotations

import os
from pathlib import Path

from geoloc.models.hub import store
from geoloc.settings import RUNS

ROOT = Path(os.environ.get("GEOLOC_TRAIN_ROOT") or RUNS / "own").absolute()
RECIPE = os.environ.get("GEOLOC_TRAIN_RECIPE") or "own-city"

HEADS = {
    "streetclip": "streetclip-head",
    "siglip2": "siglip2-head",
    "dinov3": "dinov3-head",
}
"""Recipes of heads, by the fetched model whose embeddings each reads."""

_CHOICES = 200


def recipes() -> list[str]:
    """What can be trained here: the owner's recipe first, and a head on each fetched model."""
    here = [head for model, head in HEADS.items() if model in store.all_fetched()]
    return list(dict.fromkeys([RECIPE, *here]))


def folders() -> list[Path]:
    """The folders that the server's owner allows to be trained on, and those right inside them."""
    found: list[Path] = []
    for name in os.environ.get("GEOLOC_TRAIN_FOLDERS", "").split(os.pathsep):
        root = Path(name)
        # A relative path would depend on where the server was started.
        if not (name and root.is_absolute() and root.is_dir()):
            continue
        found.append(root)
        with os.scandir(root) as entries:
            # A link inside could lead anywhere.
            inside = [e for e in entries if e.is_dir(follow_symlinks=False) and e.name[0] != "."]
        found += sorted(Path(entry.path) for entry in inside)
    return found[:_CHOICES]
