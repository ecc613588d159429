"""What all tests share: nothing leaves this machine, no clock decides a result, one browser."""

import os
import socket
import tempfile
from collections.abc import Iterator

import hypothesis
import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.pages.browser import CHROMIUM_ARGUMENTS, find_chromium

os.environ["HF_HUB_OFFLINE"] = "1"
# What whoever runs the tests has fetched changes none.
os.environ["GEOLOC_FETCHED"] = tempfile.mkdtemp(prefix="no-models-fetched-")

# CI draws the same examples each time, so that a change is never blamed for another's bad luck.
hypothesis.settings.register_profile(
    "project", deadline=None, max_examples=15, derandomize=os.environ.get("CI") == "true"
)
hypothesis.settings.load_profile("project")


def is_here(address: object) -> bool:
    """Whether a socket's address is this machine's own: a file, or in the loopback range."""
    if not isinstance(address, tuple):
        return True
    host = str(address[0])
    return host in ("localhost", "::1") or host.startswith("127.")


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Lets no test reach another machine: the library has to answer without one."""
    connect = socket.socket.connect

    def connect_here(self: socket.socket, address: object) -> None:
        assert is_here(address), f"a test tried to reach {address}"
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect_here)
        yield


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, started once in a process. Without one: a skip, or a failure where CI=true."""
    executable = find_chromium()
    if executable is None:
        without = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        without("This test needs Chromium. On Debian or Ubuntu: sudo apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable, args=list(CHROMIUM_ARGUMENTS)
        )
        yield browser
        browser.close()
