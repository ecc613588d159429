"""The page *Compare* in Chromium: photos from *Locate*, some models, a table to keep."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from playwright.sync_api import Page, expect

from geoloc.models.registry import available, of_task
from pages.gallery import entries
from tests.pages.browser import ANSWER_MS, fits, nameless, upload_then_open, wait_until_idle

TINTED = re.compile("^The photo, tinted by")


def open_with(page: Page, photos: list[Path]) -> None:
    upload_then_open(page, photos, "Compare", "Compare the models")
    expect(page.get_by_role("heading", name="All photos")).to_be_visible(timeout=ANSWER_MS)
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible(timeout=ANSWER_MS)
    expect(page.get_by_alt_text(TINTED).first).to_be_visible(timeout=ANSWER_MS)
    wait_until_idle(page)


def test_models_are_chosen_compared_and_kept_on_every_screen(page, tmp_path, screenshot):
    photos = [tmp_path / f"street {number}.jpg" for number in range(2)]
    for file, entry in zip(photos, entries(), strict=False):
        file.write_bytes(entry.read())
    open_with(page, photos)
    countries = of_task("country")
    networks = [checkpoint for checkpoint in countries if not checkpoint.members]
    # The photo is tinted once for each network: an ensemble has no map of its own.
    expect(page.get_by_alt_text(TINTED)).to_have_count(len(networks), timeout=ANSWER_MS)
    left_out = [checkpoint for checkpoint in countries if checkpoint.members] + networks[:1]
    for checkpoint in left_out:
        page.get_by_role("button", name=checkpoint.title, exact=True).click()
        wait_until_idle(page)
    expect(page.get_by_alt_text(TINTED)).to_have_count(len(networks) - 1, timeout=ANSWER_MS)
    wait_until_idle(page)
    chosen = set(re.search("models=([^&]*)", page.url)[1].replace("%2C", ",").split(","))
    every = {checkpoint.name for checkpoint in available()[0]}
    assert chosen == every - {checkpoint.name for checkpoint in left_out}
    with page.expect_download(timeout=ANSWER_MS) as started:
        page.get_by_test_id("stDownloadButton").get_by_role("button").click()
    with Path(started.value.path()).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["model"] for row in rows} == chosen
    assert {row["photo"] for row in rows} == {photo.name for photo in photos}
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 844})
        page.wait_for_timeout(500)
        screenshot(page, f"compare-{width}")
        assert fits(page)
    assert not nameless(page)
