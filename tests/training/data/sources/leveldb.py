"""StreetLearn's LevelDB as its authors write it, byte by byte, sharing no code with the reader."""

from __future__ import annotations

import importlib
import io
import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image


def library():
    """plyvel under either name; a test that needs it is skipped without the extra."""
    try:
        return importlib.import_module("plyvel")
    except ImportError:
        return pytest.importorskip("plyvel_next", reason="needs the extra streetlearn")


def pano(
    lat: float | None = 40.44,
    lng: float | None = -79.95,
    heading: float | None = 0.0,
    picture: bytes | None = b"jpeg",
    scene: int | None = None,
    pano_id: str = "x",
) -> bytes:
    """A serialised `streetlearn.Pano`, with fields that a reader has to pass over."""
    coords = b"".join(_double(n, v) for n, v in ((1, lat), (2, lng)) if v is not None)
    neighbour = _bytes(1, b"neighbour") + _bytes(2, _double(1, 1.0) + _double(2, 2.0))
    return b"".join(
        [
            _bytes(1, pano_id.encode()),
            _bytes(3, b"Forbes Avenue"),
            _bytes(8, b"US"),
            _bytes(9, coords),
            _double(10, 270.5),
            _double(11, 1.0) + _double(12, -2.0),
            b"" if heading is None else _double(13, heading),
            _bytes(14, b"2014-07"),
            b"" if scene is None else _varint(15 << 3) + _varint(scene),
            b"" if picture is None else _bytes(16, picture),
            _bytes(17, neighbour),
            _bytes(19, _double(1, 3.0) + _double(2, 4.0)),
        ]
    )


def database(folder: Path, entries: dict[str, bytes]) -> Path:
    """A LevelDB with these entries, and the street graph under the key it has."""
    folder.mkdir(parents=True, exist_ok=True)
    db = library().DB(str(folder), create_if_missing=True)
    for key, value in entries.items():
        db.put(key.encode(), value)
    db.put(b"panos_connectivity", _bytes(1, _double(1, 40.425) + _double(2, -80.035)))
    db.close()
    return folder


def jpeg(pixels: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=95)
    return file.getvalue()


def _varint(number: int) -> bytes:
    low, rest = number & 0x7F, number >> 7
    return bytes([low | 0x80]) + _varint(rest) if rest else bytes([low])


def _double(field: int, value: float) -> bytes:
    return _varint(field << 3 | 1) + struct.pack("<d", value)


def _bytes(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(value)) + value
