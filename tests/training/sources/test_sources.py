"""The registry of readers: which one fits what lies in a folder, and what it says if none does."""

import pytest

from training.sources import SOURCES, SourceError, detect, read
from training.table import TableError


def make(root, *paths):
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).touch()


def test_a_csv_is_recognised(tmp_path):
    make(tmp_path, "a.jpg")
    (tmp_path / "photos.csv").write_text("path,country\na.jpg,FR\n")
    assert detect(tmp_path) == detect(tmp_path / "photos.csv") == "csv"


def test_folders_of_countries_are_recognised(tmp_path):
    make(tmp_path, "France/a.jpg", "notes/readme.txt")
    assert detect(tmp_path) == "folders"


@pytest.mark.parametrize("folder", [".", "jpegs_pittsburgh_2019", "jpegs_pittsburgh_2021"])
def test_a_streetlearn_release_is_recognised(tmp_path, folder):
    make(tmp_path, f"{folder}/nodes.txt")
    assert detect(tmp_path) == "streetlearn"


def test_what_is_no_data_set_is_explained(tmp_path):
    make(tmp_path, "a.jpg", "holiday/b.jpg")
    with pytest.raises(SourceError, match="nodes.txt.*CSV.*folders named after countries"):
        read("auto", tmp_path)


def test_auto_reads_what_it_recognises(tmp_path):
    make(tmp_path, "FR/a.jpg")
    table, problems = read("auto", str(tmp_path))
    assert table["country"].tolist() == ["FR"] and not problems


def test_a_path_relative_to_here_becomes_absolute(tmp_path, monkeypatch):
    make(tmp_path, "data/FR/a.jpg")
    monkeypatch.chdir(tmp_path)
    assert read("folders", "data").table["path"].tolist() == [f"{tmp_path}/data/FR/a.jpg"]


def test_an_unknown_source_and_a_missing_folder_are_named(tmp_path):
    with pytest.raises(SourceError, match="No source is called 'kaggle'.*auto.*csv"):
        read("kaggle", tmp_path)
    with pytest.raises(SourceError, match="There is no .*nowhere"):
        read("auto", tmp_path / "nowhere")


def test_a_data_set_of_which_nothing_is_left_says_why(tmp_path):
    (tmp_path / "photos.csv").write_text("path,country\na.jpg,FR\n")
    with pytest.raises(
        SourceError, match="(?s)No photo .* can be used.*1 x photo is missing: a.jpg"
    ):
        read("csv", tmp_path)


def test_a_group_torn_between_splits_is_refused(tmp_path):
    make(tmp_path, "a.jpg", "b.jpg")
    lines = ["path,country,group,split", "a.jpg,FR,x,train", "b.jpg,FR,x,test"]
    (tmp_path / "photos.csv").write_text("\n".join(lines))
    with pytest.raises(TableError, match="lies in two splits"):
        read("csv", tmp_path)


@pytest.mark.parametrize("source", SOURCES)
def test_each_reader_says_what_it_looked_for(tmp_path, source):
    with pytest.raises(SourceError, match=str(tmp_path)):
        read(source, tmp_path)
