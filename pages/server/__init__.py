"""What stands between visitors and Streamlit: who is answered, what an upload may cost, what ends.

`app.py` hands it to `streamlit.App`; no page knows of it.
"""

from __future__ import annotations

from starlette.middleware import Middleware

from pages.server.cleaning import lifespan
from pages.server.hosts import Hosts
from pages.server.memory import share_heaps
from pages.server.style import Style
from pages.server.uploads import Uploads
from pages.shared import streamlit_internals as internals

__all__ = ["lifespan", "middleware"]


def middleware() -> list[Middleware]:
    """What each request passes, the first first; Streamlit and the C library get limits too."""
    share_heaps()
    internals.stay_offline()
    internals.leave_pages_alone()
    internals.keep_caches_for_others()
    internals.keep_uploads_in_memory()
    internals.hurry_connections()
    return [Middleware(Hosts), Middleware(Uploads), Middleware(Style)]
