"""The reader of photos named after their place, as the place recognition sets come."""

import numpy as np
import pytest

from training.data.sources import SourceError, detect, read

NAMED = "@0584232.88@4477102.77@17@T@040.44031@-080.00680@{pano}@05@@@@@@pitch1_yaw6@.jpg"
SYDNEY = "@0334368.63@6250948.34@56@H@@@@@@@@@@@.jpg"


def make(root, *paths):
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).touch()


def release(root):
    for number, split in enumerate(("train", "val", "test")):
        for role in ("database", "queries"):
            make(root, f"images/{split}/{role}/{NAMED.format(pano=f'00000{number}')}")
    return root


def test_a_release_is_recognised_and_its_splits_are_kept(tmp_path):
    assert detect(release(tmp_path)) == "utm-names"
    table, problems = read("auto", tmp_path)
    assert not problems and len(table) == 6
    assert table["split"].value_counts().to_dict() == {"train": 2, "val": 2, "test": 2}
    assert set(table["lat"]) == {40.44031} and set(table["lon"]) == {-80.0068}
    assert set(table["country"]) == {"US"} and table["heading"].isna().all()


def test_database_and_queries_of_one_number_are_two_places(tmp_path):
    assert read("utm-names", release(tmp_path)).table["group"].nunique() == 6


def test_the_views_of_one_panorama_are_one_place(tmp_path):
    name = NAMED.format(pano="000000")
    make(tmp_path, f"images/test/database/{name}", f"images/test/database/{name[:-5]}2@.jpg")
    assert read("utm-names", tmp_path).table["group"].nunique() == 1


def test_a_heading_is_kept(tmp_path):
    make(tmp_path, NAMED.format(pano="x").replace("@05@@", "@05@270@"))
    assert read("utm-names", tmp_path).table["heading"].tolist() == [270]


def test_without_degrees_the_place_comes_from_utm_on_either_hemisphere(tmp_path):
    make(tmp_path, SYDNEY, NAMED.format(pano="").replace("040.44031@-080.00680", "@"))
    table = read("utm-names", tmp_path).table.sort_values("lat")
    assert table["lat"].tolist() == pytest.approx([-33.8688, 40.44031], abs=1e-6)
    assert table["lon"].tolist() == pytest.approx([151.2093, -80.0068], abs=1e-6)
    assert table["country"].tolist() == ["AU", "US"]


def test_without_folders_of_splits_blocks_are_split(tmp_path):
    places = [
        NAMED.format(pano=i).replace("040.44031", f"040.{44000 + 500 * i}") for i in range(30)
    ]
    make(tmp_path, *places)
    table = read("utm-names", tmp_path).table
    assert set(table["split"]) == {"train", "val", "test"}
    assert table["group"].str.fullmatch(r"-?\d+_-?\d+").all()


def test_other_photos_are_counted(tmp_path):
    make(release(tmp_path), "images/train/database/me.jpg", "images/train/database/a@b.jpg")
    names = read("utm-names", tmp_path).problems.reasons[
        "photo not named @easting@northing@...@.jpg"
    ]
    assert names == ["images/train/database/a@b.jpg", "images/train/database/me.jpg"]


def test_a_name_without_any_coordinates_is_counted(tmp_path):
    make(release(tmp_path), "@@@@@@@7@@@@@@@@.jpg")
    assert read("utm-names", tmp_path).problems.reasons == {
        "no coordinates in its name": ["@@@@@@@7@@@@@@@@.jpg"]
    }
    assert not np.isnan(read("utm-names", tmp_path).table["lat"]).any()


def test_a_folder_of_other_photos_is_refused(tmp_path):
    make(tmp_path, "me.jpg")
    with pytest.raises(SourceError, match="@easting@northing"):
        read("utm-names", tmp_path)
