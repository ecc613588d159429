"""The page *Explain* in Chromium: a photo from *Locate*, a country typed, a sheet to keep."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from pages.gallery import entries
from tests.pages.browser import ANSWER_MS, upload_then_open, wait_until_idle

TINTED = re.compile("^The photo, tinted by")


@pytest.fixture(scope="module")
def photo(tmp_path_factory) -> Path:
    """A photo as a file."""
    file = tmp_path_factory.mktemp("photos") / "a street.jpg"
    file.write_bytes(entries()[0].read())
    return file


def open_with(page: Page, photo: Path) -> None:
    upload_then_open(page, photo, "Explain", "Why this answer?")
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
    slider = page.get_by_role("slider", name="Opacity")
    slider.press("End")
    tinted = page.get_by_alt_text(TINTED).first
    tint = tinted.locator("xpath=following-sibling::img")
    assert tint.evaluate("image => getComputedStyle(image).opacity") == "1"
    # What is drawn on the click is known to the server from the end of the run on.
    wait_until_idle(page)
    with page.expect_download(timeout=ANSWER_MS) as started:
        page.get_by_role("button", name="Download these maps").click()
    sheet = Image.open(io.BytesIO(Path(started.value.path()).read_bytes()))
    sheet.load()
    assert sheet.format == "PNG" and not sheet.getexif() and not sheet.text
    assert sheet.width > 700
