"""A visitor's city has the title that its visitor gave it: no page takes it for Markdown."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from geoloc.models import registry
from pages.compare import text
from pages.locate.city import OPEN
from pages.shared import own_cities
from pages.shared.frame import plain
from tests.pages.small_models import BOXES, city_model, country_model, opened, upload
from tests.pages.test_evidence import STREET, comparing_model
from tests.pages.test_results import keep

TITLE = "![x](https://evil.example/p.png)"
WRITTEN = ("title", "header", "subheader", "markdown", "caption", "info", "warning", "error")


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    """A country model and two of a visitor's city, one of them never measured."""
    monkeypatch.setattr(registry, "CHECKPOINTS", tmp_path)
    country_model(tmp_path / "cnn")
    city_model(tmp_path / "own-1", called=TITLE)
    city_model(tmp_path / "own-2", called=TITLE, title=f"CNN, {TITLE}", metrics={})
    for name in ("own-1", "own-2"):
        own_cities.publish(name, True)
        own_cities.show_unproven(name)
    return tmp_path


def rendered(app: AppTest) -> list[str]:
    """What a page has the browser read as Markdown."""
    assert not app.exception and not app.error
    texts = [element.value for kind in WRITTEN for element in app.get(kind)]
    texts += [image.caption for images in app.get("imgs") for image in images.proto.imgs]
    texts += [option.content for group in app.get("button_group") for option in group.proto.options]
    return texts + [box.label for box in (*app.expander, *app.metric, *app.selectbox, *app.button)]


@pytest.mark.parametrize(
    ("page", "beside"),
    [
        ("locate", "where there?"),
        ("compare", "If it was in"),
        ("explain", "pin"),
        ("models", "It puts every photo into"),
        ("dataset", ""),
    ],
)
def test_a_citys_title_stays_what_it_is(shelf, page, beside):
    app = upload(opened(), "street.jpg", STREET).switch_page(f"pages/{page}/page.py")
    if page in ("explain", "models"):
        app.query_params["model"] = "own-2"
    app.session_state[OPEN] = True
    app.session_state["compare tabs"] = text.PINS
    texts = rendered(app.run())
    assert not [text for text in texts if "![" in text]
    assert any(plain(TITLE) in text and beside in text for text in texts)


def test_a_title_in_a_doubt_stays_what_it_is(shelf):
    city = {"name": "pittsburgh", "title": TITLE, "box": BOXES["pittsburgh"]}
    comparing_model(shelf / "comparer", threshold=1.5, city=city)
    app = upload(opened(), "street.jpg", STREET)
    app.session_state[OPEN] = True
    app.run()
    pin = next(box for box in app.selectbox if box.label.startswith("Pin model"))
    app = pin.set_value("comparer").run()
    (said,) = [warning.value for warning in app.warning]
    assert said.count(plain(TITLE)) == 2 and "![" not in said


def test_a_title_beside_the_results_to_keep_stays_what_it_is(shelf):
    app = keep(upload(opened(), "street.jpg", STREET))
    texts = rendered(app)
    assert not [text for text in texts if "![" in text]
    assert any(f"stands in {plain(TITLE)}" in text for text in texts)


def test_what_is_no_markdown_shows_a_title_without_escapes(shelf):
    app = upload(opened(), "street.jpg", STREET)
    app.session_state[OPEN] = True
    app.run()
    pin = next(box for box in app.selectbox if box.label.startswith("Pin model"))
    assert pin.options == [f"Little CNN, {TITLE}", f"CNN, {TITLE}"]
