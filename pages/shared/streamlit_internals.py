"""What the app needs of Streamlit beyond its documented interface: all of it stands here.

A release of Streamlit may change any of these; a test of each says which.
"""

from __future__ import annotations

import streamlit as st

# Gives plotly the theme that the browser then fills in: a figure made before has plotly's colours.
import streamlit.elements.plotly_chart  # noqa: F401
from starlette.formparsers import MultiPartParser
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

__all__ = ["UploadedFile", "drop", "keep_uploads_in_memory", "leave_pages_alone", "visit"]


def visit() -> object | None:
    """What stands for one visitor's run of a page, None where no page runs."""
    return get_script_run_ctx(suppress_warning=True)


def leave_pages_alone() -> bool:
    """Make no navigation of a folder named `pages`; whether Streamlit did until now.

    It does until the entrance has called `st.navigation` once.
    """
    did = PagesManager.uses_pages_directory
    PagesManager.uses_pages_directory = False
    return bool(did)


def keep_uploads_in_memory() -> None:
    """While an upload of more than 1 MB arrives, the server would write it to a temporary file."""
    MultiPartParser.spool_max_size = (st.get_option("server.maxUploadSize") + 1) * 2**20


def drop(uploaded: UploadedFile) -> None:
    """Free an upload's memory; Streamlit would keep the file until the visitor leaves."""
    context = get_script_run_ctx()
    if context and isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
        context.uploaded_file_mgr.remove_file(context.session_id, uploaded.file_id)
