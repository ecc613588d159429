"""The page *Models* in Chromium: a link opens a model's card, and its parts are drawn."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from geoloc.models.registry import CHECKPOINTS
from geoloc.models.release import load
from tests.pages.browser import wait_until_idle

DRAWN_MS = 60_000


def charts(page: Page) -> None:
    """Waits until every chart of the page has its drawing."""
    page.wait_for_function(
        """document.querySelectorAll('[data-testid=stSkeleton]').length === 0
        && [...document.querySelectorAll('[data-testid=stPlotlyChart]')]
            .every(chart => chart.querySelector('.main-svg'))""",
        timeout=DRAWN_MS,
    )


def test_a_link_opens_a_card_whose_parts_fit_a_phone_and_have_names(page, screenshot):
    page.goto("/models?model=cnn")
    # Perhaps the first link that is followed on this server; the navigation is there all the same.
    expect(page.get_by_role("link", name="Locate")).to_be_visible(timeout=DRAWN_MS)
    page.set_viewport_size({"width": 390, "height": 844})
    title = load(CHECKPOINTS / "cnn").title
    expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible(timeout=DRAWN_MS)
    wait_until_idle(page)
    for part in ("By country", "Mistakes", "Confidence", "Training", "Network"):
        tab = page.get_by_role("tab", name=part)
        tab.focus()
        page.keyboard.press("Enter")
        expect(tab).to_have_attribute("aria-selected", "true")
        # A part is drawn once it is open: before that, the page only seems to be idle.
        expect(page.get_by_role("tabpanel")).not_to_be_empty(timeout=DRAWN_MS)
        wait_until_idle(page)
        charts(page)
        screenshot(page, f"models-{part.lower().replace(' ', '-')}-390")
        assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth <= 390")
        nameless = page.evaluate(
            """[...document.querySelectorAll('[data-testid=stPlotlyChart]')]
            .filter(chart => !chart.closest('[aria-label], [role=img]')
                && !chart.querySelector('[aria-label], [role=img]')).length"""
        )
        assert nameless == 0
