"""The app as a visitor meets it: first paint, upload to verdict, and the memory of its server."""

from __future__ import annotations

import shutil
import socket
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
"""Visitors who come after the first one, each with a photo."""

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
        page, started = browser.new_page(), time.perf_counter()
        _open(page, url)
        print(f"{'d: first paint of a fresh server':<58}{time.perf_counter() - started:9.2f} s")
        _upload(page)  # loads the models
        _open(page, url)
        print(f"{'d: upload to verdict':<58}{_upload(page):9.2f} s")
        first = _megabytes(process.pid)
        for _ in range(SESSIONS):
            visitor = browser.new_context().new_page()
            _open(visitor, url)
            _upload(visitor)
        more = (_megabytes(process.pid) - first) / SESSIONS
        what = "e: server with its models loaded; a session more"
        print(f"{what:<58}{first:6.0f} MB {more:6.0f} MB")
        browser.close()


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


def _upload(page: Page) -> float:
    """Seconds from a photo's upload to its headline."""
    photo = PROJECT / "pages" / "gallery" / gallery.entries()[0].file
    started = time.perf_counter()
    page.set_input_files("input[type=file] >> nth=0", photo)
    page.wait_for_selector(".st-key-headline", timeout=_PATIENCE_MS)
    return time.perf_counter() - started


def _megabytes(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    kilobytes = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(kilobytes.split()[1]) / 1024
