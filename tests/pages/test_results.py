"""Results to keep on the page *Locate*: the buttons, and the files behind them."""

from __future__ import annotations

import csv
import io
import json

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from geoloc.models import registry
from pages.locate.city import OPEN as CITY_OPEN
from pages.shared import download
from tests.geoloc.bad_files import saved, street
from tests.pages.small_models import (
    city_model,
    country_model,
    ensemble,
    example,
    opened,
    upload_all,
    written,
)

VIEWS = [
    (f"=view {number}.jpg", saved(street(320, 240).rotate(7 * number), "JPEG"))
    for number in range(2)
]


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    """Two country models, their ensemble, and models of two cities."""
    monkeypatch.setattr(registry, "CHECKPOINTS", tmp_path)
    country_model(tmp_path / "cnn")
    country_model(tmp_path / "other", title="Other CNN", seed=1)
    ensemble(tmp_path / "both", {"cnn": 0.5, "other": 0.5})
    for city in ("pittsburgh", "cambridge"):
        city_model(tmp_path / f"{city}-cnn", city)
    return tmp_path


@pytest.fixture
def kept(monkeypatch) -> dict[str, object]:
    """What is behind each button."""
    found: dict[str, object] = {}
    button = download._button
    monkeypatch.setattr(
        download,
        "_button",
        lambda label, data, *named: found.update({label: data}) or button(label, data, *named),
    )
    return found


def keep(app: AppTest) -> AppTest:
    """The page after its popover was opened."""
    app.session_state[download.KEEPING] = True
    app = app.run()
    assert not app.exception and not app.error
    return app


def test_all_photos_are_in_every_file_once_the_popover_is_open(shelf, kept):
    app = upload_all(opened(), VIEWS)
    assert not kept
    app = keep(app)
    assert list(kept) == ["Picture", "CSV", "JSON", "GeoJSON"]
    rows = list(csv.DictReader(io.StringIO(kept["CSV"].decode("utf-8-sig"))))
    assert [row["photo"] for row in rows] == ["'=view 0.jpg"] * 5 + ["'=view 1.jpg"] * 5
    assert {row["model"] for row in rows} == {folder.name for folder in shelf.iterdir()}
    assert all(float(row["ms"]) > 0 for row in rows)
    assert [one["photo"] for one in json.loads(kept["JSON"])] == [name for name, _ in VIEWS]
    features = json.loads(kept["GeoJSON"])["features"]
    assert {feature["properties"]["city"] for feature in features} == {"Pittsburgh"}
    assert "`error_p50_m`" in written(app) and "stands in Pittsburgh" in written(app)


def test_the_city_on_the_map_is_the_one_whose_pins_are_kept(shelf, kept):
    app = upload_all(opened(), VIEWS)
    app.session_state[CITY_OPEN] = True
    app = app.run()
    city = next(one for one in app.segmented_control if one.label == "City")
    keep(city.set_value("cambridge").run())
    features = json.loads(kept["GeoJSON"])["features"]
    assert {feature["properties"]["city"] for feature in features} == {"Cambridge"}


def test_the_answer_from_all_photos_of_a_place_is_added(shelf, kept):
    app = upload_all(opened(), VIEWS)
    keep(app.button(key="together").click().run())
    told = json.loads(kept["JSON"])
    assert ["photos" in one for one in told] == [False, False, True]
    assert len(json.loads(kept["GeoJSON"])["features"]) == 3


def test_the_picture_is_drawn_on_the_click_and_names_whose_photo_it_is(shelf, kept, monkeypatch):
    drawn = []
    monkeypatch.setattr(download, "postcard", lambda told: drawn.append(told) or postcard(told))
    keep(example(opened(), "it-colosseum.jpg"))
    assert not drawn
    image = Image.open(io.BytesIO(kept["Picture"]()))
    assert image.format == "PNG" and not image.getexif() and image.width == 1200
    (told,) = drawn
    assert told.by == "Ensemble" and told.pin.city.name == "pittsburgh"
    assert any("Colosseum, Rome. Photo" in line for line in told.lines)
    assert len(kept["CSV"].splitlines()) == 1 + 5


postcard = download.postcard
