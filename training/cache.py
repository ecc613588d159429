"""The table's photos decoded once into one memory-mapped array of frames.

Decoding a JPEG costs more than a small network's step on it; after the first run an epoch reads
plain bytes. The cache is keyed on the files and the preparation, so a changed photo is read again.
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

import numpy as np
import pandas as pd
from tqdm import tqdm

from geoloc.photo import PhotoError, read_photo
from geoloc.preparation import BAND_TOP, DESCRIPTION, FRAME, HEIGHT, Frame, frame
from training.panorama import view

FOLDER = Path(os.environ.get("GEOLOC_CACHE") or Path(__file__).parents[1] / "runs" / "cache")
"""Where caches lie; the environment variable GEOLOC_CACHE names another folder."""


@dataclass(frozen=True)
class Frames:
    """The frames of a table's rows, in the table's order.

    Attributes:
        table: the rows whose photo could be read, index 0 to N - 1.
        pixels: uint8 (N, 240, 240, 3), on disk.
        rows: int16 (N, 2), the first row of photo and the row after its last.
        unreadable: path -> why, of the rows that were left out.
    """

    table: pd.DataFrame
    pixels: np.ndarray
    rows: np.ndarray
    unreadable: dict[str, str]

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

    def of_split(self, split: str) -> np.ndarray:
        """Row numbers of one split."""
        return np.flatnonzero(self.table.split == split)


def _key(table: pd.DataFrame) -> str:
    digest = hashlib.sha256(json.dumps(DESCRIPTION, sort_keys=True).encode())
    for row in table.itertuples():
        status = os.stat(row.path)
        digest.update(f"{_source(row)}|{status.st_size}|{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:20]


def _source(row) -> str:
    return row.path if math.isnan(row.yaw) else f"{row.path}|{row.yaw}|{row.heading}"


# The views of a panorama stand next to each other in the table: it is decoded for the first only.
@lru_cache(maxsize=4)
def _panorama(path: str) -> np.ndarray:
    return read_photo(Path(path)).pixels


def _decode(row) -> Frame | str:
    try:
        if math.isnan(row.yaw):
            return frame(read_photo(Path(row.path)).pixels)
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
    """
    table = table.reset_index(drop=True)
    place = folder / _key(table)
    notes = place / "frames.json"
    if not notes.is_file():
        _build(table, place, progress)
    said = json.loads(notes.read_text())
    rows = np.array(said["rows"], np.int16)
    kept = np.flatnonzero(rows[:, 1] > 0)
    pixels = np.memmap(place / "frames.u8", np.uint8, "r", shape=(len(kept), FRAME, FRAME, 3))
    return Frames(table.iloc[kept].reset_index(drop=True), pixels, rows[kept], said["unreadable"])


def _build(table: pd.DataFrame, place: Path, progress: bool) -> None:
    place.mkdir(parents=True, exist_ok=True)
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
    os.replace(aside, place / "frames.u8")
    # Last and in one move: where the notes lie, the frames are whole.
    notes = place / f"frames.{os.getpid()}.json.partial"
    notes.write_text(json.dumps({"rows": rows.tolist(), "unreadable": unreadable}))
    os.replace(notes, place / "frames.json")
