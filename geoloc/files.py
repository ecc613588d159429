"""Files that are replaced in one move: a reader sees what was there, or all that is there now."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A name beside `path` to write to; it becomes `path` at the end, and goes if that fails.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "a.txt"
        >>> with replacing(path) as aside:
        ...     _ = aside.write_text("whole")
        ...     path.exists()
        False
        >>> path.read_text()
        'whole'
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}.partial")
    try:
        yield aside
        os.replace(aside, path)
    finally:
        aside.unlink(missing_ok=True)


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file in one move; its folder is made if it is missing."""
    with replacing(path) as aside:
        aside.write_bytes(content)


def write_json(path: Path, value: dict[str, Any]) -> None:
    """Write an object in one move."""
    write_atomically(path, json.dumps(value, ensure_ascii=False).encode())


def read_json(path: Path) -> dict[str, Any]:
    """The object that a file holds; an empty one where there is no file, or none that is JSON."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, RecursionError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}
