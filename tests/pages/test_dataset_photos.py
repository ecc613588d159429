"""The folder of photos on the page *Dataset*: browsing, and what a model takes photos for."""

import csv

import pytest
from streamlit.testing.v1 import AppTest

from geoloc.countries import name
from geoloc.models import registry
from geoloc.settings import PHOTO_FOLDER
from geoloc.tasks.country import CountryClassifier
from pages.dataset import mistakes
from pages.locate.clues import READ
from pages.shared import folder_answers
from pages.shared.contact_sheet import AT_ONCE
from tests.geoloc.bad_files import saved, street
from tests.pages.small_models import APP, CLASSES, country_model, written

PAGE = APP.parent / "pages" / "dataset" / "page.py"
SPAIN, FRANCE = ("ES", "41.39", "2.17", "90"), ("FR", "48.86", "2.35", "180")
ROWS = [(SPAIN, "train"), *[(FRANCE, "val")] * 14, (("FR", "", "", ""), "test")]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder of photos, and a model that knows France and not Spain."""
    country_model(tmp_path / "models" / "cnn", seed=1)
    monkeypatch.setattr(registry, "CHECKPOINTS", tmp_path / "models")
    photos = tmp_path / "photos"
    photos.mkdir()
    with (photos / "photos.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["path", "country", "lat", "lon", "heading", "split"])
        for number, (told, split) in enumerate(ROWS):
            photo = f"{number:02}.jpg"
            (photos / photo).write_bytes(saved(street(96 + number, 64), "JPEG"))
            table.writerow([photo, *told, split])
    monkeypatch.setenv(PHOTO_FOLDER, str(photos))
    return photos


def dataset(**query: str) -> AppTest:
    app = AppTest.from_file(str(PAGE), default_timeout=60)
    app.query_params.update(query)
    return sound(app.run())


def sound(app: AppTest) -> AppTest:
    assert not app.exception and not app.error
    return app


def alts(app: AppTest) -> list[str]:
    """What the folder's photos are said to show."""
    told = [image.proto.imgs[0].alt for image in app.get("image")]
    return [alt for alt in told if alt.startswith("Street photo")]


def test_the_folder_s_photos_are_examples_whose_country_is_known(folder):
    app = AppTest.from_file(str(APP), default_timeout=60)
    app.session_state[READ] = False
    labels = [button.label for button in sound(app.run()).button]
    assert [f"Street photo {number}" for number in range(1, 5)] == labels[1:5] and len(labels) == 9
    app = sound(next(one for one in app.button if one.label == "Street photo 1").click().run())
    assert "It was in **France**" in written(app)


def ask(app: AppTest) -> AppTest:
    return sound(next(b for b in app.button if b.label.startswith("Ask about")).click().run())


def test_photos_are_shown_a_page_at_a_time(folder):
    app = dataset()
    assert "**16** photos of 2 countries" in written(app)
    assert len(alts(app)) == AT_ONCE and f"1 to {AT_ONCE} of 16" in written(app)
    app = sound(app.get("pagination")[0].set_value(2).run())
    assert "13 to 16 of 16" in written(app)
    assert alts(app)[-1] == "Street photo taken in Spain, 41.39000, 2.17000, looking east"


def test_country_split_and_place_narrow_the_choice(folder):
    app = dataset(browse="FR")
    assert app.selectbox(key="browse").options[0] == "All countries"
    app = sound(app.selectbox(key="split").select("test").run())
    assert alts(app) == ["Street photo taken in France"]
    assert app.query_params["split"] == "test"
    app = sound(app.selectbox(key="split").select("any").run())
    place = next(box for box in app.selectbox if box.label == "Place")
    assert place.options[1] == "Position not told (1)" and place.options[2].endswith("E (14)")
    assert len(alts(sound(place.select_index(1).run()))) == 1


def test_a_model_is_asked_once_about_each_photo_and_its_mistakes_are_shown(folder, monkeypatch):
    asked = []
    predict = CountryClassifier.predict

    def counted(self, photo):
        asked.append(photo)
        return predict(self, photo)

    monkeypatch.setattr(CountryClassifier, "predict", counted)
    monkeypatch.setattr(mistakes, "MOST", 10)
    folder_answers.forget()
    app = dataset()
    # Spain is none of the model's countries, and its photo is one of the training's.
    assert "fit the choice: **15**" in written(app) and not asked
    app = ask(app)
    assert len(asked) == 10 and "Asked about **10** of 15 photos" in written(app)
    app = ask(app)
    assert len(asked) == 15 and "Asked about **15** of 15 photos" in written(app)
    assert not any(b.label.startswith("Ask about") for b in app.button)
    said = {alt.split("takes for ")[1] for alt in alts(app) if "takes for" in alt}
    assert said and "France" not in said
    answer = next(code for code in CLASSES if name(code) in said)
    again = dataset(true="FR", said=answer)
    assert f"of them for {name(answer)}" in written(again)
    assert {alt for alt in alts(again) if "takes for" in alt} == {
        f"Street photo taken in France, which the model takes for {name(answer)}"
    }
    assert len(asked) == 15


def test_a_country_that_is_corrected_in_the_table_is_no_mistake_any_more(folder):
    (folder / "photos.csv").write_text("path,country,split\n15.jpg,FR,test\n")
    folder_answers.forget()
    app = ask(dataset())
    assert "wrong about **1**" in written(app)
    said = next(alt.split("takes for ")[1] for alt in alts(app) if "takes for" in alt)
    (folder / "photos.csv").write_text(f"path,country,split\n15.jpg,{said},test\n")
    app = dataset()
    assert not any("takes for" in alt for alt in alts(app))
    assert "wrong about **0**" in written(app)


def test_a_photo_that_can_t_be_read_is_told_and_the_others_stay(folder):
    (folder / "15.jpg").write_bytes(b"no photo")
    folder_answers.forget()
    app = dataset(browse="FR")
    app = sound(app.selectbox(key="split").select("test").run())
    assert "15.jpg can't be shown. This" in written(app)
    assert "1 can't be read" in written(ask(app))


def test_a_folder_without_photos_is_told(folder):
    (folder / "photos.csv").write_text("path,country\ngone.jpg,FR\n")
    app = dataset()
    assert "lists no photo" in app.warning[0].value and not app.exception
    (folder / "photos.csv").unlink()
    app = dataset()
    assert "can't be used" in app.warning[0].value and not app.exception
