"""The page *Dataset* without a browser: counts from the cards, the laboratory's arithmetic."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from geoloc.balance import Growth
from geoloc.geo import PITTSBURGH_BOX
from geoloc.models import registry
from geoloc.settings import PHOTO_FOLDER
from pages.dataset.changes import changed
from pages.dataset.pictured import Pictured
from pages.gallery import entries
from tests.geoloc.bad_files import saved, street
from tests.pages.small_models import APP, city_model, country_model, opened, upload, written

PAGE = APP.parent / "pages" / "dataset" / "page.py"

COUNTS = {
    "train": {"US": 700, "FR": 240, "BR": 40, "PL": 20},
    "val": {"US": 70, "FR": 20},
    "test": {"US": 60, "FR": 20, "BR": 5},
}
DATA = {
    "name": "world",
    "countries": COUNTS,
    "photos": {"train": 1000, "val": 90, "test": 85},
    "places": {"train": 800, "val": 80, "test": 81},
    "skipped": {"broken": 3},
}
GROWTH = {"method": "growth", "a": 1.0, "b": 0.5, "c": 0.2, "d": 0.1, "target": 0.2}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Where the app looks for models; empty, and no folder of photos."""
    monkeypatch.setattr(registry, "CHECKPOINTS", tmp_path)
    monkeypatch.delenv(PHOTO_FOLDER, raising=False)
    return tmp_path


@pytest.fixture
def shelf(folder):
    """A country model with a recipe that grows classes, and a city model."""
    country_model(folder / "cnn", data=DATA, recipe={"name": "cnn", "balance": GROWTH})
    city_model(folder / "pittsburgh-cnn")
    return folder


def dataset() -> AppTest:
    return AppTest.from_file(str(PAGE), default_timeout=60).run()


def sliders(app) -> dict[str, float]:
    return {slider.key: slider.value for slider in app.slider}


def test_the_counts_of_the_card_are_told(shelf):
    app = dataset()
    text = written(app)
    assert (
        "1,000 training photos: **United States** has 700, 35 times as many as **Poland**" in text
    )
    assert "Half come from 1 of 4 countries" in text
    assert "3 × broken" in text
    table = app.table[0].value
    assert table["Photos"].tolist() == ["1,000", "90", "85"]
    assert table["Places"].tolist() == ["800", "80", "81"]
    assert not app.error and not app.exception


def test_the_map_s_country_gives_its_numbers_and_what_it_is_taken_for(shelf):
    told = {"photos": 85, "top1": 0.3, "top1_interval": [0.2, 0.4], "baseline": {"top1": 0.7}}
    analysis = {
        "by_country": {"FR": {"photos": 20, "recall": 0.25}},
        "confused": [{"true": "FR", "predicted": "US", "photos": 9}],
    }
    country_model(
        shelf / "cnn",
        data=DATA,
        recipe={"name": "cnn", "balance": GROWTH},
        metrics={"test": told | {"analysis": analysis}},
    )
    app = dataset()
    # The largest class at first.
    assert app.selectbox(key="country").value == "US"
    app = app.selectbox(key="country").select("FR").run()
    assert app.query_params["country"] == "FR"
    assert [metric.value for metric in app.metric] == ["240", "20", "20"]
    [bar] = app.get("progress")
    assert "Recall 25%: 5 of 20 test photos." in bar.proto.text
    assert "Most often taken for United States (9 of 20)." in bar.proto.text
    # Those that come with the app stand there with their credits.
    credits = {f"{photo.author}, {photo.terms}" for photo in entries() if photo.country == "FR"}
    assert credits & {caption for image in app.get("image") for caption in image.captions}


def test_two_confused_countries_make_a_quiz_where_there_are_photos_of_both(shelf, monkeypatch):
    def shown(country: str, number: int) -> Pictured:
        return Pictured(country, f"{country}{number}", "", lambda: saved(street(96, 64), "JPEG"))

    told = {"photos": 85, "top1": 0.3, "top1_interval": [0.2, 0.4], "baseline": {"top1": 0.7}}
    analysis = {
        "by_country": {"FR": {"photos": 20, "recall": 0.25}},
        "confused": [{"true": "FR", "predicted": "US", "photos": 9}],
    }
    country_model(shelf / "cnn", data=DATA, metrics={"test": told | {"analysis": analysis}})
    monkeypatch.setattr("pages.dataset.view.of_gallery", list)
    assert "Can you tell?" not in written(dataset())
    photos = [shown(country, number) for country in ("FR", "US") for number in range(2)]
    monkeypatch.setattr("pages.dataset.view.of_gallery", lambda: photos)
    app = dataset()
    assert "France or United States?" in written(app)
    for number in range(1, 5):
        guess = next(g for g in app.get("button_group") if g.label == f"Photo {number}")
        app = guess.set_value("FR").run()
    assert "You: **2 of 4**. The model took France for United States in 9 of 20" in written(app)
    assert not app.error and not app.exception


def test_the_sliders_begin_with_the_recipe(shelf):
    app = dataset()
    app = app.selectbox(key="country").select("PL").run()
    assert sliders(app) == {key: GROWTH[key] for key in ("a", "b", "c", "d", "target")}
    factor = Growth(1.0, 0.5, 0.2, 0.1, 0.2).most.factor
    assert "20\\,(1+1.00)(1+0.50)\\\\&\\cdot(1+0.20+0.10)" in app.latex[0].value
    assert f"20\\cdot{factor:.2f}\\approx78" in app.latex[0].value


def test_a_slider_changes_the_classes_and_the_recipe_comes_back(shelf):
    app = dataset()
    app = app.selectbox(key="country").select("PL").run()
    app.slider(key="b").set_value(0.0)
    app = app.slider(key="a").set_value(0.5).run()
    assert "20\\,(1+0.50)(1+0.00)" in app.latex[0].value
    after = Growth(0.5, 0.0, 0.2, 0.1, 0.2).sizes(np.array(list(COUNTS["train"].values())))
    assert f"**1,000** photos become **{after.sum():,.0f}** a pass" in written(app)
    app = next(b for b in app.button if b.label == "Reset to the recipe").click().run()
    assert sliders(app)["a"] == 1.0 and sliders(app)["b"] == 0.5


def test_without_shares_all_classes_stay_as_they_are(shelf):
    app = dataset()
    for key in "abcd":
        app.slider(key=key).set_value(0.0)
    assert "**1,000** photos become **1,000** a pass" in written(app.run())


def test_the_country_of_the_map_is_written_out(shelf):
    assert "700\\,(1+0.00)(1+0.00)\\\\&\\cdot(1+0.00+0.00)" in dataset().latex[0].value


@pytest.mark.parametrize(("asked", "chosen"), [("FR", "FR"), ("JP", "US"), ("", "US")])
def test_an_address_names_the_country(shelf, asked, chosen):
    app = AppTest.from_file(str(PAGE), default_timeout=60)
    app.query_params["country"] = asked
    assert app.run().selectbox(key="country").value == chosen


def test_models_of_one_data_set_share_it_and_another_can_be_chosen(shelf):
    country_model(shelf / "twin", "Twin", data=DATA)
    country_model(shelf / "other", "Other", data={**DATA, "name": "else", "fingerprint": "f"})
    choice = dataset().selectbox(key="data set")
    assert sorted(choice.options) == ["else: Other", "world: Little CNN, Twin"]


def test_the_visitor_s_photo_is_the_first_to_be_changed(shelf):
    app = upload(opened(), "street.jpg", saved(street(640, 480), "JPEG"))
    app = app.switch_page(str(PAGE)).run()
    assert app.selectbox(key="changed photo").options[0] == "Your photo: street.jpg"
    assert app.session_state["changed photo"] == 0 and not app.error


CHANGES = ["Mirrored", "Cut-outs", "Resampled", "Noise"]


def changes(app: AppTest) -> dict[str, str]:
    """The address of each change's picture, by its caption."""
    images = [image for image in app.get("image") if set(image.captions) & set(CHANGES)]
    return {image.captions[0]: image.proto.imgs[0].url for image in images}


def test_each_change_is_shown_and_drawn_again_at_a_click(shelf):
    app = dataset()
    before = changes(app)
    assert list(before) == CHANGES
    app = next(b for b in app.button if b.label == "Draw again").click().run()
    after = changes(app)
    assert [after[name] == before[name] for name in CHANGES][:2] == [True, False]


def test_a_mirrored_copy_is_mirrored_and_the_same_seed_draws_the_same():
    band = np.random.default_rng(0).integers(0, 256, (120, 240, 3), np.uint8)
    copies = changed(band, 3)
    assert (copies["mirrored"] == band[:, ::-1]).all() and copies["as it is"] is band
    assert (copies["holes"] == 0).all(axis=2).any()
    again = changed(band, 3)
    assert all((again[name] == copies[name]).all() for name in copies)


def test_the_city_s_box_is_measured_and_its_cells_counted(shelf):
    app = dataset()
    text = written(app)
    assert "**Pittsburgh**: 6 photos in 8.9 km × 3.9 km, 34.6 km², in 3 of 4 cells" in text
    cells = app.dataframe[-1].value
    assert cells["Photos"].tolist() == [3, 2, 1]
    for lat, lon in zip(cells["Latitude"], cells["Longitude"], strict=True):
        assert PITTSBURGH_BOX.south < lat < PITTSBURGH_BOX.north
        assert PITTSBURGH_BOX.west < lon < PITTSBURGH_BOX.east


def test_a_folder_s_own_rows_stand_below(shelf, tmp_path, monkeypatch):
    photos = tmp_path / "photos"
    photos.mkdir()
    (photos / "a.jpg").write_bytes(b"not read here")
    (photos / "table.csv").write_text("path,lat,lon,heading\na.jpg,40.44,-80.0,115.74\n")
    monkeypatch.setenv(PHOTO_FOLDER, str(photos))
    app = dataset()
    assert app.dataframe[-1].value.values.tolist() == [["a.jpg", 40.44, -80.0, 115.74]]


def test_without_models_the_page_says_how_to_get_one_and_shows_photos(folder):
    app = dataset()
    assert [info.value.split(" here")[0] for info in app.info] == [
        "There is no country model",
        "There is no city model",
    ]
    assert len(app.get("image")) == len(entries()) and not app.exception and not app.error


def test_cards_that_do_not_count_are_told(folder):
    country_model(folder / "cnn", data={"name": "world"})
    city_model(folder / "pittsburgh-cnn", data={"name": "pittsburgh"})
    app = dataset()
    assert "No card here says" in app.info[0].value
    assert "doesn't say where its training photos lie" in app.info[1].value
    assert not app.exception and not app.error
