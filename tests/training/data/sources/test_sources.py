"""The registry of readers: which one fits what lies in a folder, and what it says if none does."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.training.data.sources.test_geotagged import photo
from training.data.sources import SOURCES, SourceError, detect, read
from training.data.table import TableError


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


RELEASES = {
    "streetlearn": ("db/CURRENT", "db/MANIFEST-000002", "db/000005.ldb"),
    "ucf": ("GPS_Long_Lat_Compass.mat", "part1/000001_0.jpg", "part1/000001_1.jpg"),
    "pitts250k": ("datasets/pitts250k_train.mat", "000/000000_pitch1_yaw1.jpg"),
    "pitts30k": ("datasets/pitts30k_val.mat", "queries_real/000/000000_pitch1_yaw1.jpg"),
    "utm-names": ("images/test/database/@0584232.88@4477102.77@17@T@@@@@@@@@@@.jpg",),
    "folders": ("compressed_dataset/South Korea/canvas_1629265720.jpg",),
}


@pytest.mark.parametrize(("source", "files"), RELEASES.items(), ids=RELEASES)
def test_a_release_is_recognised_by_the_names_in_it(tmp_path, source, files):
    make(tmp_path, *files)
    assert detect(tmp_path) == source


def test_country211_is_recognised(tmp_path):
    make(tmp_path, *(f"country211/{s}/AD/1.jpg" for s in ("train", "valid", "test")))
    assert detect(tmp_path) == detect(tmp_path / "country211") == "folders"


def test_photos_with_gps_are_recognised_where_nothing_else_fits(tmp_path):
    photo(tmp_path / "holiday" / "a.jpg", 48.85, 2.35)
    assert detect(tmp_path) == "photos"
    photo(tmp_path / "France" / "a.jpg", 48.85, 2.35)
    assert detect(tmp_path) == "folders"


def test_a_csv_goes_before_the_folders_that_its_photos_lie_in(tmp_path):
    make(tmp_path, "FR/a.jpg")
    (tmp_path / "photos.csv").write_text("path,country\nFR/a.jpg,FR\n")
    assert detect(tmp_path) == "csv"


def test_what_fits_more_than_one_way_has_to_be_chosen(tmp_path):
    make(tmp_path, "FR/a.jpg", "nodes.txt")
    with pytest.raises(
        SourceError, match="(?s)more than one way.*--source streetlearn:.*--source folders:"
    ):
        read("auto", tmp_path)
    assert len(read("folders", tmp_path).table) == 1


def test_what_is_no_data_set_is_explained(tmp_path):
    make(tmp_path, "a.jpg", "holiday/b.jpg")
    with pytest.raises(SourceError) as error:
        read("auto", tmp_path)
    assert all(source.shows in str(error.value) for source in SOURCES.values())


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


ODD = st.binary(max_size=300) | st.sampled_from(
    [b"path,lat,lon\ra.jpg,1,2\r", b'"' * 99, b"\r" * 40, b"sep=;\r", "sep=,\n".encode("utf-16")]
    + [b"a" * 140_000, b"\xff\xfe", b"PK\x03\x04", b"MATLAB 5.0 MAT-file" + bytes(200)]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    st.sampled_from(
        ["photos.csv", "nodes.txt", "GPS_Long_Lat_Compass.mat", "datasets/pitts30k_train.mat"]
        + ["a.jpg", "CURRENT", "@1@2@17@T@@@@@@@@@@@.jpg", "no/a.jpg", "photos.tsv"]
    ),
    ODD,
)
def test_whatever_a_file_holds_it_is_a_data_set_or_a_sentence(tmp_path_factory, name, data):
    root = tmp_path_factory.mktemp("odd")
    make(root, name, "b.jpg")
    (root / name).write_bytes(data)
    for place in (root, root / name):
        try:
            read("auto", place)
        except (SourceError, TableError) as error:
            assert len(str(error)) > 20
