"""Small JSON files that one process writes while others read them."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any


def write(path: Path, told: dict[str, Any]) -> None:
    """Write a file in one move, so that no reader sees half of it."""
    aside = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        aside.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
        os.replace(aside, path)
    finally:
        aside.unlink(missing_ok=True)


def read(path: Path) -> dict[str, Any]:
    """What the file tells; nothing where there is none, or none that can be read."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}
