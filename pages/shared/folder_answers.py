"""Answers to photos of the server's folder, which are everybody's: kept for all visitors."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import TypeVar

import streamlit as st

from geoloc.photo import PhotoError, read_photo
from geoloc.photo.folder import AlbumPhoto
from pages.shared.answers import ModelAnswer, answer_of
from pages.shared.registry import Shelved

_MOST = 50_000

T = TypeVar("T")


@dataclass
class _Kept:
    """What is known of the folder's photos.

    Attributes:
        digests: by path, when the file was changed last, and its SHA-256; None if it can't be read.
        made: what was made of photos, by SHA-256 and key.
    """

    digests: dict[str, tuple[int, str | None]] = field(default_factory=dict)
    made: dict[Hashable, object] = field(default_factory=dict)

    def once(self, sha256: str, key: tuple[object, ...], make: Callable[[], T]) -> T:
        """What was made of a photo, or is made now."""
        at = (sha256, *key)
        if at not in self.made:
            self.made[at] = make()
            while len(self.made) > _MOST:
                del self.made[next(iter(self.made))]
        return self.made[at]


def is_asked(model: Shelved, photo: AlbumPhoto) -> bool:
    """Whether the model was asked about the photo as it is now."""
    kept = _kept()
    changed, sha256 = kept.digests.get(str(photo.path), (None, None))
    if changed != _changed(photo):
        return False
    return sha256 is None or (sha256, "said", model.version) in kept.made


def ask(model: Shelved, photo: AlbumPhoto) -> ModelAnswer | None:
    """The model's answer to a photo of the folder; None if the photo can't be read."""
    kept, path, changed = _kept(), str(photo.path), _changed(photo)
    known = kept.digests.get(path)
    if known and known[0] == changed:
        sha256 = known[1]
        at = (sha256, "said", model.version)
        if sha256 is None or at in kept.made:
            return kept.made[at] if sha256 else None
    try:
        read = read_photo(photo.path)
    except (PhotoError, OSError):
        kept.digests[path] = (changed, None)
        return None
    kept.digests[path] = (changed, read.sha256)
    return kept.once(
        read.sha256, ("said", model.version), lambda: answer_of(model, read, kept.once)
    )


def forget() -> None:
    """Nothing is known of any photo any more."""
    _kept.clear()


def _changed(photo: AlbumPhoto) -> int:
    try:
        return photo.path.stat().st_mtime_ns
    except OSError:
        return 0


@st.cache_resource(show_spinner=False)
def _kept() -> _Kept:
    return _Kept()
