"""Every kind of city data goes the whole way: recognised, read, decoded and told."""

import numpy as np
import pytest
from PIL import Image

from tests.training import tiny
from tests.training.data.sources import (
    leveldb,
    test_geotagged,
    test_pitts,
    test_ucf,
    test_utm_names,
)
from training import data
from training.__main__ import main

PLACES = [(40.43 + number / 500, -79.951234 - number / 700) for number in range(12)]


def streetlearn(root):
    tiny.streetlearn(root)
    return 36 * 4


def streetlearn_leveldb(root):
    picture = leveldb.jpeg(np.zeros((64, 128, 3), np.uint8))
    panoramas = {
        f"panorama{number:014d}": leveldb.pano(lat, lon, 30.0 * number, picture)
        for number, (lat, lon) in enumerate(PLACES)
    }
    leveldb.database(root, panoramas)
    return 12 * 4


def ucf(root):
    test_ucf.release(root, [(*place, 10.0) for place in PLACES], placemarks=range(1, 13))
    return 12 * 4


def pitts(root):
    test_pitts.release(root)
    return 27


def utm_names(root):
    test_utm_names.release(root)
    return 6


def photos(root):
    for number, (lat, lon) in enumerate(PLACES):
        test_geotagged.photo(root / f"{number}.jpg", lat, lon)
    return 12


KINDS = {
    "streetlearn": streetlearn,
    "streetlearn's LevelDB": streetlearn_leveldb,
    "ucf": ucf,
    "pitts30k": pitts,
    "utm-names": utm_names,
    "photos": photos,
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_city_is_recognised_read_decoded_and_told(kind, tmp_path, capsys):
    if "LevelDB" in kind:
        leveldb.library()
    root = tmp_path / "city"
    root.mkdir()
    views = KINDS[kind](root)
    for path in root.rglob("*.jpg"):
        if not path.stat().st_size:
            Image.new("RGB", (64, 48), (90, 120, 60)).save(path)
    found = data.look(root)
    assert found.source == kind.removesuffix("'s LevelDB")
    assert len(found.frames.table) == len(found.frames.pixels) == views
    assert found.empty_splits() == [] and found.frames.unreadable == {}
    assert data.Again([tmp_path])(found.described()).fingerprint == found.fingerprint
    assert main(["table", "--data", str(root)]) == 0
    told = capsys.readouterr().out
    assert f"city, read as {found.source}" in told
    assert "box        40." in told and "places     " in told


def test_one_city_of_three_is_picked_by_its_name(tmp_path, capsys):
    root = tmp_path / "ucf"
    test_ucf.release(root)
    for path in root.rglob("*.jpg"):
        Image.new("RGB", (64, 48)).save(path)
    assert main(["table", "--data", str(root), "--within", "pittsburgh"]) == 0
    told = capsys.readouterr().out
    assert "box        40.44" in told and "8 x outside the box that was asked for" in told
    assert main(["city", "--city", "pittsburgh", "--data", str(root)]) == 2
    assert "--within" in capsys.readouterr().err
