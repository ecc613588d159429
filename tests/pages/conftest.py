"""Fixtures of the real-browser tests of the app: the app running, a page under watch."""

import functools
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from streamlit.components.v2 import manifest_scanner

from geoloc.settings import PROJECT
from tests.pages.browser import RunningApp, save_screenshot, serve, watched_page

APP = PROJECT / "app.py"

# The usual five seconds are not enough for a machine that trains a model at the same time.
expect.set_options(timeout=30_000)


@pytest.fixture(scope="session", autouse=True)
def packages_are_looked_through_once() -> Iterator[None]:
    """Spares each app that a test starts a look for components into every package."""
    with pytest.MonkeyPatch.context() as patch:
        scan = functools.cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", scan)
        yield


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """The real app, started once in each process that tests it."""
    with serve(APP, tmp_path_factory.mktemp("app") / "log.txt") as running:
        yield running


@pytest.fixture
def page(browser: Browser, app: RunningApp) -> Iterator[Page]:
    """A page of its own: `page.goto("/")` opens the app. Fails if it misbehaved; see Watch."""
    with watched_page(browser, app) as page:
        yield page


@pytest.fixture
def screenshot() -> Callable[[Page, str], None]:
    """`screenshot(page, "name")` saves name.png in $SCREENSHOTS; without one, nothing is drawn."""
    folder = os.environ.get("SCREENSHOTS")

    def save(page: Page, name: str) -> None:
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            save_screenshot(page, Path(folder) / f"{name}.png")

    return save
