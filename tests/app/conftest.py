"""Fixtures of the real-browser tests: the app running, Chromium, a page under watch."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.app.browser import (
    CHROMIUM_ARGUMENTS,
    RunningApp,
    find_chromium,
    save_screenshot,
    serve,
    watched_page,
)

APP = Path(__file__).parents[2] / "app.py"


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """The real app, started once for all tests."""
    with serve(APP, tmp_path_factory.mktemp("app") / "log.txt") as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, started once for all tests. Without one: a skip, or a failure where CI=true."""
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


@pytest.fixture
def page(browser: Browser, app: RunningApp) -> Iterator[Page]:
    """A page of its own: `page.goto("/")` opens the app. Fails if it misbehaved; see Watch."""
    with watched_page(browser, app) as page:
        yield page


@pytest.fixture
def screenshot(tmp_path: Path) -> Callable[[Page, str], Path]:
    """`screenshot(page, "name")` saves name.png in $SCREENSHOTS, else in a temporary folder."""
    folder = Path(os.environ.get("SCREENSHOTS", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)
    return lambda page, name: save_screenshot(page, folder / f"{name}.png")
