"""Every page in Chromium by axe-core's rules, and on a phone: nothing stands in anybody's way.

axe-core (https://github.com/dequelabs/axe-core) finds what software can find of WCAG 2.2 A and AA
and of good practice, also inside maps. No part of a page is left out.
"""

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Locator, Page, expect

from tests.pages.browser import fits, nameless, wait_until_idle, watched_page

IMPACTS = ("serious", "critical")
DRAWN_MS = 120_000


@pytest.mark.parametrize(
    ("scheme", "width", "rules"),
    [
        ("light", 1280, {}),
        # In the dark only colours differ, on a phone only what fits.
        ("dark", 390, {"runOnly": ["color-contrast", "label", "image-alt"]}),
    ],
)
def test_no_page_has_serious_violations_and_each_fits_the_screen(
    browser, app, screenshot, scheme, width, rules
):
    found = []
    with watched_page(browser, app, color_scheme=scheme) as page:
        page.goto("/?photo=it-colosseum")
        expect(page.get_by_role("button", name="Remove photo")).to_be_visible(timeout=DRAWN_MS)
        links = page.get_by_role("navigation", name="App pages").get_by_role("link")
        # The names of their icons stand before their own.
        for name in [text.split()[-1] for text in links.all_inner_texts()]:
            # On a phone the navigation folds away.
            page.set_viewport_size({"width": 1280, "height": 844})
            open_page(page, links.filter(has_text=name))
            page.set_viewport_size({"width": width, "height": 844})
            page.wait_for_timeout(500)
            found += [f"{name}: {violation}" for violation in violations(page, rules)]
            found += [f"{name}: without a name: {control}" for control in nameless(page)]
            found += [] if fits(page) else [f"{name} is wider than {width} pixels"]
            screenshot(page, f"{name}-{scheme}-{width}")
    assert not found, "\n\n".join(found)


def open_page(page: Page, link: Locator) -> None:
    """Goes to a page by the navigation, and waits until all of it is drawn."""
    if link.get_attribute("aria-current") != "page":
        left = page.get_by_role("heading", level=1).inner_text()
        link.click()
        title = page.get_by_role("heading", level=1)
        expect(title).to_have_count(1, timeout=DRAWN_MS)
        expect(title).not_to_have_text(left, timeout=DRAWN_MS)
    wait_until_idle(page)
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0, timeout=DRAWN_MS)
    maps = page.locator('iframe[title^="streamlit_folium"]')
    for number in range(maps.count()):
        drawn = maps.nth(number).content_frame.get_by_role("region")
        expect(drawn).to_be_visible(timeout=DRAWN_MS)
    wait_until_idle(page)


def violations(page: Page, rules: dict[str, object]) -> list[str]:
    """What axe-core finds wrong with a page and its frames, a sentence and a node each."""
    for frame in page.frames:
        frame.evaluate(AXE_SCRIPT)
    result = page.evaluate("options => axe.run(options)", {"resultTypes": ["violations"], **rules})
    return [
        f"{rule['id']} ({rule['impact']}) at {node['target']}: {node['html'][:300]}\n"
        f"{node['failureSummary']}"
        for rule in result["violations"]
        if rule["impact"] in IMPACTS
        for node in rule["nodes"]
    ]
