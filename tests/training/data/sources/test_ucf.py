"""The reader of UCF Google Street View, on fixtures in its format."""

import numpy as np
import pytest
from scipy.io import savemat

from training.data.sources import SourceError, detect, read
from training.data.sources.ucf import CITIES, LABELS

# The first rows of the set, and others made like them: latitude, longitude, compass.
ROWS = [
    (40.440309, -80.0, 115.74),
    (40.440271, -80.006813, 119.24),
    (40.440219, -80.006697, 121.52),
    (28.541021, -81.378954, 2.25),
    (40.758913, -73.985137, 299.01),
]


def release(root, rows=ROWS, placemarks=(1, 2, 3, 4, 5), folder="."):
    """The labels, and six photos for each placemark (empty: a reader opens none)."""
    (root / folder).mkdir(parents=True, exist_ok=True)
    savemat(root / LABELS, {"GPS_Compass": np.array(rows, dtype=float)})
    for number in placemarks:
        for view in range(6):
            (root / folder / f"{number:06d}_{view}.jpg").touch()
    return root


@pytest.mark.parametrize("folder", [".", "part1", "zipped images/part1"])
def test_the_columns_are_latitude_longitude_and_compass_whatever_the_files_name(tmp_path, folder):
    assert detect(release(tmp_path, folder=folder)) == "ucf"
    table, _ = read("auto", tmp_path)
    second = table[table["path"].str.contains("000002_")]
    assert set(second["lat"]) == {40.440271} and set(second["lon"]) == {-80.006813}
    assert set(second["country"]) == {"US"}


def test_rows_are_placemarks_counted_from_one(tmp_path):
    table = read("ucf", release(tmp_path, placemarks=[4])).table
    assert set(table["lat"]) == {28.541021}


def test_the_side_views_are_kept_and_the_marked_and_upward_ones_counted(tmp_path):
    table, problems = read("ucf", release(tmp_path, placemarks=[2]))
    names = [path.rsplit("/")[-1] for path in table["path"]]
    assert names == [f"000002_{view}.jpg" for view in (1, 2, 3, 4)]
    assert problems.reasons["view 0 has markers drawn over it"] == ["000002_0.jpg"]
    assert problems.reasons["view 5 looks up at the sky"] == ["000002_5.jpg"]


def test_the_compass_is_the_heading_of_view_four_and_no_other(tmp_path):
    table = read("ucf", release(tmp_path, placemarks=[2])).table
    assert table["heading"].isna().tolist() == [True, True, True, False]
    assert table["heading"].iloc[3] == 119.24


def test_a_rounded_longitude_is_dropped_and_counted(tmp_path):
    table, problems = read("ucf", release(tmp_path))
    assert problems.reasons["longitude was rounded"] == ["000001"]
    assert not table["path"].str.contains("000001_").any()
    assert len(table) == 4 * 4


@pytest.mark.parametrize("longitude", [-80.0, -80.1, -80.01, -80.006, -80.0068])
def test_one_to_four_decimals_count_as_rounded(tmp_path, longitude):
    rows = [(40.44, longitude, 0), *ROWS[1:]]
    assert (
        "000001" in read("ucf", release(tmp_path, rows)).problems.reasons["longitude was rounded"]
    )


def test_a_set_that_has_few_decimals_throughout_keeps_them(tmp_path):
    rows = [(40.44, -80.001, 0), (40.441, -80.002, 0), (40.442, -80.003, 0)]
    table, problems = read("ucf", release(tmp_path, rows, placemarks=(1, 2, 3)))
    assert len(table) == 12 and "longitude was rounded" not in problems.reasons


BAD_ROWS = [
    ((np.nan, -80.006813, 0), "row without coordinates"),
    ((0, 0, 0), "coordinates 0, 0 stand for unknown"),
    ((140.440309, -80.006813, 0), "coordinates out of range"),
]


@pytest.mark.parametrize(("row", "reason"), BAD_ROWS, ids=[case[1] for case in BAD_ROWS])
def test_a_bad_row_is_counted_and_its_photos_skipped(tmp_path, row, reason):
    table, problems = read("ucf", release(tmp_path, [*ROWS[1:], row], placemarks=(1, 5)))
    assert problems.reasons[reason] == ["000005"]
    assert problems.reasons["photo of a placemark without a usable row"] == [
        f"000005_{view}.jpg" for view in (1, 2, 3, 4)
    ]
    assert len(table) == 4


def test_an_unknown_compass_costs_no_photo(tmp_path):
    rows = [*ROWS[1:], (40.440219, -80.006697, np.nan)]
    table = read("ucf", release(tmp_path, rows, placemarks=[5])).table
    assert len(table) == 4 and table["heading"].isna().all()


def test_placemarks_whose_photos_are_missing_are_counted(tmp_path):
    problems = read("ucf", release(tmp_path, placemarks=(2, 3))).problems
    assert problems.reasons["placemark's photos are missing"] == ["000004", "000005"]


def test_photos_that_are_not_the_sets_are_counted(tmp_path):
    release(tmp_path)
    (tmp_path / "000002_6.jpg").touch()
    (tmp_path / "me.jpg").touch()
    reasons = read("ucf", tmp_path).problems.reasons
    assert reasons["photo not named like 000001_1.jpg"] == ["000002_6.jpg", "me.jpg"]


def test_neighbours_share_a_block_so_that_no_split_parts_them(tmp_path):
    table = read("ucf", release(tmp_path, placemarks=(2, 3)), block_m=5000).table
    assert table["group"].nunique() == table["split"].nunique() == 1


def test_each_city_lies_in_its_box(tmp_path):
    table = read("ucf", release(tmp_path)).table
    for city, places in [("pittsburgh", 2), ("orlando", 1), ("manhattan", 1)]:
        box = CITIES[city]
        inside = table["lat"].between(box.south, box.north)
        inside &= table["lon"].between(box.west, box.east)
        assert inside.sum() == 4 * places


@pytest.mark.parametrize(
    ("write", "complaint"),
    [
        (lambda path: path.write_bytes(b"no matlab file" * 50), "cannot be read as a MATLAB file"),
        (lambda path: savemat(path, {"XYZ": np.zeros((3, 3))}), "has no variable GPS_Compass"),
        (lambda path: savemat(path, {"GPS_Compass": np.zeros((3, 2))}), "shape .3, 2."),
        (lambda path: savemat(path, {"GPS_Compass": {"lat": 1}}), "holds no numbers"),
        (lambda path: path.write_bytes(b"MATLAB 7.3 MAT-file" + b" " * 105 + b"\x00\x02IM"), "7.3"),
    ],
)
def test_labels_that_are_none_are_refused(tmp_path, write, complaint):
    write(tmp_path / LABELS)
    with pytest.raises(SourceError, match=complaint):
        read("ucf", tmp_path)
