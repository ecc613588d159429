"""The table's photos decoded once into one memory-mapped array of frames.

Decoding a JPEG costs more than a small network's step on it; after the first run an epoch reads
plain bytes. The cache is keyed on the files and on the code that makes frames of them, so a changed
photo and a changed preparation are read again. Old caches give way to new ones (`training.room`).
"""

from __future__ import annotations

import hashlib
import json
import math
import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import PIL
from tqdm import tqdm

import geoloc.photo
from geoloc import preparation
from geoloc.photo import Photo, PhotoError, read_photo
from geoloc.preparation import BAND_TOP, FRAME, HEIGHT, Frame, InputSpec, frame, square
from training import panorama, room
from training.panorama import view
from training.sources import streetlearn_leveldb

FOLDER = Path(os.environ.get("GEOLOC_CACHE") or Path(__file__).parents[1] / "runs" / "cache")
"""Where caches lie; the environment variable GEOLOC_CACHE names another folder."""

FRAME_BYTES = FRAME * FRAME * 3


class CacheError(OSError):
    """The frames cannot be kept; the message says why and what to do."""


@dataclass(frozen=True)
class Frames:
    """The frames of a table's rows, in the table's order.

    Attributes:
        table: the rows whose photo could be read, index 0 to N - 1.
        pixels: uint8 (N, 240, 240, 3), on disk.
        rows: int16 (N, 2), the first row of photo and the row after its last.
        unreadable: path -> why, of the rows that were left out.
        claim: keeps the frames from being removed as long as they are in use.
    """

    table: pd.DataFrame
    pixels: np.ndarray
    rows: np.ndarray
    unreadable: dict[str, str]
    claim: room.Claim | None = None

    def frame(self, row: int) -> Frame:
        """One row's frame."""
        top, bottom = self.rows[row]
        return Frame(self.pixels[row], int(top), int(bottom))

    def chunks(self, rows: np.ndarray, most: int = 128) -> list[np.ndarray]:
        """Some row numbers in parts of at most so many."""
        return np.array_split(rows, math.ceil(len(rows) / most))

    def bands(self, rows: np.ndarray) -> np.ndarray:
        """The prepared bands of some rows, uint8 (B, 120, 240, 3)."""
        return self.pixels[rows][:, BAND_TOP : BAND_TOP + HEIGHT]

    def inputs(self, rows: np.ndarray, spec: InputSpec) -> np.ndarray:
        """What a network sees of some rows, uint8 (B, H, W, 3)."""
        if spec.crop == "band":
            return self.bands(rows)
        return np.stack([square(self.frame(row), spec) for row in rows])

    def of_split(self, split: str) -> np.ndarray:
        """Row numbers of one split."""
        return np.flatnonzero(self.table.split == split)


def _key(table: pd.DataFrame) -> str:
    digest = hashlib.sha256(_recipe().encode())
    for row in table.itertuples():
        digest.update(f"{_source(row)}|{_stamp(row.path)}\n".encode())
    return digest.hexdigest()[:20]


@lru_cache(maxsize=1)
def _recipe() -> str:
    """What makes a frame of a file: the source text of that code, and its libraries' versions."""
    modules = [Path(module.__file__ or "") for module in (preparation, panorama)]
    decoders = sorted(Path(geoloc.photo.__path__[0]).glob("*.py"))
    digest = hashlib.sha256()
    for file in (*modules, *decoders):
        digest.update(file.read_bytes())
    return f"{digest.hexdigest()} opencv {cv2.__version__} pillow {PIL.__version__}"


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


def _decode(row) -> Frame | str:
    try:
        if math.isnan(row.yaw):
            return frame(_photo(row.path).pixels)
        square = view(_panorama(row.path), yaw=row.yaw, heading=row.heading, height=FRAME)
        return frame(square)
    except PhotoError as error:
        return str(error)


def load(table: pd.DataFrame, folder: Path = FOLDER, progress: bool = True) -> Frames:
    """The frames of a table, decoding what is not cached yet.

    Args:
        table: as `training.table` defines it; every path exists.
        folder: where caches lie.
        progress: whether to draw a progress bar while decoding.

    Raises:
        CacheError: if the disk has no room for the frames.
    """
    table = table.reset_index(drop=True)
    place = folder / _key(table)
    place.mkdir(parents=True, exist_ok=True)
    claim = room.Claim(place)
    notes = place / room.NOTES
    if not notes.is_file():
        _make_room(folder, len(table) * FRAME_BYTES)
        _build(table, place, progress)
    room.touch(notes)
    said = json.loads(notes.read_text())
    rows = np.array(said["rows"], np.int16)
    kept = np.flatnonzero(rows[:, 1] > 0)
    pixels = _mapped(place / "frames.u8", len(kept))
    return Frames(
        table.iloc[kept].reset_index(drop=True), pixels, rows[kept], said["unreadable"], claim
    )


def _mapped(path: Path, frames: int) -> np.ndarray:
    shape = (frames, FRAME, FRAME, 3)
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


def _build(table: pd.DataFrame, place: Path, progress: bool) -> None:
    room.clear_leftovers(place)
    aside = place / f"frames.{os.getpid()}.partial"
    pixels = np.memmap(aside, np.uint8, "w+", shape=(len(table), FRAME, FRAME, 3))
    rows = np.zeros((len(table), 2), np.int16)
    unreadable: dict[str, str] = {}
    kept = 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        decoded: Iterable[Frame | str] = pool.map(_decode, table.itertuples())
        off = None if progress else True
        bar = tqdm(decoded, total=len(table), desc="decoding", unit="photo", disable=off)
        for number, result in enumerate(bar):
            if isinstance(result, str):
                unreadable[table.path[number]] = result
                continue
            # Without gaps: an epoch then indexes the file itself, never a copy in memory.
            pixels[kept] = result.pixels
            rows[number] = result.top, result.bottom
            kept += 1
    pixels.flush()
    del pixels
    os.truncate(aside, kept * FRAME_BYTES)
    os.replace(aside, place / "frames.u8")
    # Last and in one move: where the notes lie, the frames are whole.
    notes = place / f"frames.{os.getpid()}.json.partial"
    notes.write_text(json.dumps({"rows": rows.tolist(), "unreadable": unreadable}))
    os.replace(notes, place / room.NOTES)
