"""The reader of StreetLearn's LevelDB release, on databases of its format."""

import numpy as np
import pytest

from tests.training.data.sources.leveldb import database, jpeg, library, pano
from training.data import frames as cache
from training.data.sources import SourceError, detect, read, streetlearn_leveldb

library()

FIRST, SECOND = "r5DqC1wcUi2Lw6T4GvUxwQ", "tB8FDAVr21hPNQzUlkFwNA"


@pytest.mark.parametrize("above", [True, False])
def test_a_panorama_becomes_four_views(tmp_path, above):
    folder = database(tmp_path / "pittsburgh", {FIRST: pano(40.43782, -79.933351, -30.0)})
    root = tmp_path if above else folder
    assert detect(root) == "streetlearn"
    table, problems = read("streetlearn", root)
    assert not problems
    assert table["heading"].tolist() == [330, 60, 150, 240]
    assert set(table["yaw"]) == {330}
    assert set(table["path"]) == {str(folder / FIRST)}
    assert set(table["lat"]) == {40.43782} and set(table["lon"]) == {-79.933351}
    assert set(table["country"]) == {"US"}
    assert table["group"].nunique() == table["split"].nunique() == 1


def test_the_street_graph_is_no_panorama(tmp_path):
    folder = database(tmp_path / "db", {FIRST: pano(), SECOND: pano()})
    table, problems = read("streetlearn", folder)
    assert len(table) == 8 and not problems


BAD = [
    (b"\xff\xff\xff", "entry is no panorama"),
    (pano(picture=None), "panorama without picture"),
    (pano(scene=1), "panorama was taken indoors"),
    (pano(heading=None), "coordinates or heading are missing"),
    (pano(lat=None), "coordinates or heading are missing"),
    (pano(lat=0.0, lng=0.0), "coordinates 0, 0 stand for unknown"),
    (pano(lat=-79.95, lng=240.4), "coordinates out of range"),
]


@pytest.mark.parametrize(("value", "reason"), BAD)
def test_a_bad_entry_is_counted_and_skipped(tmp_path, value, reason):
    folder = database(tmp_path / "db", {FIRST: pano(), SECOND: value})
    table, problems = read("streetlearn", folder)
    assert len(table) == 4
    assert problems.reasons == {reason: [SECOND]}


def test_an_outdoor_scene_may_be_said_or_left_out(tmp_path):
    folder = database(tmp_path / "db", {FIRST: pano(scene=0), SECOND: pano()})
    assert len(read("streetlearn", folder).table) == 8


def test_the_views_are_decoded_from_the_database_and_cached(tmp_path, monkeypatch):
    """A panorama green to the north is green in the view to the north."""
    yaw, width = 100.0, 416
    pixels = np.zeros((208, width, 3), np.uint8)
    heading = yaw + ((np.arange(width) + 0.5) / width - 0.5) * 360
    pixels[:, np.cos(np.radians(heading)) > 0.7] = (0, 255, 0)
    folder = database(tmp_path / "db", {FIRST: pano(heading=yaw, picture=jpeg(pixels))})
    table = read("streetlearn", folder, offsets=(-yaw, 180 - yaw)).table
    north, south = cache.load(table, tmp_path / "cache", progress=False).pixels[:, 60:180, :, 1]
    assert north.mean() > 240 and south.mean() < 15
    monkeypatch.setattr(streetlearn_leveldb, "picture", None)
    assert len(cache.load(table, tmp_path / "cache", progress=False).pixels) == 2


def test_a_picture_that_cannot_be_read_is_left_out_and_said_why(tmp_path):
    good = jpeg(np.zeros((64, 128, 3), np.uint8))
    folder = database(tmp_path / "db", {FIRST: pano(picture=good), SECOND: pano(picture=b"no")})
    frames = cache.load(read("streetlearn", folder).table, tmp_path / "cache", progress=False)
    assert len(frames.pixels) == 4
    assert list(frames.unreadable) == [str(folder / SECOND)]


def test_a_database_that_another_program_holds_is_explained(tmp_path):
    folder = database(tmp_path / "db", {FIRST: pano()})
    held = library().DB(str(folder))
    with pytest.raises(SourceError, match="cannot be opened.*Close other programs"):
        read("streetlearn", folder)
    held.close()


def test_without_the_extra_it_says_what_to_install(tmp_path, monkeypatch):
    folder = database(tmp_path / "db", {FIRST: pano()})
    monkeypatch.setattr(streetlearn_leveldb, "_LIBRARIES", ("no_such_library",))
    with pytest.raises(SourceError, match=r"pip install 'where-am-i\[streetlearn\]'"):
        read("streetlearn", folder)


def test_of_several_releases_one_must_be_given(tmp_path):
    for name in ("manhattan", "pittsburgh"):
        database(tmp_path / name, {FIRST: pano()})
    with pytest.raises(SourceError, match="several releases: manhattan, pittsburgh"):
        read("streetlearn", tmp_path)
