"""The page *Locate* in Chromium, with the released models, the way a visitor uses it."""

import base64
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import FrameLocator, Locator, Page, expect

from pages.gallery import entries
from tests.pages.browser import wait_until_idle, watched_page

HEADLINE = re.compile(r"^\D+, [<>]?\d+%$")
TINTED = re.compile("tinted by the activation map of")
ANSWER_MS = 60_000


@pytest.fixture(scope="module")
def photos(tmp_path_factory) -> list[Path]:
    """Two photos as files."""
    folder = tmp_path_factory.mktemp("photos")
    for number, photo in enumerate(entries()[:2]):
        (folder / f"photo {number}.jpg").write_bytes(photo.read())
    return sorted(folder.iterdir())


EXAMPLES_HAVE_COME = """() => {
    const shown = [...document.querySelectorAll("[data-testid=stImage] img")]
    return shown.length > 0 && shown.every(image => image.complete)
}"""


def open_app(page: Page) -> None:
    page.goto("/")
    # The page runs on until the models are warm, and nobody waits for that.
    expect(page.get_by_role("heading", name="Where am I?")).to_be_visible(timeout=ANSWER_MS)
    # A photo that comes sooner than any visitor's ends the run, and with it the examples' pictures
    # that the browser is about to ask for.
    page.wait_for_function(EXAMPLES_HAVE_COME)


def upload(page: Page, photo: Path, *others: Path) -> None:
    page.locator('input[type="file"]').set_input_files([photo, *others])
    # The name is the first thing that only this photo's answer shows.
    expect(page.get_by_text(photo.name)).to_be_visible(timeout=ANSWER_MS)
    wait_until_idle(page)


def city_map(page: Page) -> FrameLocator:
    return page.frame_locator('iframe[title^="streamlit_folium"]')


def pin(page: Page) -> Locator:
    return city_map(page).get_by_role("img", name="The model's guess")


# What a visitor's own click moves is no fault (https://web.dev/articles/cls).
WATCH_SHIFTS = """
window.shifted = 0;
new PerformanceObserver(list => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) shifted += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""

# Both in one go, in their own document: the page may still be moving the map's frame.
PIN_IS_ON_THE_MAP = """pin => {
    const small = pin.getBoundingClientRect();
    const large = pin.closest(".leaflet-container").getBoundingClientRect();
    return small.width > 0 && small.height > 0
        && large.left <= small.left && small.right <= large.right
        && large.top <= small.top && small.bottom <= large.bottom;
}"""


def comes_true(page: Page, condition: Callable[[], bool]) -> bool:
    """Whether it holds within the time that an answer may take."""
    for _ in range(ANSWER_MS // 200):
        if condition():
            return True
        page.wait_for_timeout(200)
    return False


def wait_until_drawn(page: Page) -> None:
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible(timeout=ANSWER_MS)
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0, timeout=ANSWER_MS)
    expect(page.get_by_alt_text(TINTED).first).to_be_visible(timeout=ANSWER_MS)


def open_city(page: Page) -> None:
    page.get_by_text("If it is from").click()
    expect(pin(page)).to_be_visible(timeout=ANSWER_MS)


def test_an_uploaded_photo_gets_its_country_its_pin_and_its_maps(page, photos):
    open_app(page)
    upload(page, photos[0])
    expect(page.get_by_role("heading", level=2, name=HEADLINE)).to_be_visible(timeout=ANSWER_MS)
    wait_until_drawn(page)
    open_city(page)
    expect(city_map(page).get_by_role("region", name="Map of")).to_be_visible()
    assert comes_true(page, lambda: pin(page).evaluate(PIN_IS_ON_THE_MAP))
    expect(page.get_by_alt_text(TINTED)).to_have_count(4)
    for overlay in page.get_by_alt_text(TINTED).all():
        overlay.scroll_into_view_if_needed()
        expect(overlay).to_be_visible()
        assert overlay.evaluate("image => image.decode().then(() => image.naturalWidth)") >= 300


def test_the_next_photo_moves_the_pin_on_the_same_map(page, photos):
    open_app(page)
    upload(page, photos[0])
    wait_until_drawn(page)
    open_city(page)
    before = pin(page).get_attribute("aria-label")
    leaflet = city_map(page).locator(".leaflet-container")
    leaflet.evaluate("map => { map.dataset.kept = 'yes' }")
    page.get_by_role("button", name="New photo").click()
    upload(page, photos[1])
    expect(pin(page)).not_to_have_attribute("aria-label", before, timeout=ANSWER_MS)
    expect(leaflet).to_have_attribute("data-kept", "yes")


def test_several_photos_have_one_answer_and_can_be_chosen_by_keyboard(page, photos, tmp_path):
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear reader")
    open_app(page)
    upload(page, photos[0], letter, photos[1])
    expect(page.get_by_role("alert").filter(has_text="letter.txt")).to_be_visible()
    wait_until_drawn(page)
    wait_until_idle(page)
    page.get_by_role("button", name="Photo 2").focus()
    page.keyboard.press("Enter")
    wait_until_idle(page)
    page.get_by_role("button", name="Same place? Combine").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Remove all")).to_be_visible(timeout=ANSWER_MS)
    for photo in photos:
        expect(page.get_by_alt_text(photo.name)).to_be_visible()
    page.get_by_role("button", name="Remove 1").click()
    expect(page.get_by_alt_text(photos[0].name)).to_have_count(0, timeout=ANSWER_MS)
    expect(page.get_by_role("button", name="Remove photo")).to_have_count(1)


def test_the_answer_is_said_to_those_who_hear_the_page(page):
    page.goto("/?photo=it-colosseum")
    expect(page.locator("#announcer")).to_have_text(HEADLINE, timeout=ANSWER_MS)


# An answer comes in pieces, and none of them may move what is being read.
@pytest.mark.parametrize(
    ("photo", "width"),
    [
        pytest.param("", 390, id="first-390"),
        pytest.param("", 1440, id="first-1440"),
        pytest.param("it-colosseum", 1440, id="answered-1440"),
        pytest.param("it-colosseum", 390, id="answered-390"),
    ],
)
def test_nothing_moves_while_the_page_comes_in(browser, app, photo, width):
    with watched_page(browser, app, viewport={"width": width, "height": 900}) as page:
        page.add_init_script(WATCH_SHIFTS)
        page.goto(f"/?photo={photo}")
        wait_until_drawn(page) if photo else wait_until_idle(page)
        wait_until_idle(page)
        assert page.evaluate("shifted") < 0.1


def test_the_keyboard_alone_leads_to_the_file_chooser(page):
    open_app(page)
    button = page.get_by_test_id("stFileUploaderDropzone").locator("button")
    opened = []
    page.on("filechooser", lambda chooser: opened.append(chooser))

    def tab_and_enter() -> bool:
        page.keyboard.press("Tab")
        if button.evaluate("button => button === document.activeElement"):
            page.keyboard.press("Enter")
        return bool(opened)

    assert comes_true(page, tab_and_enter)


def test_a_file_that_is_too_large_is_refused_before_it_is_sent(page, tmp_path):
    with (tmp_path / "large.jpg").open("wb") as large:
        large.truncate(60_000_000)
    open_app(page)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.locator('input[type="file"]').set_input_files(large.name)
    sentence = page.get_by_text("File must be 30.0MB or smaller.")
    expect(sentence).to_be_visible()
    assert comes_true(page, lambda: sentence.bounding_box()["width"] > 100)
    assert "PUT" not in sent and "POST" not in sent


def test_a_file_that_the_server_refuses_is_refused_in_a_sentence(browser, app, photos):
    # Chromium reports the refusal as an error, which no page under watch may have.
    with browser.new_context(base_url=app.url, locale="fr-FR") as context:
        page = context.new_page()
        page.route(re.compile("/upload_file/"), lambda route: route.fulfill(status=503))
        page.goto("/")
        page.locator('input[type="file"]').set_input_files(photos[0])
        expect(page.get_by_text("la vôtre doit attendre").first).to_be_visible()


def paste(page: Page, name: str) -> None:
    page.wait_for_function("window.whereAmIPastes")
    page.evaluate(
        """async ([name, data]) => {
            const blob = await (await fetch(`data:image/jpeg;base64,${data}`)).blob()
            const carried = new DataTransfer()
            carried.items.add(new File([blob], name, { type: "image/jpeg" }))
            const pasted = { clipboardData: carried, bubbles: true, cancelable: true }
            document.body.dispatchEvent(new ClipboardEvent("paste", pasted))
        }""",
        [name, base64.b64encode(entries()[0].read()).decode()],
    )


def test_a_photo_is_pasted_from_the_clipboard(page):
    open_app(page)
    paste(page, "pasted.jpg")
    expect(page.get_by_text("pasted.jpg")).to_be_visible(timeout=ANSWER_MS)
    expect(page.get_by_role("heading", name=HEADLINE)).to_be_visible(timeout=ANSWER_MS)


def test_a_photo_pasted_before_the_uploader_has_loaded_is_not_lost(page):
    held = []
    page.route(re.compile(r"/FileUploader\.[^/]*\.js$"), lambda route: held.append(route))
    open_app(page)
    paste(page, "early.jpg")
    assert not page.locator('input[type="file"]').count()
    assert comes_true(page, lambda: bool(held))
    for route in held:
        route.continue_()
    expect(page.get_by_text("early.jpg")).to_be_visible(timeout=ANSWER_MS)
    expect(page.get_by_role("heading", name=HEADLINE)).to_be_visible(timeout=ANSWER_MS)


def test_a_photo_is_taken_with_the_camera(browser, app):
    with watched_page(browser, app, permissions=["camera"]) as page:
        open_app(page)
        page.get_by_text("Use the camera").click()
        # A click before the camera's first picture takes none, as it takes none of a visitor's.
        take = page.get_by_test_id("stCameraInputButton").filter(has_text="Take Photo")
        answer = page.get_by_role("heading", name=HEADLINE)

        def answered() -> bool:
            if not answer.count():
                take.evaluate_all("buttons => buttons.forEach(button => button.click())")
            return answer.is_visible()

        assert comes_true(page, answered)
        wait_until_idle(page)
