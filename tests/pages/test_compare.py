"""The page *Compare* without a browser: every model's answer beside the others'."""

from __future__ import annotations

from html import escape

import pytest
from streamlit.testing.v1 import AppTest

from geoloc.countries import name
from geoloc.draw.charts import percent, whole_percent
from geoloc.models import registry
from geoloc.models.registry import load_model
from geoloc.models.release import load
from geoloc.photo import read_photo
from pages.gallery import entries
from pages.shared.session import Chosen
from tests.geoloc.bad_files import saved, street
from tests.pages.small_models import (
    city_model,
    country_model,
    ensemble,
    example,
    opened,
    upload,
    written,
)

GIVEN = entries()[0]


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    """Two country models that differ, their ensemble, and two models of one city."""
    monkeypatch.setattr(registry, "CHECKPOINTS", tmp_path)
    calibration = {"temperature": 0.01, "conformal_threshold": 0.9}
    country_model(tmp_path / "cnn", calibration=calibration)
    country_model(tmp_path / "other", title="Other CNN", seed=1, calibration=calibration)
    ensemble(tmp_path / "both", {"cnn": 0.5, "other": 0.5})
    city_model(tmp_path / "pittsburgh-cnn")
    city_model(tmp_path / "second-pittsburgh", title="Second of Pittsburgh")
    return tmp_path


def page(count: int = 1, **query: str) -> AppTest:
    """The page with examples that were chosen before."""
    app = opened().switch_page("pages/compare/page.py")
    app.session_state["photos"] = tuple(
        Chosen(read_photo(entry.read()), f"=photo {number}.jpg", entry, 0.0)
        for number, entry in enumerate(entries()[:count])
    )
    app.query_params.update(query)
    return sound(app.run())


def sound(app: AppTest) -> AppTest:
    assert not app.exception and not app.error
    return app


def pills(app: AppTest):
    return next(group for group in app.get("button_group") if group.label.startswith("Models"))


def cards(app: AppTest) -> list[str]:
    """The card of each model, as HTML."""
    row = next(one.proto.body for one in app.get("html") if 'class="cards"' in one.proto.body)
    return row.split("<article")[1:]


def opened_tab(app: AppTest, label: str) -> AppTest:
    app.session_state["compare tabs"] = label
    return sound(app.run())


def test_without_a_photo_the_page_offers_to_choose_one(shelf):
    app = sound(opened().switch_page("pages/compare/page.py").run())
    assert app.title[0].value == "Compare the models" and app.file_uploader
    assert len(cards(sound(example(app, GIVEN.file)))) == 3


def test_a_photo_uploaded_on_locate_is_answered_by_every_model_as_the_library_does(shelf):
    app = upload(opened(), "my street.jpg", saved(street(640, 480), "JPEG"))
    app = sound(app.switch_page("pages/compare/page.py").run())
    photo = read_photo(saved(street(640, 480), "JPEG"))
    table = app.dataframe[0].value.set_index("Model")
    assert list(table.index) == ["Ensemble", "Little CNN", "Other CNN"]
    for card, (model, title) in zip(
        cards(app),
        (("both", "Ensemble"), ("cnn", "Little CNN"), ("other", "Other CNN")),
        strict=True,
    ):
        code, share = load_model(load(shelf / model)).predict([photo])[0].top(1)[0]
        assert table.loc[title, "First answer"] == name(code)
        assert table.loc[title, "Probability"] == pytest.approx(100 * share, abs=1e-4)
        assert title in card and name(code) in card and escape(whole_percent(share)) in card
        # An ensemble has no map of its own.
        assert ('alt="The photo, tinted by' in card) == (model != "both")
        assert "Taken in" not in card
    assert (table["Time"] > 0).all() and "my street.jpg" in written(app)


def test_agreement_and_the_ensemble_are_told_in_words(shelf):
    text = written(page())
    first = {
        model: load_model(load(shelf / model)).predict([read_photo(GIVEN.read())])[0]
        for model in ("cnn", "other", "both")
    }
    agree = (
        "All 2 models agree"
        if len({first[m].codes[0] for m in ("cnn", "other")}) == 1
        else ("Each model names another country")
    )
    code, share = first["both"].top(1)[0]
    assert agree in text
    assert f"it names {name(code)} first, with **{percent(share)}**" in text
    assert f"Little CNN gives {percent(first['cnn'].probability(code))}" in text
    assert "nine times in ten" in text


def test_a_hit_is_tinted_and_every_card_tells_the_true_country_s_rank(shelf):
    for card, model in zip(cards(page(models="cnn,other")), ("cnn", "other"), strict=True):
        prediction = load_model(load(shelf / model)).predict([read_photo(GIVEN.read())])[0]
        rank = prediction.codes.index(GIVEN.country) + 1
        assert ('class="card hit"' in card) == (rank == 1)
        assert ("✓ Taken in" if rank == 1 else f"ranked {rank}") in card


def test_the_address_chooses_models_and_follows_the_choice(shelf):
    for number in range(3):
        country_model(shelf / f"third-{number}", title=f"Third {number}", seed=number + 2)
    assert len(pills(page(models="nonsense")).value) == 4
    app = page(models="other,nonsense,cnn,third-0,third-1")
    assert pills(app).value == ["cnn", "other", "third-0", "third-1"]
    # One more than stand side by side: what was chosen first makes room.
    app = sound(pills(app).set_value(["cnn", "other", "third-0", "third-1", "third-2"]).run())
    assert app.query_params["models"].count(",") == 3 and "third-2" in pills(app).value
    app = sound(pills(app).set_value(["cnn"]).run())
    assert app.query_params["models"] == "cnn" and len(cards(app)) == 1
    app = sound(pills(app).set_value([]).run())
    assert "Choose at least one model" in app.info[0].value


def test_any_two_maps_are_laid_on_one_another(shelf):
    app = page(models="cnn,other")
    left, right = (box for box in app.selectbox if box.label in ("Left", "Right"))
    assert left.value.startswith("cnn ") and right.value.startswith("other ")
    app = sound(right.select("").run())
    assert next(box for box in app.selectbox if box.label == "Right").value == ""


def test_models_of_one_title_are_told_apart_everywhere(shelf):
    country_model(shelf / "twin", seed=2)
    app = page(models="cnn,twin")
    titled = ("Little CNN (cnn)", "Little CNN (twin)")
    assert set(titled) <= {option.replace("\\", "") for option in pills(app).options}
    assert list(app.dataframe[0].value["Model"]) == list(titled)
    assert all(title in card for title, card in zip(titled, cards(app), strict=True))


def test_pins_of_one_city_stand_on_one_map(shelf):
    app = opened_tab(page(), "City")
    table = app.dataframe[0].value
    assert list(table["Model"]) == ["Little CNN, Pittsburgh", "Second of Pittsburgh"]
    assert table["Median error"].iloc[0] == 812.0
    assert "If it was in Pittsburgh: 2 pins, up to" in written(app)


def test_several_photos_make_a_table_with_a_file(shelf):
    app = opened_tab(page(count=3), "All photos")
    table = app.dataframe[-1].value
    assert list(table["Photo"]) == [f"{n + 1} · =photo {n}.jpg" for n in range(3)]
    assert {"Ensemble", "Little CNN", "Other CNN", "Taken in", "Agree"} <= set(table.columns)
    answers = load_model(load(shelf / "other")).predict(
        [read_photo(e.read()) for e in entries()[:3]]
    )
    said = [f"{name(code)}, {percent(p)}" for code, p in (one.top(1)[0] for one in answers)]
    assert list(table["Other CNN"]) == said
    button = next(b for b in app.get("download_button") if b.label == "Download as CSV")
    assert button.proto.url


def test_another_kind_of_failure_leaves_the_rest_of_the_page(shelf, monkeypatch):
    def broken(*_, **__):
        raise RuntimeError("a secret path")

    monkeypatch.setattr("pages.compare.maps._choices", broken)
    app = opened().switch_page("pages/compare/page.py")
    app.session_state["photos"] = (Chosen(read_photo(GIVEN.read()), GIVEN.title, GIVEN, 0.0),)
    app = app.run()
    assert [error.value.split(" could")[0] for error in app.error] == ["The activation maps"]
    assert "secret" not in app.error[0].value and cards(app)


def test_without_models_the_page_says_how_to_get_one(tmp_path, monkeypatch):
    monkeypatch.setattr(registry, "CHECKPOINTS", tmp_path)
    assert "There is no country model here yet" in page().info[0].value
