"""A visitor without a browser: opens the app, uploads photos, and sees what its page says.

Speaks Streamlit's own protocol, so that fifty of them fit into one process.
"""

from __future__ import annotations

import http.client
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import connect

_XSRF = "_streamlit_xsrf"
_BOUNDARY = "photo"
_NAME = "photo.jpg"


@dataclass
class Run:
    """What one run of the page brought.

    Attributes:
        first_seconds: until the first thing that it drew.
        seconds: until its end.
        words: what stands on the page, in order, without what shows how long it took.
        waits: what it said meanwhile of those who were before it.
        media: addresses of the pictures.
        uploader: the id of the first uploader.
        finished: whether it came to its end, instead of being stopped.
        lost: whether the app said that there is no such page.
    """

    first_seconds: float = 0.0
    seconds: float = 0.0
    words: list[str] = field(default_factory=list)
    waits: list[str] = field(default_factory=list)
    media: list[str] = field(default_factory=list)
    uploader: str = ""
    finished: bool = False
    lost: bool = False


class Visitor:
    """One tab, open until the end of the block.

    Args:
        port: of the app on this computer.
        headers: of the request that opens it, beside those that a browser sends.
    """

    def __init__(self, port: int, **headers: str) -> None:
        self.port = port
        response, _body = self.request("GET", "/_stcore/health")
        cookie = response.headers["set-cookie"].split(";")[0]
        self.token = cookie.removeprefix(f"{_XSRF}=")
        self._headers = {"Cookie": cookie} | headers
        self.session = ""

    def __enter__(self) -> Visitor:
        self._connection = connect(
            f"ws://127.0.0.1:{self.port}/_stcore/stream",
            additional_headers=self._headers,
            subprotocols=["streamlit", self.token],
            max_size=None,
            open_timeout=60,
            ping_interval=None,
        )
        self._socket = self._connection.__enter__()
        return self

    def __exit__(self, *exception: object) -> None:
        self._connection.__exit__(*exception)

    def request(
        self, method: str, path: str, body: bytes | Iterator[bytes] = b"", **headers: str
    ) -> tuple[http.client.HTTPResponse, bytes]:
        """One request and its answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return response, response.read()
        finally:
            connection.close()

    def open(self, page: str = "") -> Run:
        """The first run of a page."""
        return self.rerun(page=page)

    def upload(self, uploader: str, photo: bytes) -> Run:
        """Upload a photo, and the run that comes of it."""
        return self.submit(uploader, self.put(photo))

    def submit(self, uploader: str, file: str) -> Run:
        """Tell the page of a file that was uploaded."""
        state = WidgetState(id=uploader)
        info = state.file_uploader_state_value.uploaded_file_info.add()
        info.name, info.file_id = _NAME, file
        info.file_urls.file_id = file
        return self.rerun(state)

    def put(self, photo: bytes) -> str:
        """Upload a file without the page being told; its id."""
        file = str(uuid.uuid4())
        response, body = self.request("PUT", self.path(file), form(photo), **self.form_headers)
        assert response.status == 204, (response.status, body)
        return file

    def path(self, file: str) -> str:
        """Where a file of this session is uploaded to."""
        return f"/_stcore/upload_file/{self.session}/{file}"

    @property
    def form_headers(self) -> dict[str, str]:
        """What an upload's request begins with."""
        return self._headers | {
            "X-Xsrftoken": self.token,
            "Content-Type": f"multipart/form-data; boundary={_BOUNDARY}",
        }

    def rerun(self, *states: WidgetState, page: str = "") -> Run:
        """One run of the page with these widgets changed."""
        message = BackMsg()
        message.rerun_script.page_name = page
        message.rerun_script.widget_states.widgets.extend(states)
        return self.tell(message)

    def tell(self, message: BackMsg) -> Run:
        """Send a message, and follow the run that it starts to its end."""
        started = time.monotonic()
        self.send(message)
        run = Run()
        for message_back in self._messages():
            kind = message_back.WhichOneof("type")
            if kind == "new_session":
                self.session = message_back.new_session.initialize.session_id
            elif kind == "page_not_found":
                run.lost = True
            elif kind == "delta":
                run.first_seconds = run.first_seconds or time.monotonic() - started
                _note(run, message_back)
            elif kind == "script_finished":
                run.seconds = time.monotonic() - started
                run.finished = message_back.script_finished == 0
                return run
        raise AssertionError("the app closed the connection")

    def send(self, message: BackMsg) -> None:
        """Send a message that starts no run."""
        self._socket.send(message.SerializeToString())

    def _messages(self) -> Iterator[ForwardMsg]:
        for data in self._socket:
            message = ForwardMsg()
            message.ParseFromString(data)
            yield message


def form(photo: bytes) -> bytes:
    """The body of an upload."""
    about = f'Content-Disposition: form-data; name="file"; filename="{_NAME}"'
    return (
        f"--{_BOUNDARY}\r\n{about}\r\n\r\n".encode() + photo + f"\r\n--{_BOUNDARY}--\r\n".encode()
    )


_TEXTS: dict[str, Callable[[object], str]] = {
    "heading": lambda element: element.body,
    "markdown": lambda element: element.body,
    "code": lambda element: element.code_text,
    "html": lambda element: element.body,
    "alert": lambda element: element.body,
}


def _note(run: Run, message: ForwardMsg) -> None:
    element = message.delta.new_element
    kind = element.WhichOneof("type")
    if kind == "html" and 'class="waiting"' in element.html.body:
        run.waits.append(element.html.body)
    elif kind in _TEXTS:
        run.words.append(_TEXTS[kind](getattr(element, kind)))
    elif kind == "imgs":
        run.media.extend(image.url for image in element.imgs.imgs)
    elif kind == "file_uploader":
        run.uploader = run.uploader or element.file_uploader.id
