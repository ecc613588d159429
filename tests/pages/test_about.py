"""The page *About*: its figures are the cards', its credits the files'."""

import json

import pytest
import streamlit
from streamlit.testing.v1 import AppTest

from geoloc.models import registry
from geoloc.models.release import CARD
from pages.gallery import entries
from tests.pages.small_models import APP, city_model, country_model, opened, written

PAGE = APP.parent / "pages" / "about" / "page.py"

SCORES = {
    "photos": 1234,
    "top1": 0.321,
    "top1_interval": [0.301, 0.341],
    "baseline": {"top1": 0.111},
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Where the app looks for models; empty."""
    monkeypatch.setattr(registry, "CHECKPOINTS", tmp_path)
    return tmp_path


def about() -> AppTest:
    return opened().switch_page(str(PAGE)).run()


def test_what_was_measured_comes_from_the_card(folder):
    country_model(folder / "cnn", metrics={"test": SCORES})
    app = about()
    assert "**32.1%** (95% interval: 30.1% to 34.1%)" in written(app)
    assert not app.error and not app.exception


def test_without_models_the_page_still_says_the_rest(folder):
    app = about()
    assert "There is no country model here yet" in app.info[0].value
    assert "Not for finding people" in written(app)
    assert not app.error and not app.exception


def test_a_broken_card_is_not_quoted_and_takes_nothing_along(folder):
    country_model(folder / "cnn")
    city_model(folder / "pittsburgh-cnn")
    card = json.loads((folder / "cnn" / CARD).read_text())
    (folder / "cnn" / CARD).write_text(json.dumps(card | {"provenance": "mine"}))
    app = about()
    assert not app.error and not app.exception
    assert "32.1%" not in written(app)


def test_every_photo_has_its_author_licence_and_source(folder):
    text = written(about()).replace("\\", "")
    for photo in entries():
        assert f"[{photo.author}]({photo.source})" in text


def test_libraries_are_told_as_they_are_installed(folder):
    table = about().table[0].value
    assert table.loc["streamlit", "Version"] == streamlit.__version__
    assert (table.iloc[:, 1] != "").all()


def test_the_citation_has_the_year_of_the_newest_model(folder):
    country_model(folder / "cnn", provenance={"trained": "2031-02-03"})
    country_model(folder / "old", provenance={"trained": "2029-02-03"})
    assert any("year    = {2031}" in code.value for code in about().code)
