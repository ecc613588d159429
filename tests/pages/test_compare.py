"""The page *Compare* without a browser: every model's answer beside the others'."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from geoloc.countries import name
from geoloc.draw.charts import percent
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
NAMES = ["both", "cnn", "other", "pittsburgh-cnn", "second-pittsburgh"]


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
    return next(group for group in app.get("button_group") if group.label == "Models")


def captions(app: AppTest) -> list[str]:
    told = [caption for image in app.get("image") for caption in image.captions if caption]
    return [caption for caption in told if caption.endswith("%")]


def test_without_a_photo_the_page_offers_to_choose_one(shelf):
    app = sound(opened().switch_page("pages/compare/page.py").run())
    assert app.title[0].value == "Compare the models" and app.file_uploader
    assert captions(sound(example(app, GIVEN.file)))


def test_a_photo_uploaded_on_locate_is_answered_by_every_model_as_the_library_does(shelf):
    app = upload(opened(), "my street.jpg", saved(street(640, 480), "JPEG"))
    app = sound(app.switch_page("pages/compare/page.py").run())
    photo = read_photo(saved(street(640, 480), "JPEG"))
    table = app.dataframe[0].value.set_index("Model")
    assert list(table.index) == ["Ensemble", "Little CNN", "Other CNN"]
    for model, title in (("cnn", "Little CNN"), ("other", "Other CNN"), ("both", "Ensemble")):
        code, share = load_model(load(shelf / model)).predict([photo])[0].top(1)[0]
        assert table.loc[title, "First answer"] == name(code)
        assert table.loc[title, "Probability"] == pytest.approx(100 * share, abs=1e-4)
    assert (table["Time"] > 0).all() and "my street.jpg" in written(app)
    assert len(app.get("plotly_chart")) == 1


def test_agreement_the_ensemble_and_the_bars_are_told_in_words(shelf):
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
    row = next(line for line in text.splitlines() if line.startswith(f"| {name(code)} |"))
    assert percent(share) in row and percent(first["other"].probability(code)) in row


def test_the_address_chooses_models_and_follows_the_choice(shelf):
    app = page(models="other,nonsense,cnn")
    assert pills(app).value == ["cnn", "other"] and len(app.dataframe) == 1
    app = sound(pills(app).set_value(["cnn"]).run())
    assert app.query_params["models"] == "cnn"
    assert [caption.split(":")[0] for caption in captions(app)] == ["Little CNN"]
    app = sound(pills(app).set_value([]).run())
    assert "Choose at least one model" in app.info[0].value and not captions(app)
    assert set(pills(page(models="nonsense")).value) == set(NAMES)


def test_each_network_s_map_of_one_country_stands_in_a_row(shelf):
    app = page(country="JP")
    assert [caption.split(":")[0] for caption in captions(app)] == ["Little CNN", "Other CNN"]
    box = next(box for box in app.selectbox if box.label == "Country")
    assert box.value == "JP"
    before = captions(app)
    app = sound(box.select("FR").run())
    assert app.query_params["country"] == "FR" and captions(app) != before
    assert "Ensemble has no map of its own" in written(app)


def test_models_of_one_title_are_told_apart_everywhere(shelf):
    country_model(shelf / "twin", seed=2)
    app = page(count=2)
    assert {"Little CNN (cnn)", "Little CNN (twin)"} <= {
        option.replace("\\", "") for option in pills(app).options
    }
    assert {"Little CNN (cnn)", "Little CNN (twin)"} <= set(app.dataframe[0].value["Model"])
    assert {"Little CNN (cnn)", "Little CNN (twin)"} <= set(app.dataframe[-1].value.columns)
    shown = [caption.split(":")[0] for caption in captions(app)]
    # A caption is Markdown.
    assert sorted(shown) == [r"Little CNN \(cnn\)", r"Little CNN \(twin\)", "Other CNN"]


def test_pins_of_one_city_are_compared(shelf):
    app = page(models="pittsburgh-cnn,second-pittsburgh")
    table = app.dataframe[0].value
    assert list(table["City"]) == ["Pittsburgh"] * 2 and table["Half within"].iloc[0] == 812.0
    assert "In Pittsburgh the pins of Little CNN, Pittsburgh, Second of Pittsburgh" in written(app)
    assert not app.get("plotly_chart")


def test_several_photos_make_a_table_with_a_file(shelf):
    app = page(count=3)
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
    assert "these are of the first" not in written(app)


def test_another_kind_of_failure_leaves_the_rest_of_the_page(shelf, monkeypatch):
    def broken(*_, **__):
        raise RuntimeError("a secret path")

    monkeypatch.setattr("pages.compare.countries.grouped_bars", broken)
    app = opened().switch_page("pages/compare/page.py")
    app.session_state["photos"] = (Chosen(read_photo(GIVEN.read()), GIVEN.title, GIVEN, 0.0),)
    app = app.run()
    assert [error.value.split(" could")[0] for error in app.error] == ["The bars"]
    assert "secret" not in app.error[0].value and captions(app)


def test_without_models_the_page_says_how_to_get_one(tmp_path, monkeypatch):
    monkeypatch.setattr(registry, "CHECKPOINTS", tmp_path)
    assert "There is no country model here yet" in page().info[0].value
