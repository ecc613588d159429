"""Room on the disk: which caches give way."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from geoloc.settings import PROJECT
from training.data import room


def cache_of(folder: Path, name: str, size: int, used: float) -> Path:
    place = folder / name
    place.mkdir(parents=True)
    (place / "frames.u8").write_bytes(bytes(size))
    (place / room.NOTES).touch()
    os.utime(place / room.NOTES, (used, used))
    return place


@pytest.fixture
def caches(tmp_path, monkeypatch) -> list[Path]:
    """Three caches of 100 bytes, the first used longest ago, where 300 bytes may be kept."""
    monkeypatch.setattr(room, "KEEP_BYTES", 300)
    return [cache_of(tmp_path, name, 100, used) for name, used in (("c", 1), ("a", 2), ("b", 3))]


@pytest.mark.parametrize(("needed", "left"), [(0, 3), (1, 2), (100, 2), (101, 1), (5000, 0)])
def test_those_used_longest_ago_go_first(caches, tmp_path, needed, left):
    free = room.make(tmp_path, needed)
    assert [place.is_dir() for place in caches] == [n >= 3 - left for n in range(3)]
    assert free > 0


def test_one_in_use_stays(caches, tmp_path):
    lease = room.CacheLease(caches[0])
    room.make(tmp_path, 150)
    assert [place.is_dir() for place in caches] == [True, False, False]
    lease.release()
    room.make(tmp_path, 300)
    assert not caches[0].exists()


HOLDING = """
import sys
from pathlib import Path
from training.data.room import CacheLease
lease = CacheLease(Path(sys.argv[1]))
print("held", flush=True)
input()
"""


def test_one_in_use_by_another_process_stays(caches, tmp_path):
    with subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(caches[0])],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout.readline() == "held\n"
        room.make(tmp_path, 5000)
        assert [place.is_dir() for place in caches] == [True, False, False]
        other.communicate("\n")
    room.make(tmp_path, 5000)
    assert not caches[0].exists()


def test_two_may_use_one_cache(caches, tmp_path):
    leases = [room.CacheLease(caches[0]), room.CacheLease(caches[0])]
    leases[0].release()
    room.make(tmp_path, 5000)
    assert caches[0].is_dir()
    leases[1].release()


def test_one_that_was_never_finished_goes_first(caches, tmp_path):
    (caches[2] / room.NOTES).unlink()
    room.make(tmp_path, 100)
    assert [place.is_dir() for place in caches] == [True, True, False]


def test_files_beside_the_caches_are_left_alone(caches, tmp_path):
    (tmp_path / "notes.txt").touch()
    room.make(tmp_path, 5000)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
