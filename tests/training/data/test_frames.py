"""The cache of frames: what it holds, when it is read again, and what a kill leaves of it."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from geoloc.photo import inputs, read_photo
from geoloc.photo.inputs import BAND, FRAME, InputSpec, frame
from training.data import frames as cache
from training.data import room
from training.data.frames import CacheError
from training.data.panorama import view
from training.data.table import from_columns

FRAME_BYTES = FRAME * FRAME * 3


@pytest.fixture
def table(tmp_path) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    paths = []
    for number, size in enumerate([(60, 60), (60, 80), (50, 100), (80, 60)]):
        paths.append(tmp_path / f"{number}.png")
        Image.fromarray(rng.integers(0, 256, (*size, 3), dtype=np.uint8)).save(paths[-1])
    return from_columns(paths, list("abcd"), country="FR", split=["train", "val", "train", "test"])


@pytest.fixture
def decoded(monkeypatch) -> list[str]:
    """The paths that are decoded while a test runs."""
    paths = []

    def reading(path):
        paths.append(str(path))
        return read_photo(path)

    monkeypatch.setattr(cache, "read_photo", reading)
    return paths


def test_the_frames_are_those_of_the_photos_in_the_tables_order(table, tmp_path):
    frames = cache.load(table, tmp_path / "cache")
    for number, path in enumerate(table["path"]):
        expected = frame(read_photo(path).pixels)
        found = frames.frame(number)
        assert np.array_equal(found.pixels, expected.pixels)
        assert (found.top, found.bottom) == (expected.top, expected.bottom)
    assert frames.table["path"].tolist() == table["path"].tolist()
    assert frames.unreadable == {}


def test_rows_of_a_split_are_found(table, tmp_path):
    frames = cache.load(table, tmp_path / "cache")
    assert frames.of_split("train").tolist() == [0, 2]
    assert frames.of_split("test").tolist() == [3]


def test_photos_are_decoded_once(table, tmp_path, decoded):
    first = cache.load(table, tmp_path / "cache")
    assert sorted(decoded) == sorted(table["path"])
    again = cache.load(table.assign(split="val", country="DE"), tmp_path / "cache")
    assert len(decoded) == 4
    assert np.array_equal(first.pixels, again.pixels)
    assert set(again.table["country"]) == {"DE"}


def test_a_changed_photo_is_read_again(table, tmp_path):
    before = cache.load(table, tmp_path / "cache")
    path = table["path"][1]
    Image.new("RGB", (64, 64), (200, 10, 10)).save(path)
    os.utime(path, ns=(1, 1))
    after = cache.load(table, tmp_path / "cache")
    assert (after.pixels[1] == (200, 10, 10)).all()
    assert np.array_equal(after.pixels[0], before.pixels[0])


@pytest.mark.parametrize("module", [cache.cv2, cache.PIL])
def test_another_version_of_a_library_reads_every_photo_again(
    module, table, tmp_path, decoded, monkeypatch
):
    cache.load(table, tmp_path / "cache")
    monkeypatch.setattr(module, "__version__", "0.0")
    cache.load(table, tmp_path / "cache")
    assert len(decoded) == 8


def test_a_changed_preparation_reads_every_photo_again(table, tmp_path, decoded, monkeypatch):
    cache.load(table, tmp_path / "cache")
    monkeypatch.setattr(cache, "PREPARATION_VERSION", inputs.PREPARATION_VERSION + 1)
    cache.load(table, tmp_path / "cache")
    assert len(decoded) == 8


def test_networks_that_see_photos_at_one_scale_share_their_frames(table, tmp_path, decoded):
    for spec in (BAND, InputSpec(192, 192, "square"), InputSpec(64, 128, "band")):
        frames = cache.load(table, tmp_path / "cache", framing=spec.framing)
        assert frames.inputs(np.array([0, 1]), spec).shape == (2, *spec.size, 3)
    assert len(decoded) == 4


@pytest.mark.parametrize("spec", [InputSpec(384, 384, "square"), InputSpec(64, 64, "full")])
def test_a_network_that_sees_more_of_photos_has_frames_of_its_own(spec, table, tmp_path, decoded):
    small = cache.load(table, tmp_path / "cache")
    frames = cache.load(table, tmp_path / "cache", framing=spec.framing)
    assert len(decoded) == 8
    photo = read_photo(Path(frames.table.path[1])).pixels
    assert np.array_equal(frames.inputs(np.array([1]), spec)[0], spec.prepare(photo))
    with pytest.raises(ValueError, match="is needed"):
        small.inputs(np.array([1]), spec)


def test_a_full_disk_is_said_before_anything_is_decoded(table, tmp_path, monkeypatch, decoded):
    usage = shutil.disk_usage(tmp_path)._replace(free=4 * FRAME_BYTES - 1)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(CacheError, match="GB are needed.*GEOLOC_CACHE"):
        cache.load(table, tmp_path / "cache")
    assert decoded == []


def test_a_new_cache_takes_the_place_of_the_one_not_used_for_longest(table, tmp_path, monkeypatch):
    """Room for nine frames: of three caches of two, four more push one out."""
    monkeypatch.setattr(room, "KEEP_BYTES", int(9.5 * FRAME_BYTES))
    parts = [table[:2], table[2:], table[1:3]]
    places = [tmp_path / "cache" / cache._key(part, BAND.framing) for part in parts]
    for used, (part, place) in enumerate(zip(parts, places, strict=True)):
        cache.load(part, tmp_path / "cache")
        os.utime(place / room.NOTES, (used, used))
    cache.load(parts[0], tmp_path / "cache")
    cache.load(table, tmp_path / "cache")
    assert [place.is_dir() for place in places] == [True, False, True]


def test_where_no_photo_can_be_read_the_frames_are_empty(table, tmp_path):
    for path in table["path"]:
        Path(path).write_text("no photo")
    frames = cache.load(table, tmp_path / "cache")
    assert frames.table.empty and frames.pixels.shape == (0, FRAME, FRAME, 3)
    assert len(frames.unreadable) == 4


def test_what_a_killed_run_left_is_removed_after_a_day(table, tmp_path):
    place = tmp_path / "cache" / cache._key(table, BAND.framing)
    place.mkdir(parents=True)
    for name, age in (("frames.1.partial", 90_000), ("frames.2.partial", 60)):
        (place / name).touch()
        os.utime(place / name, (time.time() - age,) * 2)
    cache.load(table, tmp_path / "cache")
    assert [path.name for path in place.glob("*.partial")] == ["frames.2.partial"]


def test_a_table_in_another_order_has_its_frames_in_that_order(table, tmp_path):
    forwards = cache.load(table, tmp_path / "cache")
    backwards = cache.load(table[::-1], tmp_path / "cache")
    assert np.array_equal(backwards.pixels, forwards.pixels[::-1])


def test_an_unreadable_photo_is_left_out_and_said_why(table, tmp_path):
    whole = cache.load(table, tmp_path / "cache")
    with open(table["path"][1], "w") as file:
        file.write("no photo")
    frames = cache.load(table, tmp_path / "cache")
    assert list(frames.unreadable) == [table["path"][1]]
    assert "not a photo" in frames.unreadable[table["path"][1]]
    assert frames.table["path"].tolist() == table["path"][[0, 2, 3]].tolist()
    assert frames.table.index.tolist() == [0, 1, 2]
    assert np.array_equal(frames.pixels, whole.pixels[[0, 2, 3]])
    assert np.array_equal(frames.rows, whole.rows[[0, 2, 3]])
    assert frames.of_split("test").tolist() == [2]


@pytest.mark.parametrize("unreadable", [0, 1])
def test_frames_stay_on_disk(table, tmp_path, unreadable):
    for path in table["path"][:unreadable]:
        open(path, "w").close()
    frames = cache.load(table, tmp_path / "cache")
    assert isinstance(frames.pixels, np.memmap)
    assert frames.pixels.shape == (4 - unreadable, FRAME, FRAME, 3)
    with pytest.raises(ValueError, match="read-only"):
        frames.pixels[0] = 0


@pytest.mark.parametrize("moment", ["frame", "os.replace"])
def test_a_kill_while_decoding_leaves_no_half_a_cache(table, tmp_path, monkeypatch, moment):
    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(f"training.data.frames.{moment}", killed)
        with pytest.raises(KeyboardInterrupt):
            cache.load(table, tmp_path / "cache")
    frames = cache.load(table, tmp_path / "cache")
    assert np.array_equal(frames.pixels[3], frame(read_photo(table["path"][3]).pixels).pixels)


def test_the_views_of_a_panorama_are_frames_of_their_own_and_it_is_decoded_once(tmp_path, decoded):
    path = tmp_path / "panorama.png"
    rng = np.random.default_rng(0)
    Image.fromarray(rng.integers(0, 256, (64, 128, 3), dtype=np.uint8)).save(path)
    headings = [10.0, 100.0, 190.0, 280.0]
    table = from_columns(
        [path] * 4, ["a"] * 4, country="US", heading=headings, yaw=10.0, split="train"
    )
    cache._panorama.cache_clear()
    frames = cache.load(table, tmp_path / "cache")
    pixels = read_photo(path).pixels
    for number, heading in enumerate(headings):
        square = view(pixels, yaw=10.0, heading=heading, width=240, height=240)
        assert np.array_equal(frames.pixels[number], square)
    # Threads that start together may each decode it.
    assert 1 <= len(decoded) <= (os.cpu_count() or 1)
