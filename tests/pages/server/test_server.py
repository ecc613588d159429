"""What visitors may cost, and what is left of them, seen from outside of a running server."""

from __future__ import annotations

import shutil
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import InvalidStatus

from geoloc.settings import PROJECT
from tests.geoloc.bad_files import saved, street
from tests.pages.browser import RunningApp, serve
from tests.pages.visitor import Visitor, form

PHOTO = saved(street(320, 240), "PNG")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    folder = tmp_path_factory.mktemp("little")
    shutil.copy(Path(__file__).with_name("little_app.py"), folder / "app.py")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(PROJECT))
        patch.setenv("STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL", "1")
        patch.setenv("STREAMLIT_SERVER_MAX_UPLOAD_SIZE", "1")
        # Streamlit would look for its pages in there, until the first visitor's run is over.
        (folder / "pages").mkdir()
        with serve(folder / "app.py", folder / "log.txt") as running:
            yield running


@pytest.fixture
def port(app: RunningApp) -> int:
    port = urlsplit(app.url).port
    assert port
    return port


def soon(happens: Callable[[], bool]) -> bool:
    """Whether it happens within a time that is long for a busy machine, too."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if happens():
            return True
        time.sleep(0.1)
    return False


def status(port: int, path: str) -> int:
    return Visitor(port).request("GET", path)[0].status


def test_who_comes_first_may_come_by_a_link_to_any_page(port):
    with Visitor(port) as visitor:
        run = visitor.open("other")
    assert not run.lost and run.words == ["another page"]


def test_a_foreign_name_gets_a_sentence_and_nothing_else(port):
    response, body = Visitor(port).request("GET", "/", Host="evil.example")
    assert response.status == 421 and b"does not answer to the name" in body
    french = {"Host": "evil.example", "Accept-Language": "fr-FR"}
    assert "ne répond pas" in Visitor(port).request("GET", "/", **french)[1].decode()
    with pytest.raises(InvalidStatus), Visitor(port, Host="evil.example"):
        pass


def test_a_foreign_page_is_refused_without_asking_the_internet_for_an_address(app, port):
    with pytest.raises(InvalidStatus), Visitor(port, Origin="http://evil.example"):
        pass
    assert "asked" not in app.log.read_text()


def test_what_a_visitor_clears_stays_for_the_others(port):
    with Visitor(port) as visitor:
        before = visitor.open().words[0]
        message = BackMsg()
        message.clear_cache = True
        visitor.send(message)
        after = visitor.open().words[0]
    assert before != after and after.startswith(str(int(before.split()[0]) + 1))


def test_a_photo_leaves_the_server_with_the_page(port):
    with Visitor(port) as visitor:
        run = visitor.upload(visitor.open().uploader, PHOTO)
        address = run.media[0]
        assert status(port, address) == 200
    assert soon(lambda: status(port, address) == 404)


def test_a_file_that_no_page_took_is_dropped(port):
    with Visitor(port) as visitor:
        uploader = visitor.open().uploader

        def is_gone(wait: float) -> bool:
            file = visitor.put(PHOTO)
            time.sleep(wait)
            return not visitor.submit(uploader, file).media

        assert not is_gone(0)
        assert soon(lambda: is_gone(3))


def begun(port: int, visitor: Visitor, announced: int, data: bytes) -> socket.socket:
    """An upload of which no more arrives than this."""
    lines = [
        f"PUT {visitor.path('half')} HTTP/1.1",
        "Host: localhost",
        f"Content-Length: {announced}",
        *(f"{name}: {value}" for name, value in visitor.form_headers.items()),
    ]
    connection = socket.create_connection(("127.0.0.1", port), timeout=30)
    connection.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + data)
    return connection


def answer(connection: socket.socket) -> bytes:
    """All that comes until the server ends the connection."""
    with connection:
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_uploads_end_with_a_sentence_when_they_stop_are_too_many_or_too_large(port):
    with Visitor(port) as visitor:
        visitor.open()
        first = begun(port, visitor, 900_000, form(PHOTO)[:1000])
        time.sleep(0.3)
        second = begun(port, visitor, 900_000, b"")
        large = begun(port, visitor, 90_000_000, b"")
        assert b" 413 " in answer(large)
        assert b" 408 " in (stopped := answer(first)) and b"was given up" in stopped
        # It waited for the first one's share, and came to nothing itself.
        assert b" 408 " in (later := answer(second)) or b" 503 " in later
        assert visitor.put(PHOTO)


def test_a_connection_that_never_comes_to_a_request_is_closed(port):
    for start in (b"", b"GET / HTTP/1.1\r\nHost: lo"):
        connection = socket.create_connection(("127.0.0.1", port), timeout=30)
        connection.sendall(start)
        assert answer(connection) == b""
