"""Frames as JPEGs in tar files, as WebDataset has them: a tenth of the room, any number of photos.

Other programs read them as they read any WebDataset (https://github.com/webdataset/webdataset). A
plan shows photos in an order of its own, so here an index knows where each lies: a batch reads its
own bytes and decodes them, and nothing else is in memory.
"""

from __future__ import annotations

import os
import shutil
import tarfile
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import webdataset

from geoloc.photo.inputs import Frame

PHOTOS = 50_000
"""Of one shard: about half a gigabyte."""

FOLDER = "shards"
INDEX = "index.npy"

_JPEG = [
    *(cv2.IMWRITE_JPEG_QUALITY, 95),
    # What a network sees of colours shall not be halved by how frames are kept.
    *(cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444),
]
_BYTES_A_PIXEL = 0.6
_PLACE = np.dtype([("shard", "u4"), ("offset", "u8"), ("size", "u4")])


def size(count: int, side: int) -> int:
    """Bytes that so many frames take on the disk, about, and rather more."""
    return int(count * (1024 + side**2 * _BYTES_A_PIXEL))


def write(place: Path, frames: Iterable[Frame], count: int, side: int) -> None:
    """Keep frames, in their order.

    Args:
        place: folder.
        frames: of one side.
        count: how many there are at most.
        side: of each, in pixels.
    """
    # A folder of its own until it is whole: another process may be at the same.
    aside = place / f".{FOLDER}-{os.getpid()}.partial"
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir()
    pattern = str(aside / "shard-%05d.tar")
    with webdataset.ShardWriter(pattern, maxcount=PHOTOS, maxsize=2**40, verbose=0) as shards:
        for number, frame in enumerate(frames):
            _done, jpeg = cv2.imencode(".jpg", frame.pixels[:, :, ::-1], _JPEG)
            shards.write({"__key__": f"{number:09d}", "jpg": jpeg.tobytes()})
    places = [_places(path, number) for number, path in enumerate(_shards(aside))]
    np.save(aside / INDEX, np.concatenate(places or [np.zeros(0, _PLACE)]))
    try:
        aside.rename(place / FOLDER)
    except OSError:
        shutil.rmtree(aside)  # the other one was first


def read(place: Path, count: int, side: int) -> ShardedPixels:
    """The frames, which are decoded where they are asked for."""
    folder = place / FOLDER
    index = np.load(folder / INDEX, mmap_mode="r") if count else np.zeros(0, _PLACE)
    return ShardedPixels(_shards(folder), index, side)


class ShardedPixels:
    """Pixels by the number of their frame, like an array uint8 (N, side, side, 3).

    Args:
        shards: tar files.
        index: of each frame its shard, and offset and size of its JPEG there.
        side: in pixels.
    """

    def __init__(self, shards: Sequence[Path], index: np.ndarray, side: int) -> None:
        self.index, self.shape = index, (len(index), side, side, 3)
        self._files = [path.open("rb") for path in shards]
        self._pool = ThreadPoolExecutor(os.cpu_count())

    def __len__(self) -> int:
        return len(self.index)

    def __getitem__(self, rows: int | np.ndarray) -> np.ndarray:
        """Pixels of one frame, or of several, (B, side, side, 3)."""
        if not isinstance(rows, np.ndarray):
            return self._decoded(rows)
        pixels = np.empty((len(rows), *self.shape[1:]), np.uint8)
        for number, decoded in enumerate(self._pool.map(self._decoded, rows)):
            pixels[number] = decoded
        return pixels

    def _decoded(self, row: int) -> np.ndarray:
        place = self.index[row]
        file = self._files[place["shard"]].fileno()
        data = os.pread(file, int(place["size"]), int(place["offset"]))
        pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR_RGB)
        if pixels is None:
            raise OSError(
                f"a kept photo can't be read back: remove {Path(self._files[0].name).parent}, and "
                "the photos are read anew"
            )
        return np.asarray(pixels, np.uint8)


def _shards(place: Path) -> list[Path]:
    return sorted(place.glob("shard-*.tar"))


def _places(shard: Path, number: int) -> np.ndarray:
    with tarfile.open(shard, "r:") as tar:
        places = [(number, member.offset_data, member.size) for member in tar]
    return np.array(places, _PLACE)
