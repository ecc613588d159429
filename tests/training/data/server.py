"""A file server on this machine that resumes downloads, and breaks off when it is told to."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Server(ThreadingHTTPServer):
    """Serves `files` (path -> bytes).

    Attributes:
        files: what there is.
        version: of all files, as the ETag; None to give none.
        most: bytes after which the next answers break off, one of the list each.
        asked: the Range of each GET, None where the whole file was asked for.
    """

    daemon_threads = True

    def __init__(self, files: dict[str, bytes]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files, self.version = files, '"1"'
        self.most: list[int] = []
        self.asked: list[str | None] = []

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self.server_port}/{name}"


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_GET(self) -> None:
        self.server.asked.append(self.headers.get("Range"))
        self._answer(body=True)

    def _answer(self, body: bool) -> None:
        data = self.server.files.get(self.path.lstrip("/"))
        if data is None:
            self.send_error(404)
            return
        start = 0
        asked = self.headers.get("Range")
        if asked and self.headers.get("If-Range") == self.server.version:
            start = int(asked.removeprefix("bytes=").removesuffix("-"))
        if start and start >= len(data):
            self.send_response(416)
            self.send_header("Content-Range", f"bytes */{len(data)}")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        if self.server.version is not None:
            self.send_header("ETag", self.server.version)
        self.send_header("Content-Length", str(len(data) - start))
        self.end_headers()
        if body:
            most = self.server.most.pop(0) if self.server.most else len(data)
            self.wfile.write(data[start : start + most])

    def log_message(self, *_: object) -> None:
        """Nothing: a test's output is not the place for it."""


@contextmanager
def serving(files: dict[str, bytes]) -> Iterator[Server]:
    with Server(files) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
