"""The app in the visitor's language: by the address, by the switch, on every page."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from geoloc.models import registry
from geoloc.settings import PHOTO_FOLDER
from tests.geoloc.bad_files import saved, street
from tests.pages.small_models import (
    APP,
    city_model,
    country_model,
    ensemble,
    opened,
    upload,
    written,
)

PAGES = sorted((APP.parent / "pages").glob("*/page.py"))
ENGLISH = re.compile(r"\b(the|of|and|with|is|are|was|this|that|to|no|not|from)\b", re.I)
SPOKEN = ("button", "selectbox", "radio", "checkbox", "toggle", "slider", "multiselect")


@pytest.fixture(autouse=True)
def shelf(tmp_path, monkeypatch):
    """A country model, its like, their ensemble and a city model."""
    monkeypatch.setattr(registry, "CHECKPOINTS", tmp_path)
    monkeypatch.delenv(PHOTO_FOLDER, raising=False)
    country_model(tmp_path / "cnn")
    country_model(tmp_path / "other", seed=1)
    ensemble(tmp_path / "ensemble", {"cnn": 0.5, "other": 0.5})
    city_model(tmp_path / "pittsburgh-cnn")


def page(file, code: str) -> AppTest:
    app = AppTest.from_file(str(file), default_timeout=60)
    app.query_params["lang"] = code
    return app.run()


def english_in(app: AppTest) -> list[str]:
    """Lines that still hold English words, without code, addresses and names of works."""
    labels = [widget.label for kind in SPOKEN for widget in getattr(app, kind)]
    code = {line for block in app.code for line in block.value.splitlines()}
    lines = [line for line in [*written(app).splitlines(), *labels] if line not in code]
    bare = {line: re.sub(r"\(https?:[^)]*\)|`[^`]*`|<[^>]*>|“[^”]*”", "", line) for line in lines}
    return [line for line, words in bare.items() if ENGLISH.search(words)]


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.stem)
def test_no_page_speaks_english_to_who_reads_french(file):
    app = page(file, "fr")
    assert not app.exception
    assert not english_in(app)


def test_an_answer_is_french_from_the_country_to_the_reasons():
    app = page(APP, "fr")
    upload(app, "street.jpg", saved(street(640, 480), "JPEG"))
    assert not app.exception and not app.error
    assert not english_in(app)


def test_the_switch_changes_the_language_and_the_address():
    app = opened()
    assert app.title[0].value == "Where am I?"
    app.segmented_control(key="language switch").set_value("fr").run()
    assert app.title[0].value == "Où suis-je ?"
    assert app.query_params["lang"] == "fr"
    app.segmented_control(key="language switch").set_value("en").run()
    assert app.title[0].value == "Where am I?"


def test_a_language_that_the_app_does_not_speak_is_answered_in_english():
    assert page(APP, "tlh").title[0].value == "Where am I?"
