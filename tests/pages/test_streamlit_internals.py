"""What the app needs of Streamlit beyond its documented interface, and what of it changed.

What ends sessions, files, caches and connections is tested on a running server, in `server/`.
"""

from __future__ import annotations

import plotly.io
import streamlit as st
from starlette.formparsers import MultiPartParser
from streamlit import net_util
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec
from streamlit.testing.v1 import AppTest
from streamlit.web.server import server_util

from pages.shared import streamlit_internals as internals


def test_figures_are_made_in_the_theme_that_the_browser_fills_in():
    assert plotly.io.templates.default == "streamlit"


def test_outside_of_a_page_nobody_visits():
    assert internals.visit() is None


def test_a_visit_is_known_inside_a_page_and_another_at_each_run():
    def script() -> None:
        import streamlit as st

        from pages.shared.streamlit_internals import visit

        st.session_state.setdefault("visits", []).append(visit())

    app = AppTest.from_function(script).run().run()
    first, second = app.session_state["visits"]
    assert first is not None and second is not None and first is not second


def test_a_folder_named_pages_is_left_alone(monkeypatch):
    monkeypatch.setattr(PagesManager, "uses_pages_directory", True)
    internals.leave_pages_alone()
    assert PagesManager.uses_pages_directory is False


def test_nobody_is_asked_for_this_computer_s_address(monkeypatch):
    for name in ("get_external_ip", "get_internal_ip"):
        monkeypatch.setattr(net_util, name, lambda: "203.0.113.7")
    internals.stay_offline()
    assert server_util.is_url_from_allowed_origins("http://localhost:8501")
    assert not server_util.is_url_from_allowed_origins("http://203.0.113.7")


def test_an_upload_as_large_as_the_server_takes_stays_in_memory(monkeypatch):
    monkeypatch.setattr(MultiPartParser, "spool_max_size", 2**20)
    internals.keep_uploads_in_memory()
    assert MultiPartParser.spool_max_size > st.get_option("server.maxUploadSize") * 2**20


def test_a_dropped_upload_is_gone_from_the_server_s_memory(monkeypatch):
    manager = MemoryUploadedFileManager("/_stcore/upload_file")
    record = UploadedFileRec("file", "street.jpg", "image/jpeg", b"bytes")
    manager.add_file("session", record)

    class Context:
        session_id = "session"
        uploaded_file_mgr = manager

    class Uploaded:
        file_id = "file"

    monkeypatch.setattr(internals, "get_script_run_ctx", Context)
    assert manager.get_files("session", ["file"]) == [record]
    internals.drop(Uploaded())
    assert manager.get_files("session", ["file"]) == []
