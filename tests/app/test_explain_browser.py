"""The page *Explain* in Chromium: a photo from *Locate*, a country typed, a sheet to keep."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from geoloc.gallery import entries
from tests.app.browser import fits, nameless, wait_until_idle, watched_page

ANSWER_MS = 60_000
TINTED = re.compile("^The photo, tinted by")


@pytest.fixture(scope="module")
def photo(tmp_path_factory) -> Path:
    """A photo as a file."""
    file = tmp_path_factory.mktemp("photos") / "a street.jpg"
    file.write_bytes(entries()[0].read())
    return file


def open_with(page: Page, photo: Path) -> None:
    """Upload a photo on *Locate*, then go on by the navigation."""
    page.goto("/")
    expect(page.get_by_role("heading", name="Where am I?")).to_be_visible(timeout=ANSWER_MS)
    wait_until_idle(page)
    page.locator('input[type="file"]').set_input_files(photo)
    # The name alone also stands in the uploader while the file is still on its way.
    expect(page.get_by_role("button", name="Remove photo")).to_be_visible(timeout=ANSWER_MS)
    wait_until_idle(page)
    page.get_by_role("link", name="Explain").first.click()
    expect(page.get_by_role("heading", name="Why there?")).to_be_visible(timeout=ANSWER_MS)
    expect(page.get_by_alt_text(TINTED).first).to_be_visible(timeout=ANSWER_MS)
    wait_until_idle(page)


def choose(page: Page, label: str, typed: str, option: str) -> None:
    """Find an option by typing, as a visitor does."""
    box = page.get_by_role("combobox", name=label)
    box.click()
    box.fill(typed)
    page.get_by_role("option", name=option, exact=True).first.click()
    wait_until_idle(page)


def test_a_country_found_by_typing_gets_its_maps_its_link_and_its_sheet(page, photo):
    open_with(page, photo)
    expect(page.get_by_text(photo.name).first).to_be_visible()
    choose(page, "Why this country?", "japa", "Japan")
    expect(page.get_by_role("heading", name="Why Japan?")).to_be_visible(timeout=ANSWER_MS)
    assert "country=JP" in page.url
    for picture in page.get_by_alt_text(TINTED).all():
        assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") >= 300
    with page.expect_download(timeout=ANSWER_MS) as started:
        page.get_by_role("button", name="Download these maps").click()
    sheet = Image.open(io.BytesIO(Path(started.value.path()).read_bytes()))
    sheet.load()
    assert sheet.format == "PNG" and not sheet.getexif() and not sheet.text
    assert sheet.width > 700


def test_in_the_dark_the_page_fits_every_screen_and_every_control_has_a_name(
    browser, app, photo, screenshot
):
    viewport = {"width": 1440, "height": 900}
    with watched_page(browser, app, color_scheme="dark", viewport=viewport) as page:
        open_with(page, photo)
        choose(page, "Model", "small", "Small CNN")
        page.get_by_role("button", name="Test them on this photo").click()
        expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible(timeout=ANSWER_MS)
        wait_until_idle(page)
        for width in (1440, 390):
            page.set_viewport_size({"width": width, "height": 844})
            page.wait_for_timeout(500)
            screenshot(page, f"explain-dark-{width}")
            assert fits(page)
        assert not nameless(page)
