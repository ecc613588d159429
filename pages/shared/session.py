"""What a visitor's session remembers: the photos, the last complaints, the choices made.

Photos are kept nowhere else. They outlive a change of page, and go with the session or at a click.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import TYPE_CHECKING

import streamlit as st

import geoloc
from pages.gallery import GalleryPhoto
from pages.language import N_, _, said
from pages.shared import once, turn
from pages.shared.streamlit_internals import UploadedFile, drop

if TYPE_CHECKING:  # what reads photos is imported with the first one
    from geoloc.photo import Photo
    from geoloc.photo.folder import AlbumPhoto

_log = logging.getLogger(__name__)

_UNFORESEEN = N_(
    "This photo could not be read: something unforeseen went wrong. Choose another one; "
    "the server's log says what happened."
)


ANOTHER = "another photo"
"""Key of the popover that holds the chooser beside an answer: True in the session while open."""

TOGETHER = "together"
"""What is shown in the place of one photo when all of them are taken to show one place."""

MOST_PHOTOS = 12
"""How many a session remembers; a thirteenth takes the place of the oldest."""

MOST_BYTES = 120_000_000
"""The largest sum of files that are read at once."""

_REMOVED = "removed"


@dataclass(frozen=True)
class Chosen:
    """A photo that the visitor chose.

    Attributes:
        photo: as read.
        name: the uploaded file's name, or the title of an example.
        example: where it came from, if it came with the app.
        country: where it was taken by the table of the server's folder, if it is from there.
        seconds: how long reading it took.
    """

    photo: Photo
    name: str
    example: GalleryPhoto | None
    seconds: float
    country: str | None = None

    @property
    def title(self) -> str:
        """Its name as it is shown."""
        return _(self.name) if self.example else self.name


@dataclass(frozen=True)
class Complaint:
    """Why a file was refused."""

    name: str
    sentence: str


@dataclass(frozen=True)
class _Removed:
    """What was there before photos went, and whether the visitor has been offered it back."""

    photos: tuple[Chosen, ...]
    shown: str | None
    count: int
    offered: bool = False


@dataclass(frozen=True)
class Offered:
    """A file or an example that is to become a photo."""

    name: str
    data: bytes
    example: GalleryPhoto | None = None
    country: str | None = None


def photos() -> tuple[Chosen, ...]:
    """The photos of this session."""
    return st.session_state.get("photos", ())


def chosen() -> Chosen | None:
    """The photo that is looked at; the first of them while all are asked about together."""
    shown = st.session_state.get("shown")
    return next((one for one in photos() if one.photo.sha256 == shown), next(iter(photos()), None))


def key_of(photos: Sequence[Chosen]) -> str:
    """Part of the keys of what is said of some photos, and of no others."""
    return " ".join(one.photo.sha256[:8] for one in photos)


def asked() -> tuple[Chosen, ...]:
    """The photos that one answer is asked for: one, or all together."""
    if together():
        return photos()
    one = chosen()
    return (one,) if one else ()


def together() -> bool:
    """Whether all photos, being several, are taken to show one place."""
    return len(photos()) > 1 and st.session_state.get("shown") == TOGETHER


def show(shown: str) -> None:
    """Callback: a photo, by its SHA-256, or all, by `TOGETHER`, are looked at from now on."""
    st.session_state["shown"] = shown


def complaints() -> tuple[Complaint, ...]:
    """What was wrong with the last files; nothing once others were chosen."""
    return st.session_state.get("complaints", ())


def uploader_key() -> str:
    """The uploader's key: a new one empties it."""
    return f"upload {st.session_state.get('uploads', 0)}"


def take_upload(key: str) -> None:
    """Callback: what the uploader or camera of this key has is looked at, and dropped there."""
    # A file that was dropped stays in the uploader's list until the browser has a new uploader.
    given = st.session_state.get(key) or ()
    given = [given] if isinstance(given, UploadedFile) else given
    uploaded = [file for file in given if isinstance(file, UploadedFile)]
    if not uploaded:
        return
    turn.say_that_it_takes_a_while()
    _take(_offered(uploaded))
    st.session_state["uploads"] = st.session_state.get("uploads", 0) + 1


def _offered(uploaded: list[UploadedFile]) -> Iterator[Offered]:
    for file in uploaded:
        yield Offered(file.name, file.getvalue())
        drop(file)


def take_example(example: GalleryPhoto) -> None:
    """Callback: a photo that comes with the app is looked at."""
    _take([Offered(example.title, example.read(), example)])


def take_listed(listed: AlbumPhoto) -> None:
    """Callback: a photo of the server's folder is looked at."""
    name = PurePath(listed.file).name
    try:
        data = listed.read()
    except OSError:
        _log.exception("a photo of the folder could not be read")
        st.session_state["complaints"] = (Complaint(name, _(_UNFORESEEN)),)
        return
    _take([Offered(name, data, country=listed.country)])


def remove() -> None:
    """Callback: forget the photo that is looked at."""
    one = chosen()
    if one:
        forget(one.photo.sha256)


def remove_all() -> None:
    """Callback: forget all photos and what was said of them."""
    _keep(())
    for key in ("shown", "complaints"):
        st.session_state.pop(key, None)


def removed() -> int:
    """How many photos can be brought back, for this run of the page alone: then they are gone."""
    gone: _Removed | None = st.session_state.pop(_REMOVED, None)
    if gone is None or gone.offered:
        return 0
    st.session_state[_REMOVED] = replace(gone, offered=True)
    return gone.count


def bring_back() -> None:
    """Callback: the photos are as they were before some went."""
    gone: _Removed | None = st.session_state.pop(_REMOVED, None)
    if gone is None:
        return
    _keep(gone.photos)
    st.session_state.pop(_REMOVED, None)
    st.session_state["shown"] = gone.shown


# Streamlit remembers the arguments of a callback longer than its button: they hold no photo.
def forget(sha256: str) -> None:
    """Callback: forget one photo; the next one, if there is one, is looked at then."""
    before, one = photos(), chosen()
    left = tuple(other for other in before if other.photo.sha256 != sha256)
    next_one = one and one.photo.sha256 == sha256 and not together() and left
    _keep(left)
    if one and next_one:
        st.session_state["shown"] = left[min(before.index(one), len(left) - 1)].photo.sha256
    st.session_state.pop("complaints", None)


def _keep(kept: tuple[Chosen, ...]) -> None:
    """These are the photos from now on; the others go with all that was made of them."""
    lost = {one.photo.sha256 for one in photos()} - {one.photo.sha256 for one in kept}
    for sha256 in lost:
        once.forget(sha256)
    st.session_state.pop(_REMOVED, None)
    if lost:
        shown = st.session_state.get("shown")
        st.session_state[_REMOVED] = _Removed(photos(), shown, len(lost))
    # What is set anew stays in Streamlit's hands as it was until the visitor's next click.
    st.session_state.pop("photos", None)
    st.session_state["photos"] = kept


def compared(classes: tuple[str, ...]) -> str | None:
    """The country that the visitor last chose to compare with, if a model knows it."""
    code = st.session_state.get("compared")
    return code if code in classes else None


def compare(key: str) -> None:
    """Callback: the country in the widget of this key is to be compared with from now on."""
    st.session_state["compared"] = st.session_state[key]


def _take(offered: Iterable[Offered]) -> None:
    # The open popover would hide the new answer.
    st.session_state[ANOTHER] = False
    kept = photos()
    taken: list[Chosen] = []
    wrong, size, again = [], 0, None
    for file in offered:
        size += len(file.data)
        digest = hashlib.sha256(file.data).hexdigest()
        here = any(one.photo.sha256 == digest for one in kept)
        again = again or (digest if here else None)
        why = None if here else _too_much(len(taken), size) or _read(file, taken)
        if why:
            wrong.append(Complaint(_(file.name) if file.example else file.name, why))
    st.session_state["complaints"] = tuple(wrong)
    if taken:
        _keep((*kept, *taken)[-MOST_PHOTOS:])
    first = taken[0].photo.sha256 if taken else again
    # Who adds photos while all are looked at together goes on doing so.
    if first and not (kept and st.session_state.get("shown") == TOGETHER):
        st.session_state["shown"] = first


def _too_much(count: int, size: int) -> str | None:
    if count >= MOST_PHOTOS:
        return _("It was left out: {photos} photos at once are the most.", photos=MOST_PHOTOS)
    if size > MOST_BYTES:
        return _(
            "It was left out: the files have more than {megabytes} MB together. "
            "Choose fewer at once, and add the others then.",
            megabytes=MOST_BYTES // 1_000_000,
        )
    return None


def _read(file: Offered, taken: list[Chosen]) -> str | None:
    """Read a file and put it to the others; why not, if it cannot be."""
    started = time.perf_counter()
    try:
        with turn.decoding(file.data):
            photo = geoloc.read_photo(file.data)
    except geoloc.PhotoError as error:
        return said(error)
    except Exception:
        _log.exception("a photo could not be read")
        return _(_UNFORESEEN)
    if any(one.photo.sha256 == photo.sha256 for one in taken):
        return _("It is the same photo as another one here, and counts once.")
    seconds = time.perf_counter() - started
    taken.append(Chosen(photo, file.name, file.example, seconds, file.country))
    return None
