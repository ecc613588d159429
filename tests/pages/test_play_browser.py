"""The page *Play* in Chromium, with the released models: a game by mouse and by keyboard."""

from playwright.sync_api import FrameLocator, Page, expect

from tests.pages.browser import wait_until_idle

ANSWER_MS = 30_000


def open_game(page: Page) -> None:
    page.goto("/")
    wait_until_idle(page)
    page.goto("/play?game=4")
    expect(page.get_by_text("Photo 1 of 5")).to_be_visible(timeout=ANSWER_MS)
    wait_until_idle(page)


def world(page: Page) -> FrameLocator:
    frame = page.frame_locator('iframe[title^="streamlit_folium"]')
    expect(frame.locator(".geoloc-land").first).to_be_attached(timeout=ANSWER_MS)
    return frame


def click_the_middle(page: Page) -> None:
    world(page).locator(".leaflet-container").click()


def press_enter_on_the_map(page: Page) -> None:
    ground = world(page).locator(".leaflet-container")
    ground.focus()
    page.keyboard.press("Enter")


def test_a_game_is_played_by_mouse_and_by_keyboard_to_its_end(page):
    open_game(page)
    for number, put_pin in enumerate([click_the_middle] + 4 * [press_enter_on_the_map], start=1):
        expect(page.get_by_text(f"Photo {number} of 5")).to_be_visible(timeout=ANSWER_MS)
        wait_until_idle(page)
        put_pin(page)
        if put_pin is press_enter_on_the_map:
            # Before the button can be pressed: the key is held until then.
            page.keyboard.press("Space")
        else:
            pin = world(page).get_by_role("img", name="Your pin: ")
            expect(pin).to_be_visible(timeout=ANSWER_MS)
            page.get_by_role("button", name="This is my guess").click()
        expect(page.get_by_role("heading", name="It was taken in")).to_be_visible(timeout=ANSWER_MS)
        expect(world(page).get_by_role("img", name="Taken here: ")).to_be_visible()
        expect(world(page).locator(".geoloc-spot.geoloc-model").first).to_be_visible()
        wait_until_idle(page)
        page.get_by_role("button", name="See the result" if number == 5 else "Next photo").click()
    expect(page.get_by_role("heading", name="of 25,000 points")).to_be_visible(timeout=ANSWER_MS)
    expect(page.get_by_text("That is your best in this browser.")).to_be_visible(timeout=ANSWER_MS)
    kept = int(page.evaluate("localStorage.getItem('where-am-i: gallery')"))
    points = page.get_by_role("heading", name="of 25,000 points").inner_text().split(" ")[0]
    assert kept == int(points.replace(",", ""))
    page.get_by_role("button", name="Play again with other photos").click()
    expect(page.get_by_text("Photo 1 of 5")).to_be_visible(timeout=ANSWER_MS)
    assert page.url.endswith("/play?game=5")
