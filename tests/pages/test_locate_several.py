"""The page *Locate* with several photos: one after the other, all of one place, several models."""

import json
from html import unescape

import pytest
import streamlit as st
from PIL import Image
from streamlit.proto.Common_pb2 import FileURLs
from streamlit.runtime.uploaded_file_manager import DeletedFile, UploadedFile, UploadedFileRec

from geoloc.city.mixture import Mixture
from geoloc.countries import name
from geoloc.draw.charts import whole_percent
from geoloc.models import registry
from geoloc.models.registry import load_model
from geoloc.models.release import load
from geoloc.photo import read_photo
from geoloc.tasks.country import CountryClassifier
from pages.locate.city import OPEN as CITY_OPEN
from pages.shared import session as state
from tests.geoloc.bad_files import saved, street
from tests.pages.small_models import (
    CLASSES,
    city_model,
    country_model,
    ensemble,
    example,
    opened,
    upload_all,
    written,
)

PRIOR = [1 / len(CLASSES)] * len(CLASSES)
TOGETHER = {"gamma": 0.5, "prior": PRIOR, "conformal_threshold": 0.9}
GAIN = {
    "photos": 157,
    "places": 40,
    "gain_top1": 0.1,
    "views": 3.9,
    "top1": 0.5,
    "top1_single": 0.4,
}
METRICS = {"photos": 9, "top1": 0.4, "top1_interval": [0.3, 0.5], "baseline": {"top1": 0.1}}


def turned(degrees: int, exif: Image.Exif | None = None) -> bytes:
    """A street seen another way up: another photo."""
    return saved(street(320, 240).rotate(degrees), "JPEG", exif=exif or Image.Exif())


VIEWS = [(f"view {number}.jpg", turned(7 * number)) for number in range(1, 4)]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A country model that pools several photos, and nothing else."""
    monkeypatch.setattr(registry, "CHECKPOINTS", tmp_path)
    scores = {**METRICS, "multi_view": {**GAIN, "gain_top1_interval": [0.02, 0.18]}}
    calibration = {"temperature": 0.01, "multi_view": TOGETHER}
    country_model(tmp_path / "cnn", calibration=calibration, metrics={"test": scores})
    return tmp_path


def headline(app) -> str:
    return app.header[0].value


def said(prediction) -> str:
    code, probability = prediction.top(1)[0]
    return f"{name(code)}, {whole_percent(probability)}"


def strip(app) -> list[str]:
    """The names of the photos in the film strip."""
    return [one.label for one in app.button if (one.key or "").startswith("pick ")]


def asks(app) -> bool:
    return bool(strip(app))


def pick(app, photo):
    return app.button(key=f"pick {photo.sha256}").click().run()


def together(app):
    return app.button(key="together").click().run()


def button(app, label: str):
    return next(one for one in app.button if one.label == label)


def test_photos_are_asked_about_one_by_one_and_all_together(folder):
    app = upload_all(opened(), VIEWS)
    model = load_model(load(folder / "cnn"))
    photos = [read_photo(data) for _, data in VIEWS]
    answers = model.predict(photos)
    assert strip(app) == [f"Photo {number}, view {number}.jpg" for number in (1, 2, 3)]
    assert headline(app) == said(answers[0]) and "view 1.jpg" in written(app)
    app = pick(app, photos[2])
    assert headline(app) == said(answers[2]) and "view 3.jpg" in written(app)
    app = together(app)
    assert headline(app) == said(model.predict_place(photos))
    text = written(app)
    assert "Of 40 places with about 4 photos each" in text
    assert "**50.0%** from all photos together, and for 40.0% from one photo at a time" in text
    assert "choose one at the top" in text and not app.warning
    assert "Reading 3 photos took" in text


def test_all_pins_of_a_place_make_one(folder):
    city_model(folder / "pittsburgh-cnn")
    app = together(upload_all(opened(), VIEWS))
    photos = [read_photo(data) for _, data in VIEWS]
    pin = load_model(load(folder / "pittsburgh-cnn")).predict_place(photos).position
    app.session_state[CITY_OPEN] = True
    assert f"`{pin.lat:.5f}, {pin.lon:.5f}`" in written(app.run())


def test_what_was_measured_on_single_photos_is_not_claimed_of_several(folder):
    mixture = Mixture(1.0, 0.0, 0.0, 200.0, 50.0, 300.0, regions={90: 0.9})
    city_model(folder / "pittsburgh-cnn", calibration={"mixture": mixture})
    app = upload_all(opened(), VIEWS)
    app.session_state[CITY_OPEN] = True
    app = app.run()
    assert "of a hundred photos from Pittsburgh, about 90 were" in written(app)
    assert "several photos together" not in written(app)
    text = written(together(app))
    assert "Of a hundred single photos from Pittsburgh, about 90 were" in text
    assert "for several photos together this has not been measured" in text
    assert "How far off the pin of several photos together is has not been measured" in text


def test_a_bad_file_among_good_ones_is_named_and_the_others_are_answered(folder):
    letter, data = ("letter.txt", b"Dear reader"), VIEWS[0][1]
    app = upload_all(opened(), [VIEWS[0], letter, ("copy.jpg", data), VIEWS[1]])
    (error,) = app.error
    lines = error.value.splitlines()
    assert lines[0].startswith("- **letter.txt**: This file is not")
    assert lines[1].startswith("- **copy.jpg**: It is the same photo as another one here")
    assert lines[-1] == "Below is the answer for view 1.jpg."
    assert len(strip(app)) == 2
    app = together(app)
    assert app.error[0].value.endswith("Below is the answer for 2 photos.")
    assert not upload_all(app, VIEWS[2:]).error


def test_only_files_that_are_no_photos_leave_everything_as_it_was(folder):
    app = upload_all(opened(), VIEWS[:1])
    before = headline(app)
    app = upload_all(app, [("a.txt", b"a"), ("b.txt", b"b")])
    assert headline(app) == before and len(app.error[0].value.splitlines()) == 4


def test_a_file_given_to_the_last_uploader_while_it_is_on_its_way_out_is_not_lost(monkeypatch):
    name, data = VIEWS[1]
    late = UploadedFile(UploadedFileRec("2", name, "image/jpeg", data), FileURLs())
    # The first file was read and dropped, and the next uploader has another key already.
    session = {"upload 0": [DeletedFile("1"), late], "uploads": 1}
    monkeypatch.setattr(st, "session_state", session)
    state.take_upload("upload 0")
    assert [one.name for one in state.photos()] == [name]
    state.take_upload("upload 1")
    assert len(state.photos()) == 1 and not state.complaints()


def test_more_photos_than_the_limit_are_left_out_by_name(folder, monkeypatch):
    monkeypatch.setattr(state, "MOST_PHOTOS", 2)
    app = upload_all(opened(), VIEWS)
    assert len(strip(app)) == 2
    assert app.error[0].value.startswith("**view 3.jpg**: It was left out: 2 photos at once are")


def test_more_bytes_than_the_limit_are_left_out_by_name(folder, monkeypatch):
    monkeypatch.setattr(state, "MOST_BYTES", len(VIEWS[0][1]) + 1)
    app = upload_all(opened(), VIEWS[:2])
    assert headline(app) and not asks(app)
    assert "**view 2.jpg**: It was left out: the files have more than" in app.error[0].value


def test_the_strip_is_the_history_of_the_session(folder):
    app = upload_all(opened(), VIEWS[:1])
    app = upload_all(app, VIEWS[1:2])
    assert "view 2.jpg" in written(app) and len(strip(app)) == 2
    app = pick(app, read_photo(VIEWS[0][1]))
    assert "view 1.jpg" in written(app)
    # The same file again is no further photo: it is looked at.
    app = upload_all(app, VIEWS[1:2])
    assert "view 2.jpg" in written(app) and len(strip(app)) == 2 and not app.error
    app = example(together(app), "it-colosseum.jpg")
    assert len(strip(app)) == 3 and "choose one at the top" in written(app)


def test_each_photo_of_the_strip_has_its_country_below_it(folder):
    app = upload_all(opened(), VIEWS)
    answers = load_model(load(folder / "cnn")).predict([read_photo(data) for _, data in VIEWS])
    films = [one.value for one in app.get("html") if 'class="film"' in one.value]
    for film, prediction in zip(films[-3:], answers, strict=True):
        assert whole_percent(prediction.top(1)[0][1]) in unescape(film)


def test_photos_can_be_removed_one_by_one(folder):
    app = upload_all(opened(), VIEWS)
    app = pick(app, read_photo(VIEWS[1][1]))
    app = button(app, "Remove photo").click().run()
    assert "view 3.jpg" in written(app) and len(strip(app)) == 2
    app = together(app)
    app = app.button(key=f"remove {read_photo(VIEWS[0][1]).sha256}").click().run()
    assert "view 3.jpg" in written(app) and not asks(app)
    app = button(app, "Remove photo").click().run()
    assert not app.header and app.file_uploader


def test_all_photos_can_be_removed_at_once(folder):
    app = together(upload_all(opened(), VIEWS))
    app = button(app, "Remove all").click().run()
    assert not app.header and app.file_uploader


def taken_at(lat: float) -> bytes:
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (lat, 0.0, 0.0), 3: "E", 4: (2.0, 0.0, 0.0)}
    return turned(int(lat), exif)


def test_photos_taken_far_apart_are_not_one_place(folder):
    app = upload_all(opened(), [("a.jpg", taken_at(48.0)), ("b.jpg", taken_at(49.0))])
    assert not app.warning
    assert "were taken up to 111 km apart" in together(app).warning[0].value


@pytest.fixture
def several(folder):
    """The country model, another one, and their ensemble."""
    country_model(folder / "other", "Second CNN", seed=1)
    ensemble(folder / "ensemble", {"cnn": 0.5, "other": 0.5})
    return folder


def table(app) -> list[str]:
    return next(text.value for text in app.markdown if "| --- |" in text.value).splitlines()


def told(lines: list[str], model: str) -> str:
    """A model's first answer, as its line of the table has it."""
    (line,) = (line for line in lines if line.startswith(f"| {model} |"))
    return line.split(" | ")[1]


def test_the_ensemble_comes_first_and_stands_beside_its_members(several):
    app = upload_all(opened(), VIEWS[:1])
    photo = read_photo(VIEWS[0][1])
    answers = {n: load_model(load(several / n)).predict([photo])[0] for n in ("ensemble", "cnn")}
    model = next(box for box in app.selectbox if box.label == "Model")
    assert model.options[0] == "Ensemble" and model.value == "ensemble"
    assert headline(app) == said(answers["ensemble"])
    lines = table(app)
    firsts = {line.split(" | ")[1].split(",")[0] for line in lines[3:]}
    agreed = app.get("page_link")[0].proto.label
    assert ("All 2 models agree" in agreed) == (len(firsts) == 1)
    assert ("Each model names another" in agreed) == (len(firsts) == 2)
    assert told(lines, "**Ensemble**") == said(answers["ensemble"])
    assert told(lines, "Little CNN") == said(answers["cnn"])
    app = model.select("cnn").run()
    assert headline(app) == said(answers["cnn"]) == told(table(app), "**Little CNN**")


def test_one_network_judged_by_unseen_sources_comes_before_an_ensemble_of_such(several):
    for card in (several / folder / "card.json" for folder in ("cnn", "other", "ensemble")):
        content = json.loads(card.read_text())
        content.setdefault("calibration", {})["sources"] = ["never seen"]
        card.write_text(json.dumps(content))
    model = next(box for box in upload_all(opened(), VIEWS[:1]).selectbox if box.label == "Model")
    assert model.options == ["Little CNN", "Ensemble", "Second CNN"] and model.value == "cnn"


def test_no_network_sees_a_photo_twice(several, monkeypatch):
    seen = []
    answer = CountryClassifier._predictions

    def watched(self, photos):
        seen.extend((self.checkpoint.name, photo.sha256) for photo in photos)
        return answer(self, photos)

    monkeypatch.setattr(CountryClassifier, "_predictions", watched)
    app = together(upload_all(opened(), VIEWS[:2]))
    assert len(seen) == len(set(seen)) == 4
    app.run()
    assert len(seen) == 4


def test_an_ensemble_without_a_member_answers_and_says_so(several):
    app = upload_all(opened(), VIEWS[:1])
    for file in (several / "other").iterdir():
        file.unlink()
    app = app.run()
    assert "answers by cnn alone, without other" in app.warning[0].value
    assert headline(app) and not app.error


def test_an_ensemble_without_any_member_is_listed_as_unusable(several):
    for name_ in ("cnn", "other"):
        (several / name_ / "weights.safetensors").write_bytes(b"")
    app = upload_all(opened(), VIEWS[:1])
    assert app.expander[-1].label == "3 model folders cannot be used"
    assert "There is no country model here yet" in app.info[0].value and not app.exception


def test_a_card_with_strange_scores_hides_no_other_model(several):
    card = json.loads((several / "other" / "card.json").read_text())
    card["metrics"] = {"test": {"top1": "best"}}
    (several / "other" / "card.json").write_text(json.dumps(card))
    app = upload_all(opened(), VIEWS[:1])
    assert len(next(box for box in app.selectbox if box.label == "Model").options) == 2
