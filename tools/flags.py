"""Makes geoloc/countries/data/flags/*.png from the drawings of flag-icons.

Source: the npm package flag-icons 7.5.0 (MIT; its licence is kept beside the pictures). 250 of its
SVG files weigh 1.9 MB and some carry thousands of paths; drawn at 80 x 60 in 64 colours they weigh
0.2 MB, and look the same at the height of a line of text. To make them again:

    npm pack flag-icons@7.5.0 && tar xzf flag-icons-7.5.0.tgz
    python tools/flags.py package [CHROMIUM]
"""

import io
import shutil
import sys
from pathlib import Path

from iso3166 import countries_by_alpha2
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from geoloc.settings import PROJECT

FLAGS = PROJECT / "geoloc" / "countries" / "data" / "flags"
WIDTH, HEIGHT, COLOURS = 80, 60, 64
# The grey edge keeps white flags visible on white paper; three pixels are one at text height.
STYLE = """
    * { margin: 0 }
    svg { display: block }
    i { position: absolute; inset: 0; box-shadow: inset 0 0 0 3px rgb(128 128 128 / 0.6) }
"""


def main(package: Path, chromium: str) -> None:
    """Draw every flag of a package by a browser, and keep the package's licence beside them."""
    FLAGS.mkdir(parents=True, exist_ok=True)
    shutil.copy(package / "LICENSE", FLAGS / "LICENSE")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        for code in sorted(countries_by_alpha2):
            drawing = package / "flags" / "4x3" / f"{code.lower()}.svg"
            picture = drawn(page, drawing.read_text("utf-8"))
            picture.save(FLAGS / f"{code.lower()}.png", optimize=True)
        browser.close()


def drawn(page: Page, svg: str) -> Image.Image:
    """A flag as a browser draws it."""
    page.set_content(f"<style>{STYLE}</style>{svg}<i></i>")
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    return picture.quantize(COLOURS, dither=Image.Dither.NONE)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "/usr/bin/chromium")
