"""StreetLearn's LevelDB release: panoramas inside a database, as protocol buffers.

A key is a panorama's id, its value a `streetlearn.Pano` (proto2); the key `panos_connectivity`
holds the street graph, not needed here. In a table a panorama's path is the database's folder and
the id in it. Opening needs the extra `streetlearn`; LevelDB lets one program at a time open a
database, and writes to its folder while it does.
"""

from __future__ import annotations

import importlib
import threading
from contextlib import suppress
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.message import DecodeError
from tqdm import tqdm

from training.data.sources.reading import SourceError
from training.data.table import Problems

_GRAPH = b"panos_connectivity"
_INDOOR = 1
# The same library under the name of whoever builds it for this version of Python.
_LIBRARIES = ("plyvel", "plyvel_next")
_opening = threading.Lock()


def holds(folder: Path) -> bool:
    """Whether a folder is a LevelDB."""
    return (folder / "CURRENT").is_file() and any(folder.glob("MANIFEST-*"))


def panoramas(folder: Path, problems: Problems) -> pd.DataFrame:
    """Every panorama outdoors: columns path, pano_id, lat, lon and yaw, NaN where unknown.

    Raises:
        SourceError: if the extra is missing, or the database cannot be opened.
    """
    rows = []
    # The blocks of a database that is read from end to end would only push others out of memory.
    entries = _database(folder).iterator(fill_cache=False)
    for key, value in tqdm(entries, desc="reading StreetLearn", unit="panorama", disable=None):
        if key == _GRAPH:
            continue
        pano_id = key.decode("utf-8", "backslashreplace")
        pano = _pano(value)
        if pano is None:
            problems.add("entry is no panorama", pano_id)
        elif not pano.compressed_image:
            problems.add("panorama without picture", pano_id)
        elif pano.scene_type == _INDOOR:
            problems.add("panorama was taken indoors", pano_id)
        else:
            rows.append((f"{folder}/{pano_id}", pano_id, *_place(pano)))
    panoramas = pd.DataFrame(rows, columns=["path", "pano_id", "lat", "lon", "yaw"])
    blank = panoramas[["lat", "lon", "yaw"]].isna().any(axis=1)
    return problems.drop(panoramas, blank, "coordinates or heading are missing", "pano_id")


def picture(path: Path) -> bytes:
    """The JPEG of a panorama, by its path in a table; empty if it is not there."""
    value = _database(path.parent).get(path.name.encode())
    pano = _pano(value or b"")
    return b"" if pano is None else pano.compressed_image


def _place(pano: Any) -> tuple[float, float, float]:
    coords = pano.coords
    return (
        coords.lat if coords.HasField("lat") else np.nan,
        coords.lng if coords.HasField("lng") else np.nan,
        pano.heading_deg if pano.HasField("heading_deg") else np.nan,
    )


def _pano(value: bytes) -> Any:
    try:
        return _message().FromString(value)
    except DecodeError:
        return None


@cache
def _message() -> Any:
    """The class of `streetlearn.Pano`, with the fields that are needed here."""
    field = descriptor_pb2.FieldDescriptorProto
    fields: dict[str, list[tuple[str, int, Any, str | None]]] = {
        "LatLng": [("lat", 1, field.TYPE_DOUBLE, None), ("lng", 2, field.TYPE_DOUBLE, None)],
        "Pano": [
            ("coords", 9, field.TYPE_MESSAGE, ".streetlearn.LatLng"),
            ("heading_deg", 13, field.TYPE_DOUBLE, None),
            ("scene_type", 15, field.TYPE_INT32, None),
            ("compressed_image", 16, field.TYPE_BYTES, None),
        ],
    }
    file = descriptor_pb2.FileDescriptorProto(name="streetlearn.proto", package="streetlearn")
    for name, described in fields.items():
        message = file.message_type.add(name=name)
        for label, number, kind, of in described:
            message.field.add(
                name=label, number=number, type=kind, type_name=of, label=field.LABEL_OPTIONAL
            )
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("streetlearn.Pano"))


def _database(folder: Path) -> Any:
    # Threads that ask together must not open it twice: the second would be locked out.
    with _opening:
        return _opened(folder)


@cache
def _opened(folder: Path) -> Any:
    plyvel = _library(folder)
    try:
        return plyvel.DB(str(folder))
    except (plyvel.Error, OSError) as error:
        raise SourceError(
            f"The LevelDB in {folder} cannot be opened ({error}). Close other programs that read "
            "it, and check that its folder may be written to: LevelDB keeps a lock there."
        ) from error


def _library(folder: Path) -> ModuleType:
    for name in _LIBRARIES:
        with suppress(ImportError):
            return importlib.import_module(name)
    raise SourceError(
        f"{folder} is a LevelDB, and the package that reads it is not installed. "
        "Install it with: pip install 'where-am-i[streetlearn]'"
    )
