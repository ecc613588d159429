"""Frames of a great many photos: JPEGs in tar files that give what plain bytes give."""

from __future__ import annotations

import numpy as np
import pytest
import webdataset

from tests.training import tiny
from training.data import frames, shards
from training.data.frames import Frames
from training.data.sources import read


@pytest.fixture(scope="module")
def kept(tmp_path_factory) -> dict[str, Frames]:
    """The same photos, one of them unreadable, kept both ways."""
    root = tiny.countries(tmp_path_factory.mktemp("data"))
    (root / "FR-train-3.png").write_bytes(b"Dear reader")
    table, _problems = read("csv", root)
    ways = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shards, "PHOTOS", 50)
        for way, most in (("plain", 1000), ("sharded", 10)):
            patch.setattr(frames, "MAPPED", most)
            folder = tmp_path_factory.mktemp(way)
            frames.load(table, folder, progress=False)
            ways[way] = frames.load(table, folder, progress=False)
    return ways


def test_they_show_what_plain_bytes_show(kept):
    plain, sharded = kept["plain"], kept["sharded"]
    assert isinstance(sharded.pixels, shards.ShardedPixels)
    assert sharded.table.equals(plain.table) and sharded.unreadable == plain.unreadable
    assert np.array_equal(sharded.rows, plain.rows) and len(sharded.pixels) == len(plain.pixels)
    rows = np.array([90, 3, 61, 3])
    assert sharded.pixels[rows].shape == plain.pixels[rows].shape
    off = np.abs(sharded.pixels[rows].astype(int) - plain.pixels[rows])
    assert off.mean() < 2.5
    assert np.array_equal(sharded.pixels[rows][2], sharded.frame(61).pixels)
    assert sharded.inputs(rows).shape == plain.inputs(rows).shape


def test_other_programs_read_them_as_a_web_dataset(kept):
    (place,) = {str(file.name).rpartition("/")[0] for file in kept["sharded"].pixels._files}
    parts = [f"{place}/shard-{number:05d}.tar" for number in range(3)]
    photos = list(webdataset.WebDataset(parts, shardshuffle=False).decode("rgb8"))
    assert len(photos) == len(kept["sharded"].table)
    assert np.abs(photos[70]["jpg"].astype(int) - kept["plain"].pixels[70]).mean() < 2.5
