"""The page *Play* without a browser: five photos, pins by country, points, and the folder."""

import csv

import pytest
from streamlit.testing.v1 import AppTest

from geoloc.models import registry
from geoloc.photo.folder import read_album
from geoloc.settings import PHOTO_FOLDER
from pages.gallery import entries
from pages.play.game import MOST_POINTS, ROUNDS, deal
from tests.geoloc.bad_files import saved, street
from tests.pages.small_models import APP, country_model, opened, written

PAGE = APP.parent / "pages" / "play" / "page.py"
GUESS, NEXT, RESULT = "This is my guess", "Next photo", "See the result"


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    """Two country models, and no folder of photos."""
    folder = tmp_path / "models"
    country_model(folder / "cnn")
    country_model(folder / "other", "Second CNN", seed=1)
    monkeypatch.setattr(registry, "CHECKPOINTS", folder)
    monkeypatch.delenv(PHOTO_FOLDER, raising=False)
    return folder


def playing(game: int | str) -> AppTest:
    app = AppTest.from_file(str(PAGE), default_timeout=60)
    app.query_params["game"] = str(game)
    return app.run()


def button(app, label: str):
    return next(button for button in app.button if button.label == label)


def guess(app, country: str):
    """The page after a pin in the middle of a country was the guess."""
    return button(app.selectbox(key="play country").select(country).run(), GUESS).click().run()


def test_a_photo_is_asked_without_telling_where_it_is(shelf):
    app = playing(0)
    assert "Photo 1 of 5" in written(app)
    assert button(app, GUESS).disabled
    shown = written(app) + "".join(str(image.proto) for image in app.get("image"))
    for scene in deal(entries(), 0):
        assert scene.title not in shown and f"{scene.place}," not in shown
    assert not app.exception and not app.error


def test_a_guess_reveals_the_truth_and_everyone_s_points(shelf):
    scene = deal(entries(), 0)[0]
    app = guess(playing(0), scene.country)
    assert f"{scene.place}, " in next(h.value for h in app.header if "taken in" in h.value)
    # The default model is the opponent; the others answer where somebody wants to know.
    assert [metric.label for metric in app.metric] == ["You", "Little CNN"]
    assert not app.table
    app.session_state["play others"] = app.session_state["play why"] = True
    app = app.run()
    table = app.table[0].value
    assert list(table.index) == ["You", "Little CNN", "Second CNN"]
    mine = int(table.loc["You", "Points"].replace(",", ""))
    assert 0 < mine <= MOST_POINTS
    assert table.loc["Little CNN", "First answer"].endswith("%")
    assert f"]({scene.source})" in written(app)
    alts = "".join(str(image.proto) for image in app.get("image"))
    assert alts.count("tinted by the map of") == 2


def test_five_guesses_end_the_game_and_the_next_has_other_photos(shelf):
    app, first = playing(0), deal(entries(), 0)
    totals = []
    for number in range(ROUNDS):
        app = guess(app, "IT")
        totals.append(app.session_state["game"].rounds[-1][0].points)
        app = button(app, RESULT if number == ROUNDS - 1 else NEXT).click().run()
    assert app.header[0].value == f"{sum(totals):,} of {5 * MOST_POINTS:,} points"
    assert app.table[0].value.loc["All", "You"] == f"{sum(totals):,}"
    shared = app.code[0].value.splitlines()[0]
    assert shared.startswith(f"Where am I? {sum(totals):,} of 25,000") and len(shared) > 30
    for scene in first:
        assert scene.place in written(app)
    app = button(app, "Play again with other photos").click().run()
    assert "Photo 1 of 5" in written(app) and app.query_params["game"] == "1"
    assert not set(app.session_state["game"].scenes) & set(first)


def test_the_address_deals_the_photos(shelf):
    assert playing(8).session_state["game"].scenes == deal(entries(), 8)


@pytest.mark.parametrize("told", ["-1", "seven", "99999999", "²"])
def test_an_address_that_names_no_game_deals_one(shelf, told):
    app = playing(told)
    assert "Photo 1 of 5" in written(app) and not app.exception
    assert app.query_params["game"] == str(app.session_state["game"].number)


def test_the_game_goes_on_after_a_change_of_page(shelf):
    app = opened().switch_page(str(PAGE)).run()
    app = app.selectbox(key="play country").select("FR").run()
    game = app.session_state["game"]
    app = app.switch_page(str(PAGE.parents[1] / "about" / "page.py")).run()
    app = app.switch_page(str(PAGE)).run()
    assert app.session_state["game"] == game
    assert "Your pin is in **France**" in written(app)


def test_without_models_one_plays_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(registry, "CHECKPOINTS", tmp_path)
    app = playing(0)
    assert "There is no country model here yet" in app.info[0].value
    app = guess(app, "FR")
    assert [metric.label for metric in app.metric] == ["You"] and not app.exception


@pytest.fixture
def folder(shelf, tmp_path, monkeypatch):
    """A folder of photos, of which a training photo and a broken one."""
    photos = tmp_path / "photos"
    photos.mkdir()
    monkeypatch.setenv(PHOTO_FOLDER, str(photos))
    return photos


def fill(folder, rows) -> None:
    with (folder / "photos.csv").open("w", newline="") as table:
        lines = csv.writer(table)
        lines.writerow(["path", "country", "lat", "lon", "split"])
        for row in rows:
            (folder / row[0]).write_bytes(saved(street(320, 240), "JPEG"))
            lines.writerow(row)


def test_a_folder_s_photos_are_asked_but_none_of_the_training(folder):
    fill(
        folder,
        [
            ("seen.jpg", "FR", "", "", "train"),
            ("one.jpg", "FR", "", "", "val"),
            ("two.jpg", "", "52.52", "13.41", "test"),
        ],
    )
    app = playing(0)
    assert {scene.file for scene in app.session_state["game"].scenes} == {"one.jpg", "two.jpg"}
    assert "2 photos of 2 countries from this server's folder" in written(app)


def test_a_pin_in_the_country_is_on_the_spot_where_only_the_country_is_known(folder):
    fill(folder, [("one.jpg", "FR", "", "", "val")])
    app = guess(playing(0), "FR")
    assert app.metric[0].value == "on the spot"
    assert app.session_state["game"].rounds[0][0].points == MOST_POINTS


def test_a_photo_that_cannot_be_read_is_passed_over(folder):
    fill(folder, [("one.jpg", "FR", "", "", "val"), ("two.jpg", "DE", "", "", "val")])
    first = deal(read_album(folder).photos, 0)[0]
    first.path.write_bytes(b"not a photo")
    app = playing(0)
    assert "This photo can't be shown" in app.warning[0].value
    app = button(app, "Go on without it").click().run()
    assert "Photo 1 of 1" in written(app) and not app.warning


@pytest.mark.parametrize(
    ("rows", "said"),
    [([("seen.jpg", "FR", "", "", "train")], "unfair"), ([], "can't be used")],
)
def test_a_folder_without_photos_to_ask_leaves_the_gallery(folder, rows, said):
    fill(folder, rows)
    app = playing(0)
    assert said in app.warning[0].value
    assert app.session_state["game"].scenes == deal(entries(), 0)
