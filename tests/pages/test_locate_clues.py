"""Clues on the page *Locate*: read, struck or typed, and the answer that they move."""

from __future__ import annotations

import pytest

from geoloc.clues import TextLine, clues_of, drives_on, sun_in
from geoloc.models import registry
from pages.language import speaking
from pages.locate import clues
from pages.locate.clues import sentence
from pages.locate.verdict import in_words
from tests.geoloc.bad_files import saved, street
from tests.pages.small_models import country_model, opened, upload, written

STREET = saved(street(640, 480), "JPEG")
LINE = TextLine("Malkowice", 0.99, ((20, 20), (200, 20), (200, 60), (20, 60)))


@pytest.fixture(autouse=True)
def shelf(tmp_path, monkeypatch):
    monkeypatch.setattr(registry, "CHECKPOINTS", tmp_path)
    country_model(tmp_path / "cnn", calibration={"temperature": 1.0, "conformal_threshold": 0.9})


@pytest.fixture
def sign(monkeypatch):
    """Every photo shows the sign of a Polish village."""
    monkeypatch.setattr(clues, "read_text", lambda photo: (LINE,))


def headline(app) -> str:
    return app.header[0].value.split(", ")[0]


def test_a_photo_without_text_is_answered_as_if_nobody_had_looked(monkeypatch):
    off = upload(opened(), "street.jpg", STREET)
    before = off.header[0].value
    monkeypatch.setattr(clues, "read_text", lambda photo: ())
    app = upload(opened(signs=True), "street.jpg", STREET)
    assert app.header[0].value == before
    assert "No text read." in written(app) and "From the picture alone" not in written(app)


def test_a_sign_moves_the_answer_which_also_stands_without_it(sign):
    app = upload(opened(signs=True), "street.jpg", STREET)
    assert headline(app) == "Poland"
    assert "From the picture alone" in written(app)
    (box,) = [one for one in app.checkbox if "Poland" in one.label]
    assert box.label.lower().replace("\\", "") == "place name (malkowice): poland 40 times likelier"


def test_a_clue_that_is_struck_counts_no_more(sign):
    app = upload(opened(signs=True), "street.jpg", STREET)
    for box in app.checkbox:
        box.uncheck()
    app = app.run()
    assert headline(app) != "Poland" and "From the picture alone" not in written(app)


def test_what_the_visitor_sees_moves_the_answer_at_once():
    app = upload(opened(), "street.jpg", STREET)
    side = next(one for one in app.segmented_control if one.label.startswith("They drive"))
    app = side.set_value("left").run()
    assert headline(app) in {"India", "Japan"}
    assert "they drive on the left" in written(app) and "From the picture alone" in written(app)
    app = side.set_value(None).run()
    text = next(one for one in app.text_input if one.label.startswith("I can read"))
    app = text.set_value("Malkowice").run()
    assert headline(app) == "Poland"


def test_what_is_known_already_narrows_the_answer():
    app = upload(opened(), "street.jpg", STREET)
    known = next(one for one in app.multiselect if one.label.startswith("I know it is in"))
    app = known.set_value(["JP"]).run()
    assert app.header[0].value == "Japan, 100%"
    app = known.set_value(["South America"]).run()
    assert headline(app) == "Brazil"


def test_a_server_without_the_extra_says_so_where_text_would_be_read(monkeypatch):
    def missing(photo):
        raise clues.CluesError("signs-not-installed", "no")

    monkeypatch.setattr(clues, "read_text", missing)
    app = upload(opened(signs=True), "street.jpg", STREET)
    assert app.header and not app.exception
    assert any("which is not installed on this server" in info.value for info in app.info)


@pytest.mark.parametrize(
    ("clue", "english", "french"),
    [
        (drives_on("left"), "they drive on the left: ", "on y roule à gauche\u00a0: "),
        (sun_in("north"), "the sun stands in the north: ", "le soleil est au nord\u00a0: "),
        (clues_of([TextLine("Killorglin")])[0], "place name (killorglin): ", "nom de lieu ("),
        (clues_of([TextLine("Улица")])[0], "Cyrillic script: ", "écriture (cyrillique)"),
    ],
)
def test_a_clue_is_said_in_the_readers_language(clue, english, french):
    assert sentence(clue).lower().startswith(english.lower())
    with speaking("fr"):
        assert sentence(clue).startswith(french)


@pytest.mark.parametrize(
    ("verdict", "likely", "words"),
    [
        (None, None, ""),
        (None, 1, "Likely only this country"),
        (None, 12, "Could be any of 12"),
        ("wild guess", 12, "Wild guess: could be any of 12"),
        ("leaning", 3, "Leaning: could be any of 3"),
        ("fairly sure", 1, "Fairly sure: likely only this country"),
        ("no street photo", 12, "This does not look like a street photo"),
        ("fairly sure", None, "Fairly sure"),
    ],
)
def test_a_verdict_and_the_calibrated_set_are_said_in_words(verdict, likely, words):
    assert in_words(verdict, likely) == words
