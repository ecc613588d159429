"""Makes the README's pictures: `python -m tools.screenshots`, with Chromium installed.

The photo in them is the gallery's Colosseum, in the public domain.
"""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from geoloc.settings import PROJECT
from tests.pages.browser import find_chromium, serve

ROOT = PROJECT
PHOTO = "it-colosseum"
SECOND_HALF = "Why this answer?"
SETTLED_MS = 5000
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def picture(browser: Browser, url: str, width: int, scheme: str) -> tuple[Image.Image, int]:
    """The whole page with the answer to the photo, and the row where its reasons begin."""
    page = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
    ).new_page()
    page.set_default_timeout(120_000)
    page.goto(f"{url}/?photo={PHOTO}")
    page.get_by_text("conv_3").first.wait_for()
    page.locator(".js-plotly-plot").first.wait_for()
    page.mouse.move(0, 0)
    page.wait_for_timeout(SETTLED_MS)
    # The page scrolls inside an element, so only a window as tall as that shows all of it.
    tall = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    page.set_viewport_size({"width": width, "height": int(tall)})
    page.wait_for_timeout(SETTLED_MS)
    data = page.screenshot()
    split = int(page.get_by_role("heading", name=SECOND_HALF).bounding_box()["y"])
    page.context.close()
    return Image.open(io.BytesIO(data)).convert("RGB"), split


def save(image: Image.Image, name: str) -> None:
    """Write a picture into docs/."""
    (ROOT / "docs").mkdir(exist_ok=True)
    image.save(ROOT / "docs" / f"{name}.webp", quality=85, method=6)


def main() -> int:
    """Take the pictures from an app of its own."""
    chromium = find_chromium()
    if chromium is None:
        print("There is no Chromium here: install it first.", file=sys.stderr)
        return 2
    with (
        tempfile.TemporaryDirectory() as folder,
        serve(ROOT / "app.py", Path(folder) / "log") as app,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        wide, split = picture(browser, app.url, 1280, "light")
        phone, _ = picture(browser, app.url, 390, "dark")
        browser.close()
    save(wide.crop((0, 0, wide.width, split - 20)), "locate")
    save(wide.crop((0, split - 20, wide.width, wide.height)), "maps")
    save(phone.crop((0, 0, phone.width, min(phone.height, 1400))), "phone")
    return 0


if __name__ == "__main__":
    sys.exit(main())
