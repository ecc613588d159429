"""What uploads may cost: all of them together fit into a budget, and none may dawdle."""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import streamlit as st

from geoloc.photo import MAX_BYTES
from pages.language import N_
from pages.server.reach import may_train
from pages.server.refusal import Refusal, Scope, header, headers, refuse
from pages.shared import streamlit_internals as internals

MOST_BYTES = 128_000_000
"""What may be on its way, or wait for its page to take it, of all visitors together."""

WAIT_SECONDS = 12.0
"""How long an upload waits for its share, before any of it is read."""

WINDOW_SECONDS = 8.0
LEAST_BYTES = 64_000
"""What has to arrive in each such window, until all has."""

# The lines and the name around the file in a form.
_FORM_BYTES = 100_000
_POLL_SECONDS = 0.1
_PATH = re.compile(r"/_stcore/upload_file/(?P<session>[^/]+)/[^/]+$")

FULL = N_("So many photos are on their way to this server that yours has to wait. Try again soon.")
LARGE = N_(
    "This file is larger than the {megabytes} MB that this server takes. Save a smaller copy and "
    "choose that."
)
SLOW = N_("The upload stopped for {seconds} seconds, so it was given up. Try again.")


class Budget:
    """Bytes that uploads reserve before they are read, first come first served."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.reserved = 0
        self._line: deque[object] = deque()

    @asynccontextmanager
    async def reserved_for(self, size: int, seconds: float) -> AsyncIterator[None]:
        """Inside, so many bytes may be held.

        Raises:
            Refusal: if they are not free within so many seconds.
        """
        me = object()
        self._line.append(me)
        try:
            async with asyncio.timeout(seconds):
                # What waits for its page is counted by Streamlit, which tells nobody of a change.
                while self._line[0] is not me or not self._fits(size):
                    await asyncio.sleep(_POLL_SECONDS)
            self.reserved += size
        except TimeoutError:
            raise Refusal(503, FULL) from None
        finally:
            self._line.remove(me)
        try:
            yield
        finally:
            self.reserved -= size

    def _fits(self, size: int) -> bool:
        return self.reserved + internals.uploaded_bytes() + size <= self.most


class Uploads:
    """ASGI middleware: an upload reserves its size, and has to arrive in time."""

    arriving: Counter[str] = Counter()
    """How many files are on their way to each session."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.budget = Budget(MOST_BYTES)

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        match = _PATH.search(scope["path"]) if scope["type"] == "http" else None
        if not match or scope["method"] != "PUT":
            await self.app(scope, receive, send)
            return
        session = match["session"]
        self.arriving[session] += 1
        try:
            size, most = _announced(scope), _most(scope)
            if size > most + _FORM_BYTES:
                raise Refusal(413, LARGE, megabytes=most // 1_000_000)
            async with self.budget.reserved_for(size or most, WAIT_SECONDS):
                await self.app(scope, _bounded(receive, size or most), send)
        except Refusal as refusal:
            await refuse(scope, send, refusal)
        finally:
            self.arriving[session] -= 1
            if not self.arriving[session]:
                del self.arriving[session]


def _announced(scope: Scope) -> int:
    """The size that the request gives; 0 where it gives none."""
    length = header(scope, "content-length") or "0"
    return int(length) if length.isascii() and length.isdigit() else 0


def _most(scope: Scope) -> int:
    """The most bytes of one file: a photo, or where this visitor may train, a ZIP of them."""
    if may_train(st.get_option("server.address"), headers(scope)):
        return st.get_option("server.maxUploadSize") * 2**20
    return MAX_BYTES


def _bounded(receive: Any, most: int) -> Any:
    """The same messages, as long as they come in time and are no more than announced."""
    total, since, started = 0, 0, time.monotonic()

    async def next_message() -> dict[str, Any]:
        nonlocal total, since, started
        left = started + WINDOW_SECONDS - time.monotonic()
        try:
            message = await asyncio.wait_for(receive(), max(0.0, left))
        except TimeoutError:
            raise Refusal(408, SLOW, seconds=round(WINDOW_SECONDS)) from None
        size = len(message.get("body", b""))
        total, since = total + size, since + size
        if total > most + _FORM_BYTES:
            raise Refusal(413, LARGE, megabytes=most // 1_000_000)
        if since >= LEAST_BYTES:
            since, started = 0, time.monotonic()
        return message

    return next_message
