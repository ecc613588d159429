"""The page *Locate* without a browser: what it says, and what each of its controls changes."""

import json
import re

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from geoloc.countries import name
from geoloc.draw.charts import whole_percent
from geoloc.models import registry
from geoloc.models.release import load, save
from geoloc.networks.cnn import MAPS
from geoloc.photo import read_photo
from geoloc.tasks.country import CountryClassifier
from pages.gallery import entries
from pages.locate.city import OPEN as CITY_OPEN
from pages.locate.clues import READ
from tests.geoloc.bad_files import saved, street
from tests.pages.small_models import (
    APP,
    CLASSES,
    city_model,
    country_model,
    example,
    opened,
    upload,
    written,
)

STREET = saved(street(640, 480), "JPEG")
COLOSSEUM = "it-colosseum.jpg"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Where the app looks for models; empty."""
    monkeypatch.setattr(registry, "CHECKPOINTS", tmp_path)
    return tmp_path


@pytest.fixture
def shelf(folder):
    """A country model and a city model."""
    country_model(folder / "cnn")
    city_model(folder / "pittsburgh-cnn")
    return folder


def taken_at(lat: float, lon: float) -> bytes:
    """A photo whose EXIF data says where it was taken, in whole degrees north and west."""
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (lat, 0.0, 0.0), 3: "W", 4: (lon, 0.0, 0.0)}
    return saved(street(640, 480), "JPEG", exif=exif)


def headline(app) -> str:
    return app.header[0].value


def maps_captions(app) -> list[str]:
    """What stands below the maps, that of the headline's country first in each layer."""
    drawn = [json.loads(one.proto.json) for one in app.get("bidi_component") if one.proto.json]
    return [
        panel["caption"]
        for one in drawn
        if len(one.get("panels", ())) > 1
        for panel in one["panels"]
    ]


def with_city(app):
    """The page with the line opened that asks where in a city."""
    app.session_state[CITY_OPEN] = True
    return app.run()


def pin(app) -> tuple[float, float]:
    """Where the pin stands, as it can be copied."""
    [(lat, lon)] = re.findall(r"`(-?[0-9.]+), (-?[0-9.]+)`", written(app))
    return float(lat), float(lon)


def bars(app) -> str:
    return next(one.value for one in app.get("html") if 'class="bars"' in one.value)


def countries_choice(app):
    return next(box for box in app.selectbox if box.label.startswith("Compare"))


def test_the_page_opens_with_an_uploader_and_the_gallery(shelf):
    app = opened()
    assert app.title[0].value == "Where am I?"
    assert app.file_uploader[0].label == "Your photos"
    assert [toggle.label for toggle in app.toggle] == ["Use the camera"]
    titles = [photo.title for photo in entries()]
    assert [button.label for button in app.button] == ["Surprise me", *titles]
    assert "The models are ready." in written(app)
    assert not app.error and not app.exception and not app.header


def test_the_limits_of_each_kind_of_file_are_told(folder):
    rules = opened().file_uploader[0].help
    assert "64 megapixels (WebP: 40, AVIF: 30, most JPEGs: 200)" in rules


def test_the_page_that_credits_the_examples_is_one_click_away(shelf):
    app = opened()
    assert "[Credits](about#credits)" in written(app)
    text = written(app.switch_page("pages/about/page.py").run()).replace("\\", "")
    for photo in entries():
        assert photo.author in text and photo.source in text


def test_a_click_on_an_example_gives_an_answer(shelf):
    app = example(opened(), COLOSSEUM)
    assert headline(app).split(", ")[0] in {name(code) for code in CLASSES}
    assert "Colosseum, Rome. Photo" in written(app)
    assert "It was in **Italy**" in written(app)


def test_an_upload_gives_the_answer_of_the_model(shelf):
    app = upload(opened(), "my street.jpg", STREET)
    photo = read_photo(STREET)
    expected = CountryClassifier(load(shelf / "cnn")).predict([photo])[0]
    code, probability = expected.top(1)[0]
    assert headline(app) == f"{name(code)}, {whole_percent(probability)}"
    assert "my street.jpg" in written(app)
    assert name(code) in bars(app) and len(app.get("plotly_chart")) == 1
    lat, lon = pin(with_city(app))
    assert 40.425 <= lat <= 40.460 and -80.035 <= lon <= -79.930
    assert len(app.get("component_instance")) == 1


def test_the_maps_compare_the_runner_up_with_the_predicted_country(shelf):
    app = upload(opened(), "street.jpg", STREET)
    first, second = (
        name(code)
        for code, _ in CountryClassifier(load(shelf / "cnn"))
        .predict([read_photo(STREET)])[0]
        .top(2)
    )
    assert countries_choice(app).label == f"Compare {first} with"
    captions = [caption.split(", ")[0] for caption in maps_captions(app)]
    assert captions == [first, second] * len(MAPS)


def test_another_country_changes_the_maps_and_is_kept_for_the_next_photo(shelf):
    app = upload(opened(), "street.jpg", STREET)
    shown = {caption.split(", ")[0] for caption in maps_captions(app)}
    other = next(code for code in CLASSES if name(code) not in shown)
    app = countries_choice(app).select(other).run()
    assert maps_captions(app)[1].startswith(name(other) + ", ")
    assert maps_captions(app)[3].startswith(name(other) + ", ")
    app = example(app, COLOSSEUM)
    assert maps_captions(app)[1].startswith(name(other) + ", ")


def test_the_photo_and_its_answer_go_at_a_click(shelf):
    app = example(opened(), COLOSSEUM)
    app = next(button for button in app.button if button.label == "Remove photo").click().run()
    assert not app.header and app.file_uploader
    assert not app.session_state["photos"]


def test_the_uploaded_file_itself_is_not_kept(shelf):
    app = upload(opened(), "street.jpg", STREET)
    key = app.file_uploader[0].key
    assert app.session_state[key] == []
    assert "upload 0" not in app.session_state


def test_the_distance_to_the_exif_position_is_told(shelf):
    app = with_city(upload(opened(), "street.jpg", taken_at(52.0, 0.0)))
    text = written(app)
    assert "EXIF position 52.00000, " in text
    assert "from the photo's EXIF position, which is not in Pittsburgh" in text


def test_a_city_is_shown_where_the_photo_says_that_it_was_taken_there(shelf):
    app = upload(opened(), "street.jpg", taken_at(40.44, 79.98))
    assert "Where in the city?" in written(app)
    assert "**" in written(app).split("The pin is ")[1]


def test_the_country_that_the_photo_itself_names_is_one_click_away(shelf):
    app = upload(opened(), "street.jpg", taken_at(40.44, 79.98))
    app = app.button(key="narrow by exif").click().run()
    assert headline(app) == "United States, 100%"


def test_the_visitor_can_say_where_it_was(shelf):
    app = upload(opened(), "street.jpg", STREET)
    first = headline(app).split(", ")[0]
    was = next(box for box in app.selectbox if box.label == "It was in …")
    other = next(code for code in CLASSES if name(code) != first)
    app = was.set_value(other).run()
    assert f"It was in **{name(other)}**: rank " in written(app)
    assert '<li class="true">' in bars(app)


@pytest.mark.parametrize("page", ["locate", "compare", "explain"])
def test_a_link_leads_to_the_answer_of_an_example(shelf, page):
    app = AppTest.from_file(str(APP), default_timeout=60)
    app.query_params["photo"] = "it-colosseum"
    app.session_state[READ] = False
    app.switch_page(f"pages/{page}/page.py")
    assert "Colosseum, Rome. Photo" in written(app.run())


def test_a_country_that_the_model_does_not_know_is_named(shelf):
    text = written(upload(opened(), "street.jpg", taken_at(46.0, 75.0)))
    assert "It was in **Canada**, which this model does not know." in text


def test_how_good_a_model_is_comes_from_its_card(shelf):
    text = written(with_city(example(opened(), COLOSSEUM)))
    assert "On 1,234 test photos" in text
    assert "**32.1%** (95% interval: 30.1% to 34.1%)" in text
    assert "“United States” would have been right for 11.1%." in text
    assert "**812 m**" in text and "**2.3 km**" in text and "3.9 km for half" in text


def test_without_a_test_the_card_s_validation_is_told(folder):
    scores = {"photos": 50, "top1": 0.2, "top1_interval": [0.1, 0.3], "baseline": {"top1": 0.25}}
    country_model(folder / "cnn", metrics={"val": scores})
    text = written(example(opened(), COLOSSEUM))
    assert "On 50 validation photos" in text
    assert "which the interval does not exclude" in text


def test_a_pin_that_is_no_better_than_the_middle_comes_with_a_warning(folder):
    scores = {"photos": 50, "p50": 3900.0, "baseline": {"p50": 3800.0}}
    gain = {"gain_p50": -100.0, "gain_p50_interval": [-200.0, 700.0]}
    city_model(folder / "pittsburgh-cnn", metrics={"test": scores | gain})
    assert "**don't rely on its pin**" in written(with_city(example(opened(), COLOSSEUM)))


def test_an_unmeasured_model_says_so(folder):
    country_model(folder / "cnn", metrics={})
    city_model(folder / "pittsburgh-cnn", metrics={})
    text = written(with_city(example(opened(), COLOSSEUM)))
    assert "How often Little CNN is right has not been measured." in text
    assert "How far Little CNN, Pittsburgh is off has not been measured." in text


def test_a_card_without_intervals_is_told_as_far_as_it_goes(folder):
    country_model(folder / "cnn", metrics={"test": {"photos": 9, "top1": 0.4}})
    city_model(folder / "pittsburgh-cnn", metrics={"test": {"photos": 9, "p50": 812.0}})
    app = with_city(example(opened(), COLOSSEUM))
    assert not app.error and not app.exception
    assert "named the right country for **40.0%**." in written(app)
    assert "half of the pins were within **812 m** of the truth." in written(app)


def test_without_models_the_page_says_how_to_get_one(folder):
    app = opened()
    assert "There is no country model here yet" in app.info[0].value
    assert app.code[0].value.startswith("python -m training country")
    app = example(app, COLOSSEUM)
    commands = [code.value.split()[3] for code in app.code]
    assert commands == ["country", "city"]
    assert not app.exception


def test_a_broken_folder_is_listed_and_the_others_answer(shelf):
    country_model(shelf / "broken")
    (shelf / "broken" / "weights.safetensors").write_bytes(b"not weights")
    (shelf / "half").mkdir()
    (shelf / "half" / "card.json").write_text("{}")
    app = example(opened(), COLOSSEUM)
    assert app.header[0].value
    unusable = app.expander[-1]
    assert unusable.label == "2 model folders cannot be used"
    told = "\n".join(element.value for element in unusable.markdown)
    assert "broken: weights.safetensors" in told.replace("\\", "") and "half" in told


def test_a_folder_dropped_in_is_seen_at_the_next_click(shelf):
    app = example(opened(), COLOSSEUM)
    assert not [box for box in app.selectbox if box.label == "Model"]
    better = {"photos": 9, "top1": 0.9, "top1_interval": [0.8, 1.0], "baseline": {"top1": 0.1}}
    country_model(shelf / "other", "Second CNN", seed=1, metrics={"test": better})
    app = app.run()
    model = next(box for box in app.selectbox if box.label == "Model")
    # The one that claims more comes first, but the visitor's choice stays.
    assert model.options == ["Second CNN", "Little CNN"]
    assert "Second CNN named the right country" in written(model.select("other").run())


def test_a_changed_folder_answers_anew(shelf):
    app = upload(opened(), "street.jpg", STREET)
    before = headline(app)
    country_model(shelf / "cnn", seed=5)
    assert headline(app.run()) != before


def test_the_city_can_be_chosen_and_pittsburgh_comes_first(shelf):
    city_model(shelf / "cambridge-cnn", "cambridge")
    app = with_city(example(opened(), COLOSSEUM))
    assert 40.0 < pin(app)[0] < 41.0
    city = next(one for one in app.segmented_control if one.label == "City")
    app = city.set_value("cambridge").run()
    assert 52.201 <= pin(app)[0] <= 52.209


def test_a_model_without_maps_leaves_them_to_one_that_has_some(shelf):
    best = {"photos": 9, "top1": 0.9, "top1_interval": [0.8, 1.0], "baseline": {"top1": 0.1}}
    country_model(shelf / "best", "Best", seed=1, metrics={"test": best})
    best = load(shelf / "best")
    save(best.folder, best.network(), best.card)
    app = example(opened(), COLOSSEUM)
    assert "What Little CNN looked at" in written(app)
    assert len(maps_captions(app)) == 4


def test_what_breaks_unforeseen_is_told_without_details(shelf, monkeypatch):
    def broken(*_, **__):
        raise RuntimeError("a secret path")

    monkeypatch.setattr("pages.locate.country.bars", broken)
    app = example(opened(), COLOSSEUM)
    assert [error.value.split(":")[0] for error in app.error] == ["The country could not be shown"]
    assert "secret" not in app.error[0].value and not app.exception


def test_a_model_with_a_damaged_card_is_listed_and_the_others_answer(shelf):
    card = json.loads((shelf / "pittsburgh-cnn" / "card.json").read_text())
    card["metrics"] = {"test": {"photos": "many"}}
    (shelf / "pittsburgh-cnn" / "card.json").write_text(json.dumps(card))
    app = example(opened(), COLOSSEUM)
    assert app.expander[-1].label == "1 model folder cannot be used" and not app.error
    assert headline(app) and len(maps_captions(app)) == 4
