"""The page *About* in Chromium: an address leads to each part, and a phone shows all of it."""

from playwright.sync_api import expect

from tests.pages.browser import wait_until_idle, watched_page

PARTS = ("measured", "privacy", "misuse", "accessibility", "credits", "cite")


def test_every_part_has_an_address_and_fits_a_phone(browser, app):
    viewport = {"width": 390, "height": 844}
    with watched_page(browser, app, color_scheme="dark", viewport=viewport) as page:
        page.goto("/")
        wait_until_idle(page)
        page.goto("/about#misuse")
        expect(page.locator("#misuse")).to_be_in_viewport(timeout=30_000)
        wait_until_idle(page)
        for part in PARTS:
            expect(page.locator(f"h2#{part}")).to_have_count(1)
        assert page.evaluate(
            "[document.documentElement, document.querySelector('[data-testid=stMain]')]"
            ".every(part => part.scrollWidth <= part.clientWidth)"
        )
