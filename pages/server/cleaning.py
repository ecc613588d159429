"""What ends by the clock: sessions whose tab was closed, and files that no page took.

Streamlit ends a session that was left when somebody else comes, and keeps a file as long as its
session: on a quiet server, a photo would stay for hours.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pages.server.uploads import Uploads
from pages.shared import streamlit_internals as internals

EVERY_SECONDS = 5.0
UNTAKEN_SECONDS = 60.0
"""How long a file waits for its page, after the last one of its session arrived."""

_log = logging.getLogger(__name__)


class Untaken:
    """Files that came and that no page asked for."""

    def __init__(self) -> None:
        self._since: dict[str, tuple[frozenset[str], float]] = {}

    def drop(self, now: float) -> None:
        """Drop the files of each session to which none came for `UNTAKEN_SECONDS`.

        Args:
            now: in seconds.
        """
        files = internals.uploaded_files()
        for session in self._since.keys() - files.keys():
            del self._since[session]
        for session, names in files.items():
            before, since = self._since.get(session, (frozenset(), now))
            # Several files are taken when the last one has come.
            if names != before or session in Uploads.arriving:
                self._since[session] = names, now
            elif now - since >= UNTAKEN_SECONDS:
                internals.drop_files(session)


@asynccontextmanager
async def lifespan(_app: object) -> AsyncIterator[None]:
    """While the server runs, end what has to end."""
    task = asyncio.create_task(_clean())
    try:
        yield
    finally:
        task.cancel()


async def _clean() -> None:
    untaken = Untaken()
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        try:
            internals.close_left_sessions()
            untaken.drop(time.monotonic())
        except Exception:
            _log.exception("what visitors left behind")
