"""What a visitor's session remembers: the photo, the last complaint, the choices made.

A photo is kept nowhere else. It outlives a change of page, and goes with the session or at a click.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass

import streamlit as st
from starlette.formparsers import MultiPartParser
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from geoloc.gallery import GalleryPhoto
from geoloc.photo import Photo, PhotoError, read_photo

_log = logging.getLogger(__name__)

# While an upload of more than 1 MB arrives, the server would put it into a temporary file.
MultiPartParser.spool_max_size = (st.get_option("server.maxUploadSize") + 1) * 2**20

_UNFORESEEN = (
    "This photo could not be read: something unforeseen went wrong. Choose another one; "
    "the server's log says what happened."
)


ANOTHER = "another photo"
"""Key of the popover that holds the chooser beside an answer: True in the session while open."""


@dataclass(frozen=True)
class Chosen:
    """The photo that the visitor looks at.

    Attributes:
        photo: as read.
        name: the uploaded file's name, or the title of an example.
        example: where it came from, if it came with the app.
        seconds: how long reading it took.
    """

    photo: Photo
    name: str
    example: GalleryPhoto | None
    seconds: float


@dataclass(frozen=True)
class Complaint:
    """Why the last file was refused."""

    name: str
    sentence: str


def chosen() -> Chosen | None:
    """The photo of this session."""
    return st.session_state.get("chosen")


def complaint() -> Complaint | None:
    """What was wrong with the last file; None once another was chosen."""
    return st.session_state.get("complaint")


def uploader_key() -> str:
    """The uploader's key: a new one empties it."""
    return f"upload {st.session_state.get('uploads', 0)}"


def take_upload() -> None:
    """Callback: the file in the uploader becomes the photo, and the upload itself is dropped."""
    uploaded = st.session_state.get(uploader_key())
    if not isinstance(uploaded, UploadedFile):
        return
    _take(uploaded.getvalue(), uploaded.name)
    _drop(uploaded)
    st.session_state["uploads"] = st.session_state.get("uploads", 0) + 1


def take_example(example: GalleryPhoto) -> None:
    """Callback: a photo that comes with the app becomes the photo."""
    _take(example.read(), example.title, example)


def remove() -> None:
    """Callback: forget the photo and what was said of it."""
    for key in ("chosen", "complaint"):
        st.session_state.pop(key, None)


def compared(classes: tuple[str, ...]) -> str | None:
    """The country that the visitor last chose to compare with, if a model knows it."""
    code = st.session_state.get("compared")
    return code if code in classes else None


def compare(key: str) -> None:
    """Callback: the country in the widget of this key is to be compared with from now on."""
    st.session_state["compared"] = st.session_state[key]


def _take(data: bytes, name: str, example: GalleryPhoto | None = None) -> None:
    # The open popover would hide the new answer.
    st.session_state[ANOTHER] = False
    started = time.perf_counter()
    try:
        photo = read_photo(data)
    except PhotoError as error:
        st.session_state["complaint"] = Complaint(name, str(error))
    except Exception:
        _log.exception("a photo could not be read")
        st.session_state["complaint"] = Complaint(name, _UNFORESEEN)
    else:
        st.session_state.pop("complaint", None)
        st.session_state["chosen"] = Chosen(photo, name, example, time.perf_counter() - started)


def _drop(uploaded: UploadedFile) -> None:
    # Streamlit would keep the file in memory until the visitor leaves.
    context = get_script_run_ctx()
    if context and isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
        context.uploaded_file_mgr.remove_file(context.session_id, uploaded.file_id)
