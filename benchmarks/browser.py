"""python -m benchmarks.browser: the app as a visitor meets it, and the memory of its server.

First paint, and the uploader that follows, are those of a fresh server, with nothing of it in
memory; all other times are medians, of photos that the server hasn't seen and of pages that it has
shown to nobody yet.
"""

from __future__ import annotations

import shutil
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Error, Page, sync_playwright

from geoloc.settings import PROJECT
from pages import gallery

SESSIONS = 5
"""Visitors who come after the first one, each with a photo of their own."""

PAGES = {"Compare": "Compare the models", "Explain": "Why this answer?", "Locate": "Where am I?"}
"""What a visitor with a photo goes on to, with the title that says that it has come."""

_PAINTED = """
    performance.timeOrigin + performance.getEntriesByName("first-contentful-paint")[0].startTime
"""
"""When a browser had drawn the first of a page, in milliseconds since 1970."""

_PATIENCE_MS = 120_000
_ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync")


def measure() -> None:
    """Print what a fresh server takes; Chromium and Linux are needed."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None or not Path("/proc/self/status").exists():
        print("d, e: the app in a browser: not measured without Chromium and Linux")
        return
    with _server() as (process, url), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(_ARGUMENTS))
        page, started = browser.new_page(), time.time()
        _open(page, url)
        _print("d: first paint of a fresh server", page.evaluate(_PAINTED) / 1000 - started)
        _print("d: its uploader", time.time() - started)
        _upload(page, 0)  # loads the models
        first = _megabytes(process.pid)
        verdicts, titles, wholes = [], [], []
        for number in range(1, SESSIONS + 1):
            visitor = browser.new_context().new_page()
            _open(visitor, url)
            verdicts.append(_upload(visitor, number))
            for name, title in PAGES.items():
                came, ended = _switch(visitor, name, title)
                titles.append(came)
                wholes.append(ended)
        more = (_megabytes(process.pid) - first) / SESSIONS
        _print("d: upload to verdict", statistics.median(verdicts))
        _print("d: another page with the photo: its title", statistics.median(titles))
        _print("d: another page with the photo: all of it", statistics.median(wholes))
        what = "e: server with its models loaded; a session more"
        print(f"{what:<58}{first:6.0f} MB {more:6.0f} MB")
        browser.close()


def _print(what: str, seconds: float) -> None:
    print(f"{what:<58}{seconds:9.2f} s", flush=True)


@contextmanager
def _server() -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ("--server.headless=true", "--server.address=127.0.0.1", f"--server.port={port}")
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", *options],
        cwd=PROJECT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process, f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def _open(page: Page, url: str) -> None:
    """Load the app, as soon as its server listens, until the uploader is there."""
    until = time.perf_counter() + _PATIENCE_MS / 1000
    while True:
        try:
            page.goto(url)
            break
        except Error:
            if time.perf_counter() > until:
                raise
            time.sleep(0.05)
    page.wait_for_selector("input[type=file]", state="attached", timeout=_PATIENCE_MS)


def _upload(page: Page, number: int) -> float:
    """Seconds from the upload of a photo of the gallery to its headline."""
    entries = gallery.entries()
    photo = PROJECT / "pages" / "gallery" / entries[number % len(entries)].file
    started = time.perf_counter()
    page.set_input_files("input[type=file] >> nth=0", photo)
    page.wait_for_selector(".st-key-headline", timeout=_PATIENCE_MS)
    spent = time.perf_counter() - started
    _wait_until_idle(page)
    return spent


def _switch(page: Page, name: str, title: str) -> tuple[float, float]:
    """Seconds from the click on a page's name to its title, and to its end."""
    started = time.perf_counter()
    page.get_by_role("link", name=name).first.click()
    page.wait_for_selector(f"h1:has-text('{title}')", timeout=_PATIENCE_MS)
    came = time.perf_counter() - started
    _wait_until_idle(page)
    return came, time.perf_counter() - started


def _wait_until_idle(page: Page) -> None:
    idle = '[data-testid="stApp"][data-test-script-state="notRunning"]'
    page.wait_for_selector(idle, timeout=_PATIENCE_MS)


def _megabytes(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    kilobytes = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(kilobytes.split()[1]) / 1024


if __name__ == "__main__":
    measure()
