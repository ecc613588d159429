"""A folder that readers look into, replaced in one step: they see the old one or the new one.

On Linux the two change places (renameat2 with RENAME_EXCHANGE), so that the folder is never away,
not even when the writer is killed. Elsewhere the old one is renamed away first, and for a moment
there is none.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import time
import uuid
from collections.abc import Mapping
from pathlib import Path

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_FORGOTTEN_S = 3600


def replace_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Put a folder with these files in a folder's place; what else lay there moves along.

    Args:
        folder: which; it may be missing.
        files: by name. Where the old folder has a file of these names that is not among them, it
            is to be given as empty bytes to be left out.

    Raises:
        OSError: if a file can't be written; the old folder is then as it was.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    _forget_killed(folder)
    partial = folder.with_name(f".{folder.name}.{uuid.uuid4().hex[:12]}.partial")
    try:
        partial.mkdir()
        for name, content in files.items():
            if content:
                (partial / name).write_bytes(content)
        if folder.exists():
            # Before the exchange: a writer that is killed after it would leave them behind.
            for other in folder.iterdir():
                if other.name not in files:
                    _carry(other, partial / other.name)
            _exchange(partial, folder)
        else:
            partial.rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _carry(path: Path, to: Path) -> None:
    """Let a file, or all of a folder, lie in a second place too, with its bytes shared."""
    if path.is_dir() and not path.is_symlink():
        shutil.copytree(path, to, symlinks=True, copy_function=_link)
    else:
        _link(path, to)


def _link(path: str | Path, to: str | Path) -> None:
    try:
        os.link(path, to, follow_symlinks=False)
    except (NotImplementedError, OSError):
        shutil.copy2(path, to, follow_symlinks=False)  # a file system without such links


def _exchange(one: Path, other: Path) -> None:
    """Let two folders change places."""
    if not _exchanged_by_kernel(one, other):
        away = one.with_suffix(".away")
        other.rename(away)
        one.rename(other)
        away.rename(one)


def _exchanged_by_kernel(one: Path, other: Path) -> bool:
    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):
        return False  # not Linux, or a C library of before 2018
    paths = os.fsencode(one), os.fsencode(other)
    return renameat2(_AT_FDCWD, paths[0], _AT_FDCWD, paths[1], _RENAME_EXCHANGE) == 0


def _forget_killed(folder: Path) -> None:
    """Remove what writers left that were killed long ago."""
    for left in folder.parent.glob(f".{folder.name}.*.partial"):
        if left.is_dir() and time.time() - left.stat().st_mtime > _FORGOTTEN_S:
            shutil.rmtree(left, ignore_errors=True)
