"""The table's photos decoded once into one memory-mapped array of frames.

Decoding a JPEG costs more than a small network's step on it; after the first run an epoch reads
plain bytes. The cache is keyed on the files, on the scale at which networks see them and on
`PREPARATION_VERSION`, so a changed photo and a changed preparation are read again. Old caches give
way to new ones (`training.data.room`).
"""

from __future__ import annotations

import hashlib
import json
import math
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import PIL
from tqdm import tqdm

from geoloc.files import replacing, write_json
from geoloc.photo import Photo, PhotoError, read_photo
from geoloc.photo.inputs import (
    BAND,
    PREPARATION_VERSION,
    Crops,
    Frame,
    Framing,
    InputSpec,
    frame,
)
from geoloc.settings import CACHE
from training.data import room
from training.data.panorama import view
from training.data.sources import streetlearn_leveldb


class CacheError(OSError):
    """The frames cannot be kept; the message says why and what to do."""


@dataclass(frozen=True)
class Frames:
    """The frames of a table's rows, in the table's order.

    Attributes:
        table: the rows whose photo could be read, index 0 to N - 1.
        pixels: uint8 (N, S, S, 3), on disk; S is 240 unless networks see more.
        rows: int16 (N, 2), the first row of photo and the row after its last.
        unreadable: path -> why, of the rows that were left out.
        lease: keeps the frames from being removed as long as they are in use.
        framing: how the photos are kept.
        place: the folder of the cache that they lie in, None if they are in memory alone.
    """

    table: pd.DataFrame
    pixels: np.ndarray
    rows: np.ndarray
    unreadable: dict[str, str]
    lease: room.CacheLease | None = None
    framing: Framing = BAND.framing
    place: Path | None = None

    def frame(self, row: int) -> Frame:
        """One row's frame."""
        top, bottom = self.rows[row]
        return Frame(self.pixels[row], int(top), int(bottom))

    def chunks(self, rows: np.ndarray, most: int = 128) -> list[np.ndarray]:
        """Some row numbers in parts of at most so many."""
        return np.array_split(rows, math.ceil(len(rows) / most))

    def inputs(self, rows: np.ndarray, spec: InputSpec = BAND) -> np.ndarray:
        """What a network sees of some rows, uint8 (B, H, W, 3).

        Raises:
            ValueError: if the photos are not kept as the network needs them.
        """
        if spec.framing != self.framing:
            raise ValueError(f"these frames are {self.framing}, and {spec.framing} is needed")
        return Crops(spec=spec).of_all(map(self.frame, rows))[:, 0]

    def of_split(self, split: str) -> np.ndarray:
        """Row numbers of one split."""
        return np.flatnonzero(self.table.split == split)


def _key(table: pd.DataFrame, framing: Framing) -> str:
    digest = hashlib.sha256(_recipe(framing).encode())
    for row in table.itertuples():
        digest.update(f"{_source(row)}|{_stamp(row.path)}\n".encode())
    return digest.hexdigest()[:20]


def _recipe(framing: Framing) -> str:
    """What makes a frame of a file: the preparation, and the versions of its libraries."""
    libraries = f"opencv {cv2.__version__} pillow {PIL.__version__}"
    return f"{PREPARATION_VERSION} {framing} {libraries}"


def _source(row) -> str:
    return row.path if math.isnan(row.yaw) else f"{row.path}|{row.yaw}|{row.heading}"


def _stamp(path: str) -> str:
    if _in_database(os.path.dirname(path)):
        # Files of a database change whenever it is opened, what is released in it never does.
        return "released"
    status = os.stat(path)
    return f"{status.st_size}|{status.st_mtime_ns}"


@lru_cache
def _in_database(folder: str) -> bool:
    return streetlearn_leveldb.holds(Path(folder))


# The views of a panorama stand next to each other in the table: it is decoded for the first only.
@lru_cache(maxsize=4)
def _panorama(path: str) -> np.ndarray:
    return _photo(path).pixels


def _photo(path: str) -> Photo:
    if _in_database(os.path.dirname(path)):
        return read_photo(streetlearn_leveldb.picture(Path(path)))
    return read_photo(Path(path))


def _decode(row, framing: Framing) -> Frame | str:
    try:
        if math.isnan(row.yaw):
            return frame(_photo(row.path).pixels, framing)
        square = view(_panorama(row.path), yaw=row.yaw, heading=row.heading, height=framing.side)
        return frame(square, framing)
    except PhotoError as error:
        return str(error)


def load(
    table: pd.DataFrame,
    folder: Path = CACHE,
    progress: bool = True,
    framing: Framing = BAND.framing,
) -> Frames:
    """The frames of a table, decoding what is not cached yet.

    Args:
        table: as `training.data.table` defines it; every path exists.
        folder: where caches lie.
        progress: whether to draw a progress bar while decoding.
        framing: how photos are kept.

    Raises:
        CacheError: if the disk has no room for the frames.
    """
    table = table.reset_index(drop=True)
    place = folder / _key(table, framing)
    place.mkdir(parents=True, exist_ok=True)
    lease = room.CacheLease(place)
    notes = place / room.NOTES
    if not notes.is_file():
        _make_room(folder, len(table) * framing.side**2 * 3)
        _build(table, place, progress, framing)
    room.touch(notes)
    said = json.loads(notes.read_text())
    rows = np.array(said["rows"], np.int16)
    kept = np.flatnonzero(rows[:, 1] > 0)
    pixels = _mapped(place / "frames.u8", len(kept), framing.side)
    table = table.iloc[kept].reset_index(drop=True)
    return Frames(table, pixels, rows[kept], said["unreadable"], lease, framing, place)


def _mapped(path: Path, frames: int, side: int) -> np.ndarray:
    shape = (frames, side, side, 3)
    # A file of no bytes cannot be mapped.
    return np.memmap(path, np.uint8, "r", shape=shape) if frames else np.zeros(shape, np.uint8)


def _make_room(folder: Path, needed: int) -> None:
    # Without this, writing to a mapped file on a full disk would end the process without a word.
    free = room.make(folder, needed)
    if needed > free:
        raise CacheError(
            f"{needed / 1e9:.1f} GB are needed to keep the decoded photos, and the disk of "
            f"{folder} has {free / 1e9:.1f} GB free. Make room, or let the environment variable "
            "GEOLOC_CACHE name a folder on another disk."
        )


def _build(table: pd.DataFrame, place: Path, progress: bool, framing: Framing) -> None:
    side = framing.side
    room.clear_leftovers(place)
    rows = np.zeros((len(table), 2), np.int16)
    unreadable: dict[str, str] = {}
    with replacing(place / "frames.u8") as aside:
        kept = 0
        pixels = np.memmap(aside, np.uint8, "w+", shape=(len(table), side, side, 3))
        for number, result in enumerate(_decoded(table, progress, framing)):
            if isinstance(result, str):
                unreadable[table.path[number]] = result
                continue
            # Without gaps: an epoch then indexes the file itself, never a copy in memory.
            pixels[kept] = result.pixels
            rows[number] = result.top, result.bottom
            kept += 1
        pixels.flush()
        del pixels
        os.truncate(aside, kept * side**2 * 3)
    # Last: where the notes lie, the frames are whole.
    write_json(place / room.NOTES, {"rows": rows.tolist(), "unreadable": unreadable})


def _decoded(table: pd.DataFrame, progress: bool, framing: Framing) -> Iterator[Frame | str]:
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        decoded = pool.map(partial(_decode, framing=framing), table.itertuples())
        off = None if progress else True
        yield from tqdm(decoded, total=len(table), desc="decoding", unit="photo", disable=off)
