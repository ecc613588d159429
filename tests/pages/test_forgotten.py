"""What a visitor removes is gone from memory: the photo, and all that was made of it."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import geoloc
from geoloc.models import registry
from geoloc.photo import read_photo
from pages.shared import session
from tests.geoloc.bad_files import saved, street
from tests.pages.small_models import city_model, country_model, opened, upload_all

VIEWS = [(f"{n}.jpg", saved(street(320, 240).rotate(7 * n), "JPEG")) for n in range(1, 4)]
FIRST, SECOND, THIRD = (read_photo(data).sha256 for _, data in VIEWS)


@pytest.fixture(autouse=True)
def shelf(tmp_path, monkeypatch):
    monkeypatch.setattr(registry, "CHECKPOINTS", tmp_path)
    country_model(tmp_path / "cnn")
    city_model(tmp_path / "pittsburgh-cnn")


@pytest.fixture
def pixels(monkeypatch) -> dict[str, weakref.ref[np.ndarray]]:
    """The pixels of each photo that was read, for as long as anything holds them."""
    seen = {}

    def read(data: bytes):
        photo = read_photo(data)
        seen[photo.sha256] = weakref.ref(photo.pixels)
        return photo

    monkeypatch.setattr(geoloc, "read_photo", read)
    return seen


def looked_at(count: int) -> AppTest:
    """So many photos, explained, compared, and then all together on *Locate*."""
    app = upload_all(opened(), VIEWS[:count])
    for page in ("explain", "compare", "locate"):
        app = app.switch_page(f"pages/{page}/page.py").run()
        assert not app.exception
    if count > 1:
        app = app.button(key="together").click().run()
    return app


def remembered(app: AppTest) -> set[str]:
    """The photos of which something that was made is there."""
    return {sha256 for sha256, *_key in app.session_state["made"]}


def held(pixels: dict[str, weakref.ref[np.ndarray]]) -> set[str]:
    gc.collect()
    return {sha256 for sha256, alive in pixels.items() if alive() is not None}


def click(app: AppTest, label: str) -> AppTest:
    return next(button for button in app.button if button.label == label).click().run()


def test_a_removed_photo_leaves_neither_maps_nor_sums_nor_small_pictures(pixels):
    app = looked_at(1)
    assert remembered(app) == held(pixels) == {FIRST}
    kinds = {kind for _sha256, kind, *_rest in app.session_state["made"]}
    assert kinds == {"answer", "blend", "cams", "maps", "small", "terms"}
    app = click(app, "Remove photo")
    assert remembered(app) == set()
    assert remembered(app.run()) == held(pixels) == set()


def test_one_removed_of_several_leaves_what_was_made_of_the_others(pixels):
    app = looked_at(3)
    assert remembered(app) == held(pixels) == {FIRST, SECOND, THIRD}
    before = dict(app.session_state["made"])
    app = app.button(key=f"remove {SECOND}").click().run().run()
    assert remembered(app) == held(pixels) == {FIRST, THIRD}
    made = app.session_state["made"]
    assert all(made[at] is before[at] for at in before if at[0] != SECOND)


def test_nothing_is_left_of_photos_that_are_all_removed(pixels):
    app = click(looked_at(3), "Remove all").run()
    assert remembered(app) == held(pixels) == set()


@pytest.mark.parametrize(
    ("count", "remove", "back"),
    [
        (1, "Remove photo", "Bring the photo back"),
        (2, "Remove all", "Bring 2 photos back"),
    ],
)
def test_what_was_removed_comes_back_at_the_next_click_or_never(count, remove, back):
    app = upload_all(opened(), VIEWS[:count])
    if count > 1:
        app = app.button(key="together").click().run()
    before = app.session_state["photos"], app.session_state["shown"]
    app = click(click(app, remove), back)
    assert (app.session_state["photos"], app.session_state["shown"]) == before
    app = click(app, remove).run()
    assert back not in [button.label for button in app.button]


def test_the_oldest_photo_goes_for_one_too_many(pixels, monkeypatch):
    monkeypatch.setattr(session, "MOST_PHOTOS", 1)
    app = upload_all(looked_at(1), VIEWS[1:2]).run()
    assert remembered(app) == held(pixels) == {SECOND}


def test_photos_that_are_added_leave_what_is_known_of_the_first(pixels):
    app = looked_at(1)
    before = set(app.session_state["made"])
    app = upload_all(app, VIEWS[1:2])
    assert before < set(app.session_state["made"])
