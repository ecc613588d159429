"""What the real-browser tests stand on: the app as a process, Chromium, and pages under watch.

`python -m tests.app.browser` tells by its exit code whether this machine has a Chromium.
"""

import http.client
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Route, expect

CHROMIUM_NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
CHROMIUM_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # A moving picture instead of whatever camera this machine has.
    "--use-fake-device-for-media-stream",
    # No name but this machine's resolves, so not even a prefetch gets out.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
# On a page other than the first, Streamlit looks for its server under that page's path too.
STREAMLIT_PROBES = re.compile(r"/[^/]+/_stcore/(health|host-config)$")
START_SECONDS = 60
RUN_SECONDS = 60
ANSWER_MS = 60_000


def find_chromium() -> str | None:
    """The path of this machine's Chromium or Chrome, None if it has none."""
    return next((path for name in CHROMIUM_NAMES if (path := shutil.which(name))), None)


@dataclass(frozen=True)
class RunningApp:
    """A Streamlit server that answers.

    Attributes:
        url: its origin, without a slash at the end.
        log: the file that takes all it prints.
        process: its number.
    """

    url: str
    log: Path
    process: int


@contextmanager
def serve(script: Path, log: Path) -> Iterator[RunningApp]:
    """Runs `script` as users run it, in its own folder and process, until the block ends.

    Raises:
        RuntimeError: if the server ends or does not answer in time; the message has its log.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--server.headless=true", "--server.address=127.0.0.1", f"--server.port={port}"]
    # Rich, wherever it is installed, would draw tracebacks in colours that no watch recognises.
    options.append("--logger.enableRich=false")
    command = [sys.executable, "-m", "streamlit", "run", str(script), *options]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=script.parent, stdout=output, stderr=output)
    try:
        _wait_for_health(process, port, log)
        yield RunningApp(f"http://127.0.0.1:{port}", log, process.pid)
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for_health(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/_stcore/health")
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        finally:
            connection.close()
        time.sleep(0.1)
    raise RuntimeError(f"the app did not start; it printed:\n{log.read_text()}")


@dataclass
class Watch:
    """What pages of one browser context did that the app must never do."""

    app: RunningApp
    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    log_start: int = 0

    def follow(self, context: BrowserContext) -> None:
        """Refuses and notes requests to elsewhere, and notes the errors of all pages and frames."""
        self.log_start = self.app.log.stat().st_size
        context.route(re.compile(rf"^(?!{re.escape(self.app.url)}/|data:|blob:)"), self._refuse)
        context.on("page", lambda page: page.on("websocket", lambda ws: self._check(ws.url)))
        context.on("console", self._note_message)
        context.on("weberror", lambda error: self.errors.append(f"page error: {error.error}"))

    def offences(self) -> list[str]:
        """All that was seen so far, a sentence each, the server's tracebacks included."""
        with self.app.log.open("rb") as log:
            log.seek(self.log_start)
            printed = log.read().decode(errors="replace")
        _, traceback, rest = printed.partition("Traceback (most recent call last):")
        return [
            *(f"asked for something outside: {url}" for url in self.outside),
            *self.errors,
            *([f"the server printed: {traceback}{rest}"] if traceback else []),
        ]

    def _refuse(self, route: Route) -> None:
        self.outside.append(route.request.url)
        route.abort()

    def _check(self, websocket_url: str) -> None:
        if not websocket_url.startswith(self.app.url.replace("http:", "ws:") + "/"):
            self.outside.append(websocket_url)

    def _note_message(self, message: ConsoleMessage) -> None:
        source = message.location.get("url", "")
        if message.type == "error" and not STREAMLIT_PROBES.search(source):
            self.errors.append(f"console error: {message.text} ({source})")


@contextmanager
def watched_page(browser: Browser, app: RunningApp, **options: object) -> Iterator[Page]:
    """A page of its own context, closed at the end of the block; the app is not opened yet.

    Args:
        options: of `Browser.new_context`, for instance `color_scheme="dark"`.

    Raises:
        AssertionError: at the end of the block, if the page asked for anything outside the app,
            if it reported an error, or if the server printed a traceback meanwhile.
    """
    defaults = {"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce"}
    watch = Watch(app)
    context = browser.new_context(base_url=app.url, locale="en-GB", **(defaults | options))
    try:
        watch.follow(context)
        yield context.new_page()
    finally:
        context.close()
    offences = watch.offences()
    assert not offences, "\n".join(offences)


def wait_until_idle(page: Page) -> None:
    """Waits until the page's script has run to its end."""
    idle = page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]')
    idle.wait_for(timeout=RUN_SECONDS * 1000)


def upload_then_open(page: Page, photos: Path | list[Path], link: str, heading: str) -> None:
    """Uploads photos on *Locate*, then goes on by the navigation, as a visitor does."""
    page.goto("/")
    expect(page.get_by_role("heading", name="Where am I?")).to_be_visible(timeout=ANSWER_MS)
    wait_until_idle(page)
    page.locator('input[type="file"]').set_input_files(photos)
    # The name alone also stands in the uploader while the file is still on its way.
    expect(page.get_by_role("button", name="Remove photo")).to_be_visible(timeout=ANSWER_MS)
    wait_until_idle(page)
    page.get_by_role("link", name=link).first.click()
    expect(page.get_by_role("heading", name=heading)).to_be_visible(timeout=ANSWER_MS)


def save_screenshot(page: Page, file: Path) -> Path:
    """Saves a picture of the whole page, also of what one would have to scroll to.

    Streamlit scrolls an element inside the page, which a full-page screenshot cuts off: the window
    is made as high as that element's content meanwhile.
    """
    size = page.viewport_size
    assert size is not None
    content = page.evaluate("document.querySelector('[data-testid=stMain]')?.scrollHeight ?? 0")
    page.set_viewport_size({"width": size["width"], "height": max(size["height"], content)})
    page.screenshot(path=file)
    page.set_viewport_size(size)
    return file


def fits(page: Page) -> bool:
    """Whether nothing of a page lies beyond its right edge."""
    return page.evaluate(
        "[document.documentElement, document.querySelector('[data-testid=stMain]')]"
        ".every(part => part.scrollWidth <= part.clientWidth)"
    )


def nameless(page: Page) -> list[str]:
    """The beginnings of visible controls and pictures that a screen reader could not name."""
    return page.evaluate(
        """[...document.querySelectorAll("button, input, img, [role=slider], iframe")]
        .filter(part => part.checkVisibility() && !part.hasAttribute("alt")
            && !(part.innerText || part.ariaLabel || part.title || part.labels?.length
                 || part.getAttribute("aria-labelledby")))
        .map(part => part.outerHTML.slice(0, 200))"""
    )


if __name__ == "__main__":
    sys.exit(find_chromium() is None)
