"""The fixtures themselves, on an app of five lines: what misbehaves must not go unseen."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from geoloc.settings import PROJECT
from tests.pages.browser import RunningApp, save_screenshot, serve, wait_until_idle, watched_page

CONFIG = PROJECT / ".streamlit" / "config.toml"
SCRIPT = """
import streamlit as st
st.title("Small app")
for line in range(80):
    st.write(line)
if st.button("Break"):
    raise ValueError("broken on purpose")
"""


@pytest.fixture(scope="module")
def small_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    folder = tmp_path_factory.mktemp("small_app")
    (folder / "app.py").write_text(SCRIPT)
    (folder / ".streamlit").mkdir()
    shutil.copy(CONFIG, folder / ".streamlit")
    with serve(folder / "app.py", folder / "log.txt") as running:
        yield running


def test_a_page_that_behaves_is_opened_and_pictured_whole(browser, small_app, tmp_path):
    with watched_page(browser, small_app) as page:
        page.goto("/")
        wait_until_idle(page)
        expect(page.get_by_role("heading", name="Small app")).to_be_visible()
        picture = save_screenshot(page, tmp_path / "small.png")
    assert picture.stat().st_size > 0


MISDEEDS = {
    "fetch('https://example.com/map.js').catch(() => 0)": "outside: https://example.com/map.js",
    "new WebSocket('wss://example.com/live')": "outside: wss://example.com/live",
    "new Image().src = '//example.com/pin.png'": "outside: http://example.com/pin.png",
    "console.error('it hurts')": "console error: it hurts",
    "setTimeout(() => { throw new Error('it broke') })": "page error: it broke",
}


def test_what_a_page_does_wrong_fails_its_test(browser, small_app):
    with pytest.raises(AssertionError) as failure, watched_page(browser, small_app) as page:
        page.goto("/")
        wait_until_idle(page)
        for script in MISDEEDS:
            page.evaluate(script)
        page.wait_for_timeout(300)
    for seen in MISDEEDS.values():
        assert seen in str(failure.value)


def test_an_exception_of_the_app_fails_its_test(browser, small_app):
    with (
        pytest.raises(AssertionError, match="broken on purpose"),
        watched_page(browser, small_app) as page,
    ):
        page.goto("/")
        page.get_by_role("button", name="Break").click()
        expect(page.get_by_test_id("stException")).to_be_visible()


def test_a_script_that_cannot_start_is_reported_with_its_log(tmp_path: Path):
    with (
        pytest.raises(RuntimeError, match="does not exist"),
        serve(tmp_path / "missing.py", tmp_path / "log.txt"),
    ):
        pass
