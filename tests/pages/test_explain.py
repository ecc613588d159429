"""The page *Explain* without a browser: each model and method, and what it says of their worth."""

from __future__ import annotations

import csv
import json

import pytest
import torch
from streamlit.testing.v1 import AppTest

from geoloc.countries import name
from geoloc.draw.charts import percent
from geoloc.explain import top_activating
from geoloc.models import registry
from geoloc.models.card import Areas, Record
from geoloc.models.release import CARD, load, save
from geoloc.networks import build
from geoloc.photo import read_photo
from geoloc.photo.folder import read_album
from geoloc.settings import PHOTO_FOLDER
from geoloc.tasks.country import CountryClassifier
from pages.gallery import entries
from pages.shared.session import Chosen
from tests.geoloc.bad_files import saved, street
from tests.pages.small_models import (
    CLASSES,
    city_model,
    country_model,
    ensemble,
    example,
    opened,
    upload,
    written,
)

COLOSSEUM = "it-colosseum.jpg"
GIVEN = next(photo for photo in entries() if photo.file == COLOSSEUM)


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    """Where the app looks for models: a country model and a city model."""
    monkeypatch.setattr(registry, "CHECKPOINTS", tmp_path)
    monkeypatch.delenv(PHOTO_FOLDER, raising=False)
    country_model(tmp_path / "cnn")
    city_model(tmp_path / "pittsburgh-cnn")
    return tmp_path


def page(**query: str) -> AppTest:
    """The page with an example that was chosen before."""
    return sound(begun(**query).run())


def begun(**query: str) -> AppTest:
    app = opened().switch_page("pages/explain/page.py")
    app.session_state["photos"] = (Chosen(read_photo(GIVEN.read()), GIVEN.title, GIVEN, 0.0),)
    app.query_params.update(query)
    return app


def sound(app: AppTest) -> AppTest:
    assert not app.exception and not app.error
    return app


def box(app: AppTest, label: str):
    return next(box for box in app.selectbox if box.label.startswith(label))


def choose(app: AppTest, label: str, option: str) -> AppTest:
    return sound(box(app, label).select(option).run())


def pictures(app: AppTest) -> list[str]:
    """The captions of all pictures that are blended in the browser."""
    drawn = [json.loads(one.proto.json) for one in app.get("bidi_component") if one.proto.json]
    return [panel["caption"] for data in drawn for panel in data.get("panels", ())]


def captions(app: AppTest) -> list[str]:
    """Of the maps, without the photo's own."""
    return [caption for caption in pictures(app) if ":" in caption or "Up to" in caption]


def questions(app: AppTest) -> list[str]:
    return [
        heading.value
        for heading in app.header
        if heading.value.startswith(("Why", "What", "Where"))
    ]


def write_card(folder, **parts) -> None:
    card = json.loads((folder / CARD).read_text())
    (folder / CARD).write_text(json.dumps(card | parts))


def test_without_a_photo_the_page_offers_to_choose_one(shelf):
    app = sound(opened().switch_page("pages/explain/page.py").run())
    assert app.title[0].value == "Why this answer?" and app.file_uploader
    app = sound(example(app, COLOSSEUM))
    assert captions(app)


def test_a_photo_uploaded_on_locate_is_still_there(shelf):
    app = upload(opened(), "my street.jpg", saved(street(640, 480), "JPEG"))
    app = sound(app.switch_page("pages/explain/page.py").run())
    assert "my street.jpg" in written(app) and captions(app)


def test_the_predicted_and_the_true_country_are_explained_after_both_layers(shelf):
    app = page()
    prediction = CountryClassifier(load(shelf / "cnn")).predict([read_photo(GIVEN.read())])[0]
    first = name(prediction.codes[0])
    expected = [first] if first == "Italy" else [first, "Italy"]
    assert questions(app) == [f"Why {country}?" for country in expected]
    assert [c.rsplit(" ", 1)[0] for c in captions(app)] == [
        f"{layer}: {country}" for country in expected for layer in ("conv_2", "conv_3")
    ]
    assert percent(prediction.probability("IT")) in written(app)
    assert box(app, "Why").value == prediction.codes[0]


def test_any_country_can_be_asked_about_and_stands_in_the_address(shelf):
    app = choose(page(), "Why", "JP")
    assert questions(app)[0] == "Why Japan?"
    assert app.query_params["country"] == "JP"
    assert captions(app)[0].startswith("conv_2: Japan ")


def test_the_address_chooses_model_country_and_method(shelf):
    country_model(shelf / "other", title="Other CNN", seed=1)
    app = page(model="other", country="PL", method="grad_cam")
    assert box(app, "Model").value == "other"
    assert box(app, "Why").value == "PL" and box(app, "Method").value == "grad_cam"


def test_an_address_that_asks_for_what_there_is_not_is_passed_over(shelf):
    app = page(model="../cnn", country="XX", method="magic")
    assert box(app, "Model").value == "cnn" and box(app, "Method").value == "probes"


def test_choices_outlive_a_change_of_page(shelf):
    app = choose(page(), "Why", "JP").switch_page("pages/locate/page.py").run()
    app = sound(app.switch_page("pages/explain/page.py").run())
    assert box(app, "Why").value == "JP"


def test_a_contrast_puts_the_difference_of_two_countries_first(shelf):
    app = choose(choose(page(), "Why", "FR"), "… and not", "DE")
    assert questions(app) == ["Why France and not Germany?", "Why France?", "Why Germany?"]
    assert captions(app)[:2] == [
        f"{layer}: France (orange) or Germany (blue)" for layer in ("conv_2", "conv_3")
    ]
    app = choose(app, "… and not", "")
    assert "and not" not in " ".join(questions(app))


def test_one_layer_alone_can_be_looked_at(shelf):
    app = page()
    layers = next(c for c in app.get("button_group") if c.label == "Layers")
    app = sound(layers.set_value(["conv_3"]).run())
    assert all(caption.startswith("conv_3") for caption in captions(app))
    app = sound(next(c for c in app.get("button_group") if c.label == "Layers").set_value([]).run())
    assert {caption[:6] for caption in captions(app)} == {"conv_2", "conv_3"}


def test_the_colours_can_be_changed(shelf):
    app = choose(page(), "Colours", "for and against")
    told = [caption for image in app.get("image") for caption in image.captions]
    assert "against – for" in told


def test_the_sum_is_written_out_with_the_score_it_makes(shelf):
    text = written(page(country="FR"))
    assert "w₁ × map₁ + w₂ × map₂ + … = CAM" in text
    assert text.count("× map ") == 2 * 4 and "and 36 more" in text and "and 56 more" in text
    assert text.count("= France's score") == 2


def test_the_linear_models_own_accuracy_is_told(shelf):
    probes = {
        layer: {"photos": 500, "top1": top1} for layer, top1 in (("conv_2", 0.25), ("conv_3", 0.28))
    }
    told = {"photos": 500, "top1": 0.31, "top1_interval": [0.3, 0.32], "probes": probes}
    write_card(shelf / "cnn", metrics={"test": told | {"baseline": {"top1": 0.2}}})
    text = written(page())
    assert "**25%** after conv_2 and **28%** after conv_3 of the 500 test photos" in text
    assert "the whole model for 31%" in text


def test_a_true_country_that_the_model_does_not_know_is_named(shelf):
    given = next(photo for photo in entries() if photo.country not in CLASSES)
    app = begun()
    app.session_state["photos"] = (Chosen(read_photo(given.read()), given.title, given, 0.0),)
    text = written(sound(app.run()))
    assert f"{name(given.country)}, which is not one of the 8 countries" in text


def test_each_method_of_the_model_draws_its_maps(shelf):
    app = page()
    assert box(app, "Method").options[1:] == ["Class activation of the last block", "Grad-CAM"]
    for method in ("last_block", "grad_cam"):
        app = choose(app, "Method", method)
        assert captions(app) and "arXiv:" in written(app)
    assert "the weights are gradients" in written(app)


@pytest.mark.parametrize(
    ("network", "shape"),
    [("resnet18", {}), ("vit", {"width": 16, "depth": 2, "heads": 2}), ("pretrained", {})],
)
def test_every_kind_of_network_can_be_explained_by_every_method(shelf, network, shape):
    folder, shape = shelf / network, shape | {"outputs": len(CLASSES)}
    torch.manual_seed(0)
    card = json.loads((shelf / "cnn" / CARD).read_text())
    card |= {"name": network, "title": network, "network": {"name": network, "shape": shape}}
    save(folder, build(network, **shape).eval(), card)
    app = page(model=network)
    for method in box(app, "Method").options:
        app = sound(box(app, "Method").set_value(method).run())
        assert len(pictures(app)) > 1 and "arXiv:" in written(app)


def rollout(shelf, **query: str) -> AppTest:
    """The page of a Vision Transformer with the one method whose maps are of no country."""
    shape = {"width": 16, "depth": 2, "heads": 2, "outputs": len(CLASSES)}
    card = json.loads((shelf / "cnn" / CARD).read_text())
    card |= {"name": "vit", "title": "ViT", "network": {"name": "vit", "shape": shape}}
    torch.manual_seed(0)
    save(shelf / "vit", build("vit", **shape).eval(), card)
    return choose(page(model="vit", **query), "Method", "rollout")


def test_a_method_without_countries_asks_where_the_model_looks(shelf):
    app = rollout(shelf, country="FR")
    assert questions(app)[0] == "Where does it look?"
    assert "for and against" not in box(app, "Colours").options


def test_an_ensemble_shows_its_members_maps(shelf):
    country_model(shelf / "other", title="Other CNN", seed=1)
    ensemble(shelf / "both", {"cnn": 0.5, "other": 0.5})
    app = page(model="both", country="FR")
    assert questions(app)[0] == "Why France?"
    assert [c.split(",")[0] for c in captions(app)] == ["Little CNN", "Other CNN"]


def test_a_city_model_shows_what_moves_its_pin(shelf):
    app = page(model="pittsburgh-cnn")
    assert questions(app) == ["What moves the pin in Pittsburgh?"]
    assert captions(app)[0].startswith("Up to ") and captions(app)[0].endswith("brightest")
    assert [box.label for box in app.selectbox] == ["Model", "Colours"]
    app = press(app, "Test")
    assert "moves the pin by" in written(app)


def press(app: AppTest, label: str) -> AppTest:
    return sound(next(b for b in app.button if b.label.startswith(label)).click().run())


def test_the_maps_are_tested_on_the_photo_at_a_click(shelf):
    app = page(country="FR")
    assert not app.get("plotly_chart")
    app = press(app, "Test them on this photo")
    assert len(app.get("plotly_chart")) == 2
    assert written(app).count("Blurring its brightest tenth takes France from ") == 2
    assert written(app).count("of 6 random maps") + written(app).count("no better than random") == 2
    # The test is of one question: another one has not been tested yet.
    assert not choose(app, "Why", "JP").get("plotly_chart")


def test_a_map_without_a_country_is_tested_by_the_country_asked_about(shelf):
    app = press(rollout(shelf, country="FR"), "Test them on this photo")
    assert "Blurring its brightest tenth takes France from " in written(app)
    app = choose(app, "Why", "JP")
    assert not app.get("plotly_chart")
    assert "takes Japan from " in written(press(app, "Test them on this photo"))


def test_a_map_without_a_country_is_tested_by_the_predicted_one_at_first(shelf):
    app = rollout(shelf)
    predicted = box(app, "Why").value
    assert predicted != CLASSES[0]
    told = written(press(app, "Test them on this photo"))
    assert f"takes {name(predicted)} from " in told


def record(layer: str, low: float, untrained: float = 0.05) -> dict:
    return Record(
        method="probes",
        layer=layer,
        photos=200,
        map=Areas(deletion=0.2, insertion=0.5, gain=0.3, tenth=0.123),
        random=Areas(deletion=0.3, insertion=0.3, gain=0.0, tenth=0.021),
        centre=Areas(deletion=0.3, insertion=0.4, gain=0.1, tenth=0.05),
        over_random=(0.3, low, 0.4),
        over_centre=(0.2, -0.1, 0.3),
        untrained=untrained,
    ).model_dump(mode="json")


def test_what_was_measured_stands_beside_the_maps(shelf):
    methods = [record("conv_2", 0.2), record("conv_3", 0.1, untrained=0.8)]
    write_card(shelf / "cnn", explanations={"on": "val", "photos": 200, "methods": methods})
    app = page()
    text = written(app)
    assert "On 200 photos, blurring the brightest tenth" in text
    assert "**12.3 points** on average, of a random map **2.1 points**" in text
    assert "but not more than a map of the middle" in text
    assert "they do depend on what was learnt" in text
    assert "much of them does not depend on what was learnt" in text
    assert not app.warning and len(app.dataframe[0].value) == 2


def test_a_method_no_better_than_chance_says_so_and_is_not_the_first_choice(shelf):
    methods = [record("conv_2", -0.1), record("conv_3", -0.2)]
    write_card(shelf / "cnn", explanations={"on": "val", "photos": 200, "methods": methods})
    app = page()
    assert box(app, "Method").value == "last_block" and not app.warning
    app = choose(app, "Method", "probes")
    assert len(app.warning) == 2
    assert all("**no better than random maps**" in warning.value for warning in app.warning)


def test_an_unmeasured_model_says_how_to_measure_it(shelf):
    assert "`python -m training explain cnn --data FOLDER`" in written(page())


@pytest.fixture
def photos(tmp_path):
    """An album of the gallery's photos, as its owner would describe it."""
    folder = tmp_path / "photos"
    folder.mkdir()
    with (folder / "photos.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["path", "country", "split"])
        for entry in entries()[:3]:
            (folder / entry.file).write_bytes(entry.read())
            table.writerow([entry.file, entry.country, "val"])
    return folder


def with_favourites(shelf, photos) -> None:
    part = top_activating.as_card(read_album(photos), {"FR": [(2, 0.9), (0, 0.4)]}, "val")
    write_card(shelf / "cnn", top_activating=part.model_dump(mode="json"))


def test_favourites_are_drawn_live_where_the_album_is(shelf, photos, monkeypatch):
    with_favourites(shelf, photos)
    monkeypatch.setenv(PHOTO_FOLDER, str(photos))
    app = page(country="FR")
    before = len(app.get("image"))
    app = sound(next(t for t in app.toggle if t.label == "Show them").set_value(True).run())
    told = [caption for image in app.get("image") for caption in image.captions]
    assert len(app.get("image")) == before + 2
    first, third = (name(entries()[number].country) for number in (0, 2))
    assert told[-2:] == [f"90.0%; taken in {third}", f"40.0%; taken in {first}"]
    assert "None of those photos is a favourite for Japan." in written(choose(app, "Why", "JP"))


def test_without_the_album_nothing_is_said_of_favourites(shelf, photos):
    with_favourites(shelf, photos)
    app = page(country="FR")
    assert not any(toggle.label == "Show them" for toggle in app.toggle)
    assert "looks for" not in written(app)


def test_another_album_s_photos_are_not_shown(shelf, photos, monkeypatch):
    with_favourites(shelf, photos)
    (photos / entries()[0].file).unlink()
    monkeypatch.setenv(PHOTO_FOLDER, str(photos))
    assert "are not those in which this model's favourites were looked up" in written(page())


def test_what_breaks_unforeseen_breaks_its_own_part_alone(shelf, monkeypatch):
    def broken(*_, **__):
        raise RuntimeError("a secret path")

    monkeypatch.setattr("pages.explain.arithmetic.tile", broken)
    app = begun().run()
    assert [error.value.split(" could")[0] for error in app.error] == ["The sum"]
    assert "secret" not in app.error[0].value and not app.exception
    assert captions(app) and "Is the map faithful?" in [header.value for header in app.header]


def test_without_models_the_page_says_how_to_get_one(tmp_path, monkeypatch):
    monkeypatch.setattr(registry, "CHECKPOINTS", tmp_path)
    app = begun().run()
    assert "There is no country model here yet" in app.info[0].value
