"""The page *Models* without a browser: what it says of a card, whole, in part, or damaged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from geoloc.draw.charts import percent
from geoloc.models import registry
from geoloc.models.release import CARD, load
from tests.geoloc import cards
from tests.pages.small_models import CLASSES, city_model, country_model, opened, written
from training.loop import recipe

COUNTRY_PARTS = ("By country", "Mistakes", "Confidence", "Training", "Network")
CITY_PARTS = ("Errors", "Coverage", "Training", "Network")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Where the app looks for models; empty."""
    monkeypatch.setattr(registry, "CHECKPOINTS", tmp_path)
    return tmp_path


@pytest.fixture
def released(folder):
    """Two country models and a city model with all that training writes into their cards."""
    country_model(folder / "cnn", **cards.country_parts(CLASSES))
    country_model(folder / "other", title="Other CNN", **cards.country_parts(CLASSES, seed=1))
    city_model(folder / "pittsburgh-cnn", **cards.city_parts())
    return folder


def changed(folder: Path, change: dict[str, Any]) -> None:
    """Write other parts into a card, without asking whether they make sense."""
    card = json.loads((folder / CARD).read_text())
    (folder / CARD).write_text(json.dumps(card | change))


def page(model: str | None = None, part: str | None = None) -> AppTest:
    app = opened().switch_page("pages/models/page.py")
    if model:
        app.query_params["model"] = model
    if part:
        task = "city" if part in CITY_PARTS and model and "pittsburgh" in model else "country"
        app.session_state[f"part {task}"] = part
    return app.run()


def sound(app: AppTest) -> AppTest:
    assert not app.exception and not app.error
    return app


def chooser(app: AppTest):
    return next(box for box in app.selectbox if box.label == "Model")


def table(app: AppTest, number: int = 0):
    return app.dataframe[number].value


def test_all_models_stand_side_by_side_with_the_answer_that_never_changes(released):
    app = sound(page())
    countries, cities = table(app), table(app, 1)
    assert set(countries["Model"]) == {
        "Little CNN",
        "Other CNN",
        "Always the most frequent answers",
    }
    told = load(released / "cnn").country_card.metrics["test"]
    row = countries.set_index("Model").loc["Little CNN"]
    assert row["Test accuracy"] == pytest.approx(100 * told.top1)
    assert row["Countries in the 90 % set"] == pytest.approx(told.set_size)
    assert row["Size"] == (released / "cnn" / "weights.safetensors").stat().st_size / 1e6
    assert list(cities["Model"]) == ["Little CNN, Pittsburgh"]
    assert cities["Median error (m)"][0] < cities["Median of the middle (m)"][0]


def test_the_model_that_is_right_most_often_comes_first(released):
    best = max(("cnn", "other"), key=lambda name: _top1(released / name))
    app = page()
    assert chooser(app).value == best
    assert chooser(app).options[-1] == "Little CNN, Pittsburgh"


def _top1(folder: Path) -> float:
    return load(folder).country_card.metrics["test"].top1


def test_the_address_names_the_model(released):
    assert chooser(page("pittsburgh-cnn")).value == "pittsburgh-cnn"
    app = chooser(page()).select("cnn").run()
    assert app.query_params["model"] == "cnn"


def test_an_address_of_a_model_that_is_not_there_shows_another(released):
    assert chooser(sound(page("nowhere"))).value in ("cnn", "other")


def test_accuracy_is_told_in_plain_words_beside_the_baseline(released):
    text = written(page("cnn"))
    top1 = percent(_top1(released / "cnn"))
    assert f"Little CNN named the right country for **{top1}** (95% interval:" in text
    assert "Always answering “United States” would have been right" in text


def test_limits_are_told_from_the_card(released):
    text = written(page("cnn"))
    assert "It knows 8 countries and always names one of them" in text
    assert "Its probabilities were set right on validation photos" in text
    assert "It learnt 1 country from fewer than 50 photos each, the fewest of Brazil." in text
    city = written(page("pittsburgh-cnn"))
    assert "It puts every photo into Pittsburgh" in city


@pytest.mark.parametrize("part", COUNTRY_PARTS)
def test_each_part_of_a_country_models_card_is_drawn(released, part):
    app = sound(page("cnn", part))
    assert app.get("plotly_chart") and not app.info


@pytest.mark.parametrize("part", CITY_PARTS)
def test_each_part_of_a_city_models_card_is_drawn(released, part):
    app = sound(page("pittsburgh-cnn", part))
    drawn = app.get("component_instance") if part == "Coverage" else app.get("plotly_chart")
    assert drawn


def test_only_the_open_part_is_drawn(released):
    app, charts = page("cnn"), {}
    for part in COUNTRY_PARTS:
        app.session_state["part country"] = part
        charts[part] = len(app.run().get("plotly_chart")) - 2  # without the comparison above
    assert charts == {
        "By country": 3,
        "Mistakes": 3,
        "Confidence": 1,
        "Training": 2,
        "Network": 1,
    }


def test_the_recipe_of_the_card_trains_it_again(released, tmp_path):
    app = page("cnn", "Training")
    command, text = (code.value for code in app.code)
    assert command.splitlines() == [
        "python -m training country --data FOLDER --recipe cnn --name cnn",
        "python -m training evaluate cnn --data FOLDER --write",
    ]
    (tmp_path / "again.toml").write_text(text)
    again = recipe.load(str(tmp_path / "again.toml"))
    assert again.fit.rate == 0.003 and again.balance.a == 1.0
    assert "2026-11-23" in str(app.table[0].value)


LITE = {"name": "pretrained", "backbone": "tf_efficientnet_lite0"}
ORIGINS = {
    "nothing": ({"network": {"name": "cnn"}}, "random weights"),
    "a trunk": (
        {"network": LITE, "start": "published"},
        "published weights of tf_efficientnet_lite0",
    ),
    "a frozen trunk": (
        {"network": {**LITE, "tune": "head"}, "start": None},
        "published weights of tf_efficientnet_lite0",
    ),
    "another model": ({"network": LITE, "start": "alone"}, "alone"),
}


@pytest.mark.parametrize(("told", "origin"), ORIGINS.values(), ids=ORIGINS)
def test_the_card_says_what_training_began_with(released, told, origin):
    changed(released / "cnn", {"recipe": {"name": "cnn", **told}})
    rows = page("cnn", "Training").table[0].value.to_string().replace("\\", "")
    assert origin in rows and "Taught by" not in rows
    assert ("minutes, from alone on" in rows) == (origin == "alone")


def test_the_card_names_the_teachers(released):
    taught = {"name": "cnn", "network": {"name": "cnn"}, "teachers": ["lite0", "lite2"]}
    changed(released / "cnn", {"recipe": taught})
    app = page("cnn", "Training")
    rows = app.table[0].value.to_string()
    assert "Taught by" in rows and "lite0, lite2" in rows
    assert 'teachers = ["lite0", "lite2"]' in app.code[1].value


def test_an_ensemble_says_whom_it_averages_and_has_no_curves(released):
    folder = released / "ensemble"
    folder.mkdir()
    parts = cards.country_parts(CLASSES)
    card = {key: parts[key] for key in ("data", "metrics", "calibration")} | {
        "format": 2,
        "name": "ensemble",
        "title": "Ensemble",
        "task": "country",
        "network": {"name": "ensemble"},
        "members": {"cnn": 0.25, "gone": 0.75},
        "classes": list(CLASSES),
    }
    (folder / CARD).write_text(json.dumps(card))
    text = written(sound(page("ensemble", "Training")))
    assert "averages the answers of gone (75%), which is missing here; Little CNN (25%)" in text
    assert "An ensemble is not trained" in text
    assert "--members cnn gone --name ensemble" in text
    assert "Choose one of the models that it averages" in written(
        sound(page("ensemble", "Network"))
    )


def test_a_bare_card_says_what_it_does_not_tell(folder):
    country_model(folder / "bare", data={}, metrics={})
    text = written(sound(page("bare")))
    assert "How often Little CNN is right has not been measured." in text
    for part, missing in {
        "By country": "How well it knows each country",
        "Mistakes": "What it takes for what",
        "Confidence": "Whether its probabilities can be trusted",
        "Training": "How its training went",
    }.items():
        notes = [note.value for note in sound(page("bare", part)).info]
        assert any(note.startswith(missing) for note in notes), part
    city_model(folder / "pittsburgh", metrics={}, data={})
    assert "How far Little CNN, Pittsburgh is off has not been measured." in written(
        page("pittsburgh")
    )
    for part in CITY_PARTS:
        sound(page("pittsburgh", part))


def test_a_card_of_before_says_which_part_is_missing(released):
    parts = cards.country_parts(CLASSES)
    for scores in parts["metrics"].values():
        del scores["analysis"]["by_continent"], scores["analysis"]["continent_accuracy"]
    del parts["data"]["plan"]
    changed(released / "cnn", parts)
    notes = [note.value for note in sound(page("cnn", "By country")).info]
    assert [note.split(" cannot be shown")[0] for note in notes] == [
        "How often at least the continent is right"
    ]
    assert "does not tell what an epoch showed" in written(sound(page("cnn", "Training")))


def test_a_damaged_card_is_listed_and_the_others_are_drawn(released):
    changed(released / "cnn", {"metrics": {"test": {"photos": "many", "top1": 2}}})
    app = sound(page())
    assert chooser(app).options == ["Other CNN", "Little CNN, Pittsburgh"]
    assert any("1 model folder cannot be used" in one.label for one in app.expander)
    assert "cnn: card.json is damaged (metrics.test.photos: " in written(app).replace("\\", "")


def test_a_title_is_shown_as_it_stands(folder):
    country_model(folder / "odd", title="*Odd* <b>[x](http://x.y)</b>")
    app = sound(page())
    assert r"\*Odd\* \<b\>\[x\]\(http" in app.subheader[0].value


def test_without_a_model_the_page_says_how_to_get_one(folder):
    app = sound(page())
    assert "There is no country model here yet" in app.info[0].value
