"""The reader of StreetLearn's JPEG release, on fixtures in its format."""

import cv2
import numpy as np
import pytest

from training.data.panorama import view
from training.data.sources import SourceError, read

FIRST, SECOND = "r5DqC1wcUi2Lw6T4GvUxwQ", "tB8FDAVr21hPNQzUlkFwNA"


def release(root, *lines, panoramas=(FIRST, SECOND)):
    root.mkdir(parents=True, exist_ok=True)
    (root / "nodes.txt").write_text("\n".join(lines) + "\n")
    (root / "links.txt").write_text(f"{FIRST},90.0,{SECOND}\n")
    for name in panoramas:
        (root / f"{name}.jpg").touch()
    return root


@pytest.mark.parametrize("folder", ["jpegs_pittsburgh_2019", "jpegs_pittsburgh_2021"])
@pytest.mark.parametrize("above", [True, False])
def test_a_panorama_becomes_four_views(tmp_path, folder, above):
    root = release(tmp_path / folder, f"{FIRST},-30.0,40.43782,-79.933351")
    table, _ = read("streetlearn", tmp_path if above else root)
    assert table["heading"].tolist() == [330, 60, 150, 240]
    assert set(table["yaw"]) == {330}
    assert set(table["path"]) == {str(root / f"{FIRST}.jpg")}
    assert set(table["lat"]) == {40.43782} and set(table["lon"]) == {-79.933351}
    assert set(table["country"]) == {"US"}
    assert table["group"].nunique() == table["split"].nunique() == 1


def test_the_views_and_the_blocks_can_be_chosen(tmp_path):
    lines = [f"{FIRST},10,40.43,-79.95", f"{SECOND},20,40.45,-80.00"]
    release(tmp_path, *lines)
    table, _ = read("streetlearn", tmp_path, offsets=(0, 180))
    assert table["heading"].tolist() == [10, 190, 20, 200]
    assert table["group"].nunique() == 2
    assert read("streetlearn", tmp_path, block_m=50_000).table["group"].nunique() == 1


def test_neighbours_share_a_block_so_that_no_split_parts_them(tmp_path):
    release(tmp_path, f"{FIRST},0,40.440001,-79.95", f"{SECOND},0,40.440050,-79.95")
    assert read("streetlearn", tmp_path).table["group"].nunique() == 1


BAD_LINES = [
    ("absent0000000000000000,0,40.44,-79.95", "panorama's file is missing"),
    (f"../{SECOND},0,40.44,-79.95", "panorama's file is missing"),
    (f"{SECOND},0,40.44", "line of nodes.txt has not 4 fields"),
    (f"{SECOND},north,40.44,-79.95", "yaw or coordinates are no number"),
    (f"{SECOND},0,,-79.95", "yaw or coordinates are no number"),
    (f"{SECOND},0,-79.95,240.44", "coordinates out of range"),
    (f"{SECOND},0,0,0", "coordinates 0, 0 stand for unknown"),
    (f"{FIRST},0,40.44,-79.95", "panorama listed before"),
]


@pytest.mark.parametrize(("line", "reason"), BAD_LINES)
def test_a_bad_line_is_counted_and_skipped(tmp_path, line, reason):
    release(tmp_path, f"{FIRST},0,40.43,-79.95", "", line)
    table, problems = read("streetlearn", tmp_path)
    assert len(table) == 4 and set(table["lat"]) == {40.43}
    assert len(problems.reasons.pop(reason)) == 1
    assert problems.reasons in ({}, {"panorama not in nodes.txt": [f"{SECOND}.jpg"]})


def test_panoramas_that_nodes_does_not_list_are_counted(tmp_path):
    release(tmp_path, f"{FIRST},0,40.43,-79.95")
    problems = read("streetlearn", tmp_path).problems
    assert problems.reasons == {"panorama not in nodes.txt": [f"{SECOND}.jpg"]}


def test_of_several_releases_one_must_be_given(tmp_path):
    for year in (2019, 2021):
        release(tmp_path / f"jpegs_pittsburgh_{year}", f"{FIRST},0,40.43,-79.95")
    with pytest.raises(SourceError, match="jpegs_pittsburgh_2019, jpegs_pittsburgh_2021"):
        read("streetlearn", tmp_path)


@pytest.mark.parametrize(("width", "height"), [(408, 204), (1632, 408), (1664, 832)])
def test_a_row_is_all_that_a_view_needs(tmp_path, width, height):
    """A panorama green to the north, in each size on record, is green in the view to the north."""
    yaw = 100.0
    root = release(tmp_path, f"{FIRST},{yaw},40.43,-79.95", panoramas=())
    panorama = np.zeros((height, width, 3), np.uint8)
    heading = yaw + ((np.arange(width) + 0.5) / width - 0.5) * 360
    panorama[:, np.cos(np.radians(heading)) > 0.7] = (0, 255, 0)
    cv2.imwrite(str(root / f"{FIRST}.jpg"), panorama)
    table = read("streetlearn", tmp_path, offsets=(-yaw, 180 - yaw)).table
    pictures = [
        view(cv2.imread(row.path), row.yaw, row.heading) for row in table.itertuples(index=False)
    ]
    north, south = (picture[..., 1].mean() for picture in pictures)
    assert table["heading"].tolist() == [0, 180]
    assert north > 240 and south < 15
