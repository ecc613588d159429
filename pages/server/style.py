"""The app's style stands in the page that the browser gets first.

What a run of a page sends comes later than the first elements, which would then move.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pages.shared
from pages.server.refusal import Scope, header

_FILE = Path(pages.shared.__file__).with_name("page.css")
_END = b"</body>"
# Neither a part of the page nor packed could it be added to, nor may it be "as before".
_OF_THE_REQUEST = (b"range", b"accept-encoding", b"if-none-match", b"if-modified-since")
# What they say is of the page without its style.
_OF_THE_FILE = (b"content-length", b"etag", b"last-modified", b"accept-ranges")


class Style:
    """ASGI middleware: every HTML page has the style at its end, after that of Streamlit."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or not _wants_a_page(scope):
            await self.app(scope, receive, send)
            return
        asked = [one for one in scope["headers"] if one[0].lower() not in _OF_THE_REQUEST]
        await self.app(scope | {"headers": asked}, receive, _Styled(send))


class _Styled:
    """Sends a response on, an HTML page as one piece with its style."""

    def __init__(self, send: Any) -> None:
        self._send = send
        self._start: dict[str, Any] | None = None
        self._body = b""

    async def __call__(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start" and _is_page(message):
            self._start = message
        elif self._start is None:
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body"):
                await self._finish(self._start)

    async def _finish(self, start: dict[str, Any]) -> None:
        before, end, after = self._body.rpartition(_END)
        body = before + (_style() if end else b"") + end + after
        kept = [one for one in start["headers"] if one[0].lower() not in _OF_THE_FILE]
        length = (b"content-length", str(len(body)).encode())
        await self._send(start | {"headers": [*kept, length]})
        await self._send({"type": "http.response.body", "body": body})


def _wants_a_page(scope: Scope) -> bool:
    return "text/html" in (header(scope, "accept") or "")


def _is_page(start: dict[str, Any]) -> bool:
    headers = {name.lower(): value for name, value in start["headers"]}
    is_html = headers.get(b"content-type", b"").startswith(b"text/html")
    return start["status"] == 200 and is_html and b"content-encoding" not in headers


@cache
def _style() -> bytes:
    return b"<style>" + _FILE.read_bytes() + b"</style>"
