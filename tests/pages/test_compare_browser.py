"""The page *Compare* in Chromium: photos from *Locate*, some models, a table to keep."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from playwright.sync_api import expect

from geoloc.models.registry import of_task
from pages.gallery import entries
from tests.pages.browser import ANSWER_MS, fits, nameless, upload_then_open, wait_until_idle

TINTED = re.compile("^The photo, tinted by")


def test_models_are_chosen_compared_and_kept_on_every_screen(page, tmp_path, screenshot):
    photos = [tmp_path / f"street {number}.jpg" for number in range(2)]
    for file, entry in zip(photos, entries(), strict=False):
        file.write_bytes(entry.read())
    upload_then_open(page, photos, "Compare", "Compare the models")
    expect(page.get_by_alt_text(TINTED).first).to_be_visible(timeout=ANSWER_MS)
    wait_until_idle(page)
    cards = page.locator(".cards .card")
    expect(cards).to_have_count(4)
    tops = page.eval_on_selector_all(
        ".cards .truth, .cards .map", "all => all.map(one => Math.round(one.offsetTop))"
    )
    assert len(set(tops)) == 2, "rows of the cards line up"
    handle = page.get_by_role("slider", name="Uncover the left map")
    handle.press("ArrowRight")
    assert handle.input_value() == "51"
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 844})
        page.wait_for_timeout(500)
        screenshot(page, f"compare-{width}")
        assert fits(page)
    assert not nameless(page)
    page.get_by_role("tab", name="All photos").click()
    with page.expect_download(timeout=ANSWER_MS) as started:
        page.get_by_test_id("stDownloadButton").get_by_role("button").click()
    with Path(started.value.path()).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    cities = {checkpoint.name for checkpoint in of_task("city")}
    assert len({row["model"] for row in rows} - cities) == 4
    assert {row["photo"] for row in rows} == {photo.name for photo in photos}
