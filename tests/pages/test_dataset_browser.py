"""The page *Dataset* in Chromium, with the released models: all is drawn, the sliders work."""

import re

from playwright.sync_api import expect

from tests.pages.browser import wait_until_idle

DRAWN_MS = 30_000


def test_charts_maps_and_copies_are_drawn_and_a_slider_changes_the_formula(page):
    page.goto("/")
    wait_until_idle(page)
    page.goto("/dataset?country=US&b=0.25")
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible(timeout=DRAWN_MS)
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0, timeout=DRAWN_MS)
    wait_until_idle(page)
    expect(page.get_by_role("combobox", name="Country")).to_have_value("United States")
    page.get_by_text("How copies are made").click()
    share = page.get_by_role("slider", name="b: cut-outs")
    expect(share).to_have_value("0.25")
    totals = page.get_by_text(re.compile(r"photos become [\d,]+ a pass"))
    before = totals.inner_text()
    share.focus()
    page.keyboard.press("ArrowRight")
    expect(totals).not_to_have_text(before, timeout=DRAWN_MS)
    expect(page).to_have_url(re.compile(r"b=0\.3"))
    expect(page.get_by_alt_text(re.compile(", with noise$"))).to_be_visible()
    city = page.frame_locator('iframe[title^="streamlit_folium"]')
    expect(city.get_by_role("region", name="Map of Pittsburgh")).to_be_visible(timeout=DRAWN_MS)
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_timeout(500)
    assert page.evaluate(
        "[document.documentElement, document.querySelector('[data-testid=stMain]')]"
        ".every(part => part.scrollWidth <= part.clientWidth)"
    )
