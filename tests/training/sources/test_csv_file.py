"""The CSV reader: columns by name, places, groups, and files from strangers."""

import numpy as np
import pytest

from training.sources import SourceError, read


@pytest.fixture
def data(tmp_path):
    """Writes a CSV beside photos a.jpg to e.jpg (empty: a reader opens none) and reads it."""
    for name in "abcde":
        (tmp_path / f"{name}.jpg").touch()

    def write_and_read(*lines: str, **options):
        (tmp_path / "data.csv").write_text("\n".join(lines), encoding="utf-8")
        return read("csv", tmp_path, **options)

    return write_and_read


def test_every_column_is_read(data, tmp_path):
    table, problems = data(
        "id,country,lat,lon,heading,group,source,kind,split,path",
        "1,FR,48.5,2.25,-90,x,web,phone,train,a.jpg",
        "2,PL,,,,y,web,phone,valid,b.jpg",
    )
    assert not problems
    first, second = table.to_dict("records")
    assert first == {
        "path": str(tmp_path / "a.jpg"),
        "country": "FR",
        "lat": 48.5,
        "lon": 2.25,
        "heading": 270.0,
        "group": "x",
        "split": "train",
        "yaw": pytest.approx(np.nan, nan_ok=True),
        "source": "web",
        "kind": "phone",
    }
    assert (second["country"], second["split"]) == ("PL", "val")
    assert np.isnan([second["lat"], second["lon"], second["heading"]]).all()


@pytest.mark.parametrize(
    "header",
    ["path,lat,lon,heading", "File, Latitude ,LNG,Angle", "image;latitude;longitude;compass"],
)
def test_columns_are_found_by_their_usual_names(data, header):
    separator = ";" if ";" in header else ","
    table, _ = data(header, separator.join(["a.jpg", "40.44", "-79.99", "115.5"]))
    assert table[["lat", "lon", "heading"]].iloc[0].tolist() == [40.44, -79.99, 115.5]


def test_a_byte_order_mark_and_windows_line_ends_are_understood(tmp_path):
    (tmp_path / "a.jpg").touch()
    (tmp_path / "data.csv").write_bytes(b"\xef\xbb\xbfpath,country\r\na.jpg,FR\r\n")
    assert read("csv", tmp_path).table["country"].tolist() == ["FR"]


def test_countries_are_read_by_code_and_by_name(data):
    table, problems = data(
        "path,country", "a.jpg,FR", "b.jpg,FRA", "c.jpg,France", "d.jpg,Atlantis"
    )
    assert table["country"].tolist() == ["FR"] * 3
    assert problems.reasons == {"unknown country": ["d.jpg (Atlantis)"]}


def test_namibia_is_no_missing_value(data):
    table, problems = data("path,country", "a.jpg,NA")
    assert table["country"].tolist() == ["NA"] and not problems


def test_a_position_without_country_gets_the_country_it_lies_in(data):
    table, _ = data("path,country,lat,lon", "a.jpg,,48.85,2.35", "b.jpg,PL,,", "c.jpg,,0,-30")
    assert table["country"].tolist() == ["FR", "PL", None]


BAD_LINES = [
    ("a.jpg,91,0,", "coordinates out of range"),
    ("a.jpg,40,180.1,", "coordinates out of range"),
    ("a.jpg,0,0.0,", "coordinates 0, 0 stand for unknown"),
    ("a.jpg,40,,", "latitude or longitude missing"),
    ("a.jpg,inf,1,", "latitude is no number"),
    ("a.jpg,40,east,", "longitude is no number"),
    ("a.jpg,40,-80,north", "heading is no number"),
    ("a.jpg,,,", "neither country nor position"),
    ("a.jpg,nan,NaN,", "neither country nor position"),
    ("a.jpg,40,-80", "line has not 4 fields"),
    ("a.jpg,40,-80,1,2", "line has not 4 fields"),
    ("z.jpg,40,-80,", "photo is missing"),
    ("data.csv,40,-80,", "not a photo by its name"),
    ("./b.jpg,40,-80,", "photo listed before"),
]


@pytest.mark.parametrize(("line", "reason"), BAD_LINES)
def test_a_bad_line_is_listed_and_skipped(data, line, reason):
    table, problems = data("path,lat,lon,heading", "b.jpg,41,-81,5", line)
    assert table["lat"].tolist() == [41]
    assert list(problems.reasons) == [reason] and len(problems) == 1


@pytest.mark.parametrize(
    "path",
    ["../secret.jpg", "x/../../secret.jpg", "{outside}", "..\\secret.jpg", "C:\\secret.jpg", ""],
)
def test_a_path_that_leaves_the_folder_is_refused(tmp_path, path):
    outside = tmp_path / "secret.jpg"
    inside = tmp_path / "data" / "a.jpg"
    inside.parent.mkdir()
    outside.touch()
    inside.touch()
    named = path.format(outside=outside)
    (inside.parent / "data.csv").write_text(f"path,country\n{named},FR\na.jpg,FR\n")
    table, problems = read("csv", inside.parent)
    assert table["path"].tolist() == [str(inside)]
    assert problems.reasons == {"path is empty, absolute or leaves the CSV's folder": [named]}


def test_paths_are_brought_to_their_plainest_form(tmp_path):
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "a.jpg").touch()
    (tmp_path / "data.csv").write_text("path,country\nimages\\..\\./images/a.jpg,FR\n")
    assert read("csv", tmp_path).table["path"].tolist() == [str(tmp_path / "images" / "a.jpg")]


def test_a_folder_named_like_a_photo_is_no_photo(data, tmp_path):
    (tmp_path / "f.jpg").mkdir()
    assert data("path,country", "a.jpg,FR", "f.jpg,FR").problems.reasons == {
        "photo is missing": ["f.jpg"]
    }


@pytest.mark.parametrize(
    ("columns", "groups"),
    [("block,group,place_id", "B"), ("place_id,group", "G"), ("place_id", "P")],
)
def test_the_widest_group_that_is_named_is_taken(data, columns, groups):
    cells = ",".join({"block": "B", "group": "G", "place_id": "P"}[c] for c in columns.split(","))
    table, _ = data(f"path,country,{columns}", f"a.jpg,FR,{cells}", f"b.jpg,FR,{cells}")
    assert table["group"].tolist() == [groups] * 2


def test_a_photo_with_a_blank_group_is_alone(data):
    table, _ = data("path,country,group", "a.jpg,FR,", "b.jpg,FR, ", "c.jpg,FR,x")
    assert table["group"].tolist() == ["a.jpg", "b.jpg", "x"]


def test_without_groups_neighbours_share_a_block(data):
    lines = ["a.jpg,40.44001,-80.00001", "b.jpg,40.44002,-80.00002", "c.jpg,40.45,-80.0"]
    near = data("path,lat,lon", *lines).table["group"]
    assert near[0] == near[1] != near[2]
    assert data("path,lat,lon", *lines, block_m=20_000).table["group"].nunique() == 1


def test_without_groups_a_photo_without_a_position_is_alone(data):
    table, _ = data("path,country,lat,lon", "a.jpg,FR,,", "b.jpg,FR,48.5,2.25")
    assert table["group"][0] == "a.jpg" and table["group"][1] != "b.jpg"


def test_a_given_split_is_kept_and_without_groups_each_photo_is_alone(data):
    table, _ = data(
        "path,lat,lon,split", "a.jpg,40.44,-80,Train", "b.jpg,40.44,-80,TEST", "c.jpg,40.4,-80,val"
    )
    assert table["split"].tolist() == ["train", "test", "val"]
    assert table["group"].tolist() == ["a.jpg", "b.jpg", "c.jpg"]


def test_an_unknown_split_is_listed(data):
    table, problems = data("path,country,split", "a.jpg,FR,train", "b.jpg,FR,kept", "c.jpg,FR,")
    assert table["split"].tolist() == ["train"]
    assert problems.reasons == {"split is not train, val, test or elsewhere": ["b.jpg", "c.jpg"]}


def test_a_second_csv_without_photos_is_no_obstacle(data, tmp_path):
    (tmp_path / "positions.csv").write_text("pano_id,lat,lon,yaw\nx,40,-80,1\n")
    assert len(data("path,country", "a.jpg,FR").table) == 1


def test_of_two_csvs_that_fit_one_must_be_given(data, tmp_path):
    (tmp_path / "more.csv").write_text("path,country\nb.jpg,PL\n")
    with pytest.raises(SourceError, match="data.csv, more.csv"):
        data("path,country", "a.jpg,FR")
    assert read("csv", tmp_path / "more.csv").table["country"].tolist() == ["PL"]


@pytest.mark.parametrize("header", ["file_id,country", "path,lat", "", "path"])
def test_a_csv_without_the_columns_is_refused(data, header):
    with pytest.raises(SourceError, match=r"columns path and either.*data\.csv"):
        data(header, "a.jpg,FR")


def test_a_csv_in_another_encoding_is_refused(tmp_path):
    (tmp_path / "data.csv").write_bytes("path,country\na.jpg,Curaçao\n".encode("latin-1"))
    with pytest.raises(SourceError, match="UTF-8"):
        read("csv", tmp_path)


def test_a_photo_posing_as_a_csv_is_refused(tmp_path):
    (tmp_path / "data.csv").write_bytes(b"\xff\xd8\xff\xe0" + bytes(range(256)) * 40)
    with pytest.raises(SourceError, match="No CSV"):
        read("csv", tmp_path / "data.csv")
