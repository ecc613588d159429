"""A city of one's own in Chromium: a ZIP goes through *Train*, and the city answers on *Locate*."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.pages.browser import RunningApp, serve, wait_until_idle, watched_page
from tests.pages.conftest import APP
from tests.pages.jobs.geotagged import photos, zipped
from tests.pages.small_models import city_model
from tests.training import tiny

PHOTOS = photos(200)
START_MS = 60_000
TRAINED_MS = 120_000
FITS = """[document.documentElement, document.querySelector("[data-testid=stMain]")]
    .every(part => part.scrollWidth <= part.clientWidth)"""
ANSWER_MS = 120_000


@pytest.fixture(scope="module")
def own_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """The app with models and runs of its own, which trains within seconds."""
    folder: Path = tmp_path_factory.mktemp("own")
    city_model(folder / "checkpoints" / "pittsburgh-cnn")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GEOLOC_CHECKPOINTS", str(folder / "checkpoints"))
        patch.setenv("GEOLOC_TRAIN", "on")
        patch.setenv("GEOLOC_TRAIN_ROOT", str(folder / "runs"))
        patch.setenv("GEOLOC_TRAIN_RECIPE", str(tiny.recipe(folder, epochs=4, rate=1e-2)))
        patch.setenv("OMP_NUM_THREADS", "1")
        with serve(APP, folder / "log.txt") as running:
            yield running


def test_two_hundred_photos_become_a_city_that_answers(browser, own_app, screenshot):
    with watched_page(browser, own_app) as page:
        page.set_default_timeout(START_MS)
        page.goto("/")
        page.get_by_role("link", name="Train").click()
        # *Locate* has a field for files too, until the page has changed.
        expect(page.get_by_role("heading", name="Train a city of your own")).to_be_visible()
        wait_until_idle(page)
        upload = {"name": "town.zip", "mimeType": "application/zip", "buffer": zipped(PHOTOS)}
        page.locator('input[type="file"]').set_input_files(upload)
        heading = page.get_by_role("heading", name="200 photos can be used")
        expect(heading).to_be_visible(timeout=ANSWER_MS)
        maps = page.locator('iframe[title^="streamlit_folium"]')
        leaflet = maps.content_frame
        expect(leaflet.get_by_text("photos to train on")).to_be_visible(timeout=ANSWER_MS)
        wait_until_idle(page)
        screenshot(page, "train-photos")
        page.set_viewport_size({"width": 390, "height": 844})
        page.wait_for_timeout(500)
        screenshot(page, "train-photos-390")
        assert page.evaluate(FITS)
        page.set_viewport_size({"width": 1280, "height": 900})

        page.get_by_label("Name of the city").fill("Old Town")
        page.get_by_role("button", name="Train", exact=True).click()
        expect(page.get_by_text("Epoch", exact=True)).to_be_visible(timeout=TRAINED_MS)
        screenshot(page, "train-live")
        page.reload()
        done = page.get_by_text("that it had never seen")
        expect(done).to_be_visible(timeout=TRAINED_MS)
        curves = page.locator(".js-plotly-plot .main-svg").first
        expect(curves).to_be_visible(timeout=ANSWER_MS)
        wait_until_idle(page)
        screenshot(page, "train-done")

        page.get_by_role("link", name="Try it on Locate").click()
        name, data = PHOTOS[0]
        photo = {"name": name, "mimeType": "image/jpeg", "buffer": data}
        page.locator('input[type="file"]').set_input_files(photo)
        expect(page.get_by_text(name)).to_be_visible(timeout=ANSWER_MS)
        expect(page.get_by_role("heading", name="Where in the city?")).to_be_visible(
            timeout=ANSWER_MS
        )
        page.get_by_role("radio", name="Old Town").click()
        expect(page.get_by_role("radio", name="Old Town")).to_be_checked(timeout=ANSWER_MS)
        # That it is from there, its own position says.
        expect(page.get_by_text("from the photo's EXIF position")).to_be_visible(timeout=ANSWER_MS)
        # The map before it may still be leaving the page.
        own_map = maps.last.content_frame.get_by_role("region", name="Map of Old Town")
        expect(own_map).to_be_visible(timeout=ANSWER_MS)
        pin = maps.last.content_frame.get_by_role("img", name="The model's guess")
        expect(pin).to_be_visible(timeout=ANSWER_MS)
        lat, lon = (
            float(part) for part in pin.get_attribute("aria-label").split(": ")[1].split(", ")
        )
        assert 48.79 <= lat <= 48.83 and 2.29 <= lon <= 2.36
        screenshot(page, "train-locate")
