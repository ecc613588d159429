"""A decoded data set and what a card says of it."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest

from geoloc.geo import PITTSBURGH_BOX, Box
from tests.training import tiny
from training import cache, data
from training.data import DataError, class_shares
from training.selection import Selection
from training.sources import SourceError, ucf


def edited(data_set, folder, old: str, new: str):
    """A copy of a data set in which one text of its CSV is another."""
    root = shutil.copytree(data_set.root, folder)
    text = (root / "photos.csv").read_text()
    assert old in text
    (root / "photos.csv").write_text(text.replace(old, new))
    return data.load(root)


def test_a_data_set_has_its_folders_name_and_all_its_photos(countries):
    assert countries.name == "countries"
    assert len(countries.frames.table) == len(countries.frames.pixels) == 64 + 24 + 24
    assert not countries.problems


def test_a_csv_stands_for_its_folder(countries):
    found = data.load(countries.root / "photos.csv")
    assert (found.name, found.root) == (countries.name, countries.root)
    assert found.fingerprint == countries.fingerprint


def test_the_fingerprint_stays_when_the_data_moves(countries, tmp_path):
    moved = shutil.copytree(countries.root, tmp_path / "elsewhere" / "countries")
    assert data.load(moved).fingerprint == countries.fingerprint


def test_the_fingerprint_does_not_depend_on_the_order_of_lines(countries, tmp_path):
    root = shutil.copytree(countries.root, tmp_path / "countries")
    header, *lines = (root / "photos.csv").read_text().splitlines()
    (root / "photos.csv").write_text("\n".join([header, *lines[::-1]]))
    assert data.load(root).fingerprint == countries.fingerprint


CHANGES = {
    "label": ("IT-train-0.png,IT", "IT-train-0.png,DE"),
    "split": ("IT,IT-train-0,train", "IT,IT-train-0,val"),
    "group": ("IT,IT-train-0,train", "IT,IT-train-1,train"),
    "photo": ("IT-train-0.png,IT,IT-train-0,train\n", ""),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_the_fingerprint_changes_with_the_data(countries, tmp_path, change):
    assert edited(countries, tmp_path / "countries", *change).fingerprint != countries.fingerprint


def test_a_card_counts_photos_and_places_and_names_no_file(countries):
    told = countries.described()
    assert told["name"] == "countries" and told["fingerprint"] == countries.fingerprint
    assert told["photos"] == {"train": 64, "val": 24, "test": 24}
    assert told["places"] == {"train": 32, "val": 12, "test": 12}
    assert told["skipped"] == {}
    assert ".png" not in str(told) and str(countries.root) not in str(told)


def test_a_card_counts_each_countrys_photos(countries):
    told = countries.countries()
    assert told["train"] == {"DE": 8, "ES": 8, "FR": 24, "IT": 8, "PL": 8, "SE": 8}
    assert told["test"] == dict.fromkeys(tiny.CODES, 4)


def test_a_photo_that_cannot_be_read_is_counted(countries, tmp_path):
    root = shutil.copytree(countries.root, tmp_path / "countries")
    (root / "FR-train-0.png").write_text("no photo")
    found = data.load(root)
    assert list(found.described()["skipped"].values()) == [1]
    assert found.described()["photos"]["train"] == 63


def test_coverage_counts_the_training_photos(town):
    found = town.coverage(tiny.TOWN.box)
    assert found.counts.sum() == 48
    assert found.counts.shape[1] == 40
    west = Box(south=48.80, west=2.30, north=48.82, east=2.325)
    trained = town.frames.table[town.frames.table.split == "train"]
    assert town.coverage(west).counts.sum() == (trained.lon <= 2.325).sum()


def test_a_card_says_how_the_data_was_read_so_that_it_can_be_read_so_again(town, tmp_path):
    root = shutil.copytree(town.root, tmp_path / "town")
    west = Box(south=48.80, west=2.30, north=48.82, east=2.335)
    found = data.load(root, "csv", west)
    told = json.loads(json.dumps(found.described()))
    assert told["source"] == "csv" and told["within"]["east"] == 2.335
    # With this beside it, the folder no longer says by itself what it is.
    (root / "nodes.txt").touch()
    with pytest.raises(SourceError, match="more than one way"):
        data.load(root)
    assert data.Again([tmp_path])(told).fingerprint == found.fingerprint


def test_a_card_that_does_not_say_how_is_read_by_what_lies_there(countries):
    told = {"name": countries.name, "fingerprint": countries.fingerprint}
    assert data.Again([countries.root])(told).fingerprint == countries.fingerprint


def test_photos_outside_the_box_are_counted_and_left_out(town):
    west = Box(south=48.80, west=2.30, north=48.82, east=2.325)
    found = data.load(town.root, within=west)
    inside = (town.frames.table["lon"] <= 2.325).sum()
    assert 0 < len(found.frames.table) == inside < 72
    assert found.described()["skipped"] == {"outside the box that was asked for": 72 - inside}


def test_a_box_without_photos_is_named(town):
    with pytest.raises(DataError, match="no photo lies in Box"):
        data.load(town.root, within=Box(south=10, west=10, north=11, east=11))


@pytest.mark.parametrize(
    ("text", "box"),
    [
        ("40.425,-80.035, 40.46,-79.93", PITTSBURGH_BOX),
        ("Orlando", ucf.CITIES["orlando"]),
    ],
)
def test_a_box_is_named_by_its_edges_or_its_city(text, box):
    assert data.box_of(text) == box


@pytest.mark.parametrize("text", ["", "1,2,3", "1,2,3,4,5", "a,b,c,d", "3,2,1,4", "nan,0,1,1"])
def test_a_box_that_is_none_is_refused(text):
    with pytest.raises(DataError, match="is no box.*south,west,north,east"):
        data.box_of(text)


def test_what_is_in_a_data_set_is_told(town):
    told = town.told()
    assert told.startswith("town, read as csv")
    assert "box        48.80" in told and "blocks of 150 m" in told
    assert told.endswith("Nothing was skipped.")


def test_an_empty_split_is_told_after_the_counts(countries, tmp_path):
    root = shutil.copytree(countries.root, tmp_path / "countries")
    text = (root / "photos.csv").read_text()
    (root / "photos.csv").write_text(text.replace(",val", ",train"))
    found = data.look(root)
    assert found.empty_splits() == ["val"]
    assert "train              88" in found.told()
    assert found.told().endswith("or give the table a split column.")


def test_a_data_set_of_which_no_photo_can_be_read_is_told(tmp_path):
    (tmp_path / "FR").mkdir()
    (tmp_path / "FR" / "a.jpg").write_text("no photo")
    told = data.look(tmp_path).told()
    assert "1 skipped:" in told and "No photo is in train and val and test" in told


def test_a_full_disk_is_no_traceback(countries, monkeypatch, tmp_path):
    usage = shutil.disk_usage(tmp_path)._replace(free=0)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    monkeypatch.setattr(cache, "FOLDER", tmp_path / "cache")
    with pytest.raises(DataError, match="GEOLOC_CACHE"):
        data.load(countries.root)


def test_a_split_without_photos_is_named(countries, tmp_path):
    with pytest.raises(DataError, match="no photo is left in val and test. .*split column"):
        root = shutil.copytree(countries.root, tmp_path / "countries")
        text = (root / "photos.csv").read_text()
        (root / "photos.csv").write_text(text.replace(",val", ",train").replace(",test", ",train"))
        data.load(root)


@pytest.mark.parametrize("level", [".", "..", "../.."])
def test_a_data_set_is_found_by_its_name_up_to_two_levels_below(tmp_path, level):
    root = tmp_path / "sets" / "cities" / "pittsburgh"
    root.mkdir(parents=True)
    (tmp_path / "pittsburgh.csv").touch()
    assert data.find([tmp_path / "nowhere", root / level], "pittsburgh").resolve() == root


def test_a_data_set_that_is_not_there_is_named(tmp_path):
    with pytest.raises(DataError, match="no folder named 'world'.*--data"):
        data.find([tmp_path], "world")


def test_the_share_of_each_class_counts_those_without_photos():
    assert class_shares(np.array([0, 0, 2, 0]), classes=4).tolist() == [0.75, 0, 0.25, 0]


def test_several_folders_are_one_data_set_and_a_card_finds_them_again(countries, tmp_path):
    codes = ("FR", "IT")
    more = tiny.countries(tmp_path / "more", codes)
    both = data.load([countries.root, more])
    assert both.name == "countries + more"
    assert len(both.frames.table) == len(countries.frames.table) + 32 + 8 + 8
    again = data.Again([countries.root, more])(both.origin())
    assert again.fingerprint == both.fingerprint


def test_a_card_tells_which_photos_were_chosen(countries):
    chosen = Selection(photos=20)
    found = data.load(countries.root, selection=chosen)
    assert set(found.frames.table.country) == {tiny.LARGEST}
    assert data.selection_of(found.described()) == chosen
    assert data.Again([countries.root])(found.described()).fingerprint == found.fingerprint


def test_a_split_of_whole_sources_is_counted_where_there_is_one(countries, tmp_path):
    found = edited(countries, tmp_path / "countries", "IT-test-0,test", "IT-test-0,elsewhere")
    assert found.described()["photos"]["elsewhere"] == 2
    assert found.countries()["elsewhere"] == {"IT": 2}
    assert "elsewhere" not in countries.described()["photos"]
