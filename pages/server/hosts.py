"""The app answers to its own names only.

A page of somebody else's can have its name lead to this computer (DNS rebinding): the browser then
takes the app for a part of that page, and hands it whatever the app shows. The request still has
that page's name as its host.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from pages.language import N_
from pages.server.reach import is_served
from pages.server.refusal import Refusal, Scope, header, refuse

_FOREIGN = N_(
    "This app does not answer to the name that it was called by. Open it at its own address; "
    "whoever runs it gives it more names with --server.allowedHosts."
)


class Hosts:
    """ASGI middleware: whoever calls by a foreign name gets a sentence and nothing else."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan" or _is_answered(scope):
            await self.app(scope, receive, send)
        else:
            await refuse(scope, send, Refusal(421, _FOREIGN))


def _is_answered(scope: Scope) -> bool:
    # Where visitors' browsers point, perhaps with a path; "localhost" is what stands there unasked.
    public = st.get_option("browser.serverAddress").split("/")[0]
    names = [*st.get_option("server.allowedHosts"), *([public] if public != "localhost" else [])]
    return is_served(header(scope, "host") or "", st.get_option("server.address"), names)
