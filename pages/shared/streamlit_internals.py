"""What the app needs of Streamlit beyond its documented interface: all of it stands here.

A release of Streamlit may change any of these; a test of each says which.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import wraps
from typing import Any

import streamlit as st

# Gives plotly the theme that the browser then fills in: a figure made before has plotly's colours.
import streamlit.elements.plotly_chart  # noqa: F401
from starlette.formparsers import MultiPartParser
from streamlit import net_util, runtime
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.memory_session_storage import MemorySessionStorage
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile
from uvicorn.protocols.http.auto import AutoHTTPProtocol

__all__ = [
    "UploadedFile",
    "close_left_sessions",
    "drop",
    "drop_files",
    "hurry_connections",
    "keep_caches_for_others",
    "keep_uploads_in_memory",
    "leave_pages_alone",
    "stay_offline",
    "uploaded_bytes",
    "uploaded_files",
    "visit",
]

HEADER_SECONDS = 15.0
"""How long a connection may take for the lines before a request's body."""


def visit() -> object | None:
    """What stands for one visitor's run of a page, None where no page runs."""
    return get_script_run_ctx(suppress_warning=True)


def leave_pages_alone() -> None:
    """Make no navigation of a folder named `pages`.

    Streamlit does until `st.navigation` was called once: whoever followed a link to a page of a
    fresh server was told that there is no such page.
    """
    PagesManager.uses_pages_directory = False


def stay_offline() -> None:
    """Never ask another computer for this one's address.

    Streamlit does to print it, and for every visitor whose request comes from a foreign page.
    """
    net_util.get_external_ip = _no_address
    net_util.get_internal_ip = _no_address


def _no_address() -> None:
    return None


def keep_caches_for_others() -> None:
    """A visitor who clears the cache, in a menu or by a message, clears what is theirs alone."""
    AppSession._handle_clear_cache_request = _clear_own_state  # type: ignore[method-assign]


def _clear_own_state(session: AppSession) -> None:
    session.session_state.clear()


def close_left_sessions() -> None:
    """End the sessions whose tab was closed `server.disconnectedSessionTTL` seconds ago.

    Their uploads and the pictures that were made for them are no longer served from here on.
    """
    storage: Any = runtime.get_instance()._session_mgr._session_storage
    assert isinstance(storage, MemorySessionStorage)
    kept: Any = storage._cache
    left = [info.session for session, info in list(kept._data.items()) if session not in kept]
    kept.expire()
    for session in left:
        session.shutdown()
    if left:
        # What refers to itself would stay until Python next looks for it.
        left.clear()
        gc.collect()


def uploaded_bytes() -> int:
    """The bytes of all files that wait for their pages."""
    return _uploads()._total_bytes


def uploaded_files() -> dict[str, frozenset[str]]:
    """The files that wait for their pages, by session."""
    stored = list(_uploads().file_storage.items())
    return {session: frozenset(files) for session, files in stored if files}


def drop_files(session: str) -> None:
    """Free all files of a session that wait for their page."""
    _uploads().remove_session_files(session)


def _uploads() -> MemoryUploadedFileManager:
    manager = runtime.get_instance().uploaded_file_mgr
    assert isinstance(manager, MemoryUploadedFileManager)
    return manager


def hurry_connections() -> None:
    """A connection that does not come to the end of a request's headers in time is closed.

    The server alone sees it: without those lines there is no request yet. It waits for ever, and
    has only so many connections. It has chosen its class of connections when the app is imported,
    so that class itself is changed.
    """
    for name in ("connection_made", "data_received"):
        setattr(AutoHTTPProtocol, name, _then_hurry(getattr(AutoHTTPProtocol, name)))


def _then_hurry(event: Callable[..., None]) -> Callable[..., None]:
    @wraps(event)
    def hurried(connection: Any, given: Any) -> None:
        event(connection, given)
        # From the first byte of a request, or from nothing at all, to the end of its headers.
        if not _is_answering(connection) and not hasattr(connection, "hurry"):
            connection.hurry = connection.loop.call_later(HEADER_SECONDS, _end, connection)

    return hurried


def _is_answering(connection: Any) -> bool:
    return connection.cycle is not None and not connection.cycle.response_complete


def _end(connection: Any) -> None:
    del connection.hurry
    # A websocket takes a connection over. An answered one waits for its next request, and knows
    # for how long, until that begins.
    if connection.transport.get_protocol() is connection and not _is_answering(connection):
        connection.transport.close()


def keep_uploads_in_memory() -> None:
    """While an upload of more than 1 MB arrives, the server would write it to a temporary file."""
    MultiPartParser.spool_max_size = (st.get_option("server.maxUploadSize") + 1) * 2**20


def serve_maps() -> None:
    """Let browsers fetch the frame of Folium's maps.

    Streamlit serves a component that was declared while some visitor's page ran; imported in a
    thread of its own it would be there for no one.
    """
    from streamlit_folium import _component_func

    if runtime.exists():
        runtime.get_instance().component_registry.register_component(_component_func)


def drop(uploaded: UploadedFile) -> None:
    """Free an upload's memory; Streamlit would keep the file until the visitor leaves."""
    context = get_script_run_ctx()
    if context and isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
        context.uploaded_file_mgr.remove_file(context.session_id, uploaded.file_id)
